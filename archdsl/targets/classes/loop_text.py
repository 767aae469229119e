"""What the statements of a loop over modules say: its head, its modules' names, its channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from archdsl.ir import structure
from archdsl.syntax import tree
from archdsl.targets.classes.entries import Entry, Say, When
from archdsl.targets.layout import Doc, call
from archdsl.targets.outline.loops import variables
from archdsl.targets.outline.names import safe
from archdsl.targets.outline.rows import Mismatch, Row, value_of
from archdsl.targets.outline.scope import Scope
from archdsl.targets.outline.unit import Unit
from archdsl.targets.symbolic import (
    Bin,
    Cond,
    Ex,
    Fn,
    Lit,
    Named,
    Sym,
    Unknown,
    evaluate,
    names_in,
    simplify,
)
from archdsl.targets.written import table_doc, text


def computed_key(
    unit: Unit,
    stage: tree.Stage,
    rows: Sequence[Row],
    scope: Scope,
    items: Sequence[structure.Item],
) -> str | None:
    """`f"denselayer{j + 1}"`, where the name differs from round to round."""
    keys = [str(getattr(item, "key", None)) for item in items]
    if len(set(keys)) == 1:
        return None
    if stage.label is None:
        raise Mismatch("different names at one place")
    parts: list[str] = []
    values = [""] * len(rows)
    for part in stage.label.parts:
        if isinstance(part, str):
            parts.append(part)
            values = [value + part for value in values]
            continue
        ex = scope.convert(part)
        if ex is None:
            raise Mismatch("a name that can't be said")
        try:
            found = [evaluate(unit.use(ex), row.names) for row in rows]
        except Unknown as error:
            raise Mismatch("a name that can't be said") from error
        if '"' in text(ex):  # a string within the string
            raise Mismatch("a name that can't be said")
        parts.append(f"{{{text(ex)}}}")
        values = [f"{value}{each}" for value, each in zip(values, found, strict=True)]
    if values != keys:
        raise Mismatch("a name that can't be said")
    return f'f"{"".join(parts)}"'


def loop_header(
    unit: Unit,
    piece: tree.Repeat | tree.For,
    rows: Sequence[Row],
    loops: Sequence[structure.Loop],
    scope: Scope,
) -> tuple[str, Doc]:
    """`for t, c in ` and the table; names that nothing uses get an underscore."""
    used = unit.state.used

    def shown(name: str) -> str:
        return safe(name) if safe(name) in used else f"_{name}"  # linters know this mark

    index = piece.index
    if isinstance(piece, tree.Repeat):
        counts: list[object] = [len(one.rounds) for one in loops]
        count = unit.settle(rows, counts, [scope.convert(piece.count)], "repeats")
        name = shown(index) if index and safe(index) in used else "_"
        return f"for {name} in ", f"range({text(count)})"
    names = piece.target.names
    tables: list[object] = [
        [
            value_of(r.values[names[0]])
            if piece.target.single
            else tuple(value_of(r.values[n]) for n in names)
            for r in one.rounds
        ]
        for one in loops
    ]
    known = scope.convert(piece.rows)
    if isinstance(known, Named):  # the table is read where it stands
        known = Lit(known.value)
    table = unit.settle(rows, tables, [known], "rows")
    target = ", ".join(shown(n) for n in names)
    if not piece.target.single and len(names) == 1:
        target += ","
    doc = table_doc(table)
    if index and safe(index) in used:
        inner = target if piece.target.single else f"({target})"
        return f"for {safe(index)}, {inner} in ", call("enumerate", [doc])
    return f"for {target} in ", doc


def after_all(
    piece: tree.Repeat | tree.For, name: str, start: Ex | None, left: Ex, scope: Scope
) -> Ex | None:
    """The channels after all rounds, where each adds as many: `in_channels + n * growth`."""
    count = scope.convert(piece.count if isinstance(piece, tree.Repeat) else piece.rows)
    if isinstance(piece, tree.For):
        single = isinstance(count, Fn) and count.name == "range" and len(count.args) == 1
        count = count.args[0] if single and isinstance(count, Fn) else None
    if start is None or count is None or not isinstance(left, Bin) or left.op != "+":
        return None
    varying = {name, *map(safe, variables(piece))}
    if left.left != Sym(name) or varying & {*names_in(left.right), *names_in(start)}:
        return None
    return Bin("+", start, simplify(Bin("*", count, left.right)))


def updated_within(name: str, ex: Ex, entries: list[Entry]) -> bool:
    """Whether the variable changes with the modules of the last condition, said there then."""
    last = entries[-1]
    if not (isinstance(last, When) and isinstance(ex, Cond) and ex.test == last.test):
        return False
    if ex.other != Sym(name) or not last.then or last.other:
        return False
    entries[-1] = replace(last, then=(*last.then, Say(updated(name, ex.then))))
    return True


def updated(name: str, ex: Ex) -> str:
    if isinstance(ex, Bin) and ex.left == Sym(name):
        return f"{name} {ex.op}= {text(ex.right)}"
    return f"{name} = {text(ex)}"
