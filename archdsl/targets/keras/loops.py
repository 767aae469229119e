"""`repeat` and `for`: loops of the code where the names of their layers can be said in one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from archdsl.ir import structure
from archdsl.syntax import tree
from archdsl.targets.keras import counters
from archdsl.targets.keras.flow import Flow, used_names
from archdsl.targets.keras.paths import count, first_number
from archdsl.targets.layout import Doc, call
from archdsl.targets.outline.loops import rounds, variables
from archdsl.targets.outline.names import safe
from archdsl.targets.outline.rows import Mismatch, Row, value_of
from archdsl.targets.outline.scope import Scope
from archdsl.targets.symbolic import Ex, Lit, Sym
from archdsl.targets.written import table_doc, text

if TYPE_CHECKING:
    from archdsl.targets.keras.body import BodyWriter

Piece = tree.Repeat | tree.For


def loop(
    writer: BodyWriter,
    stage: tree.Stage,
    rows: list[Row],
    scope: Scope,
    flow: Flow,
    items: Sequence[structure.Item],
) -> list[Row]:
    """The first way of writing it that is right for all rows."""
    loops = [i for i in items if isinstance(i, structure.Loop)]
    if not any(one.rounds for one in loops):
        return rows
    piece = stage.piece
    assert isinstance(piece, tree.Repeat | tree.For)
    for counter, strict in _ways(writer, flow, loops):
        saved = list(flow.statements), flow.current, flow.level.counter, flow.level.added
        trial = scope.inner()
        heads = len(writer.aux)
        try:
            with writer.unit.trial():
                writer.rolled_only += strict
                try:
                    if counter is None:
                        after = _unrolled(writer, piece, rows, trial, flow, loops)
                    else:
                        after = _rolled(writer, piece, rows, trial, flow, loops, counter)
                finally:
                    writer.rolled_only -= strict
        except Mismatch:
            flow.statements[:] = saved[0]
            del writer.aux[heads:]
            flow.current, flow.level.counter, flow.level.added = saved[1:]
            continue
        scope.channels = writer.known(after, [trial.channels], flow)
        return after
    raise Mismatch("a loop whose rounds differ")


def _ways(
    writer: BodyWriter, flow: Flow, loops: Sequence[structure.Loop]
) -> Iterator[tuple[bool | None, bool]]:
    """(with a counter, or None for unrolled; whether inner loops must not be unrolled)."""
    if all(len(one.rounds) == 1 for one in loops):
        yield None, False
        return
    for strict in (True, False) if not writer.rolled_only else (True,):
        yield False, strict
        if flow.level.positional and flow.level.counter is None:
            yield True, strict
    if not writer.rolled_only:
        yield None, False


# ------------------------------------------------------------------------------- as a loop


def _rolled(
    writer: BodyWriter,
    piece: Piece,
    rows: list[Row],
    scope: Scope,
    flow: Flow,
    loops: Sequence[structure.Loop],
    counter: bool,
) -> list[Row]:
    level = flow.level
    flow.into_variable()
    rows = counters.caught_up(rows, flow)
    if counter:
        begun = counters.begin(writer, rows, flow, [first_number([one]) for one in loops])
        if begun is None:
            raise Mismatch("a counter that starts anywhere")
        rows = begun
    around = {*scope.local, *level.loops}
    index = safe(piece.index) if piece.index else writer.variables.index(piece, loops, around)
    turns = _turns(rows, loops, index, flow)
    inner = scope.inner(**{n: Sym(safe(n)) for n in variables(piece)})
    start = [scope.channels] if scope.channels is not None else []
    inner.channels = writer.known(turns, start, flow)
    within = replace(flow, statements=[], indent=flow.indent + 1)
    outer, level.loops = level.loops, (*level.loops, index)
    try:
        ends = writer.body(piece.body, turns, inner, within)
    finally:
        level.loops = outer
        if not piece.index:
            writer.variables.release(index)
    counters.caught_up(ends, within)
    within.into_variable()
    if within.statements:
        used = used_names(within.statements)
        prefix, doc = _header(writer, piece, rows, loops, scope, index, used)
        flow.emit(prefix, doc, ":")
        flow.statements += within.statements
    scope.channels = inner.channels
    after = writer.advance(rows, loops)
    return counters.passed(after, loops, flow)


def _turns(
    rows: Sequence[Row], loops: Sequence[structure.Loop], index: str, flow: Flow
) -> list[Row]:
    """A row for each round, with its number, and the counter's value when it begins."""
    counter = flow.level.counter
    found: list[Row] = []
    for row, one in zip(rows, loops, strict=True):
        passed = 0
        for n, (turn, made) in enumerate(zip(rounds([row], [one]), one.rounds, strict=True)):
            names: dict[str, object] = {index: n}
            names[f"{flow.current}.shape[-1]"] = turn.shape.channels
            before = row.names.get(counter) if counter is not None else None
            if counter is not None and isinstance(before, int):
                names[counter] = before + passed
                passed += count(list(made.items))
            found.append(turn.with_names(names))
    return found


def _header(
    writer: BodyWriter,
    piece: Piece,
    rows: Sequence[Row],
    loops: Sequence[structure.Loop],
    scope: Scope,
    index: str,
    used: set[str],
) -> tuple[str, Doc]:
    """`for i in ` and the range or table; names that nothing uses get an underscore."""
    unit = writer.unit
    if isinstance(piece, tree.Repeat):
        counts: list[object] = [len(one.rounds) for one in loops]
        times = unit.settle(rows, counts, [scope.convert(piece.count)], "repeats")
        name = index if index in used else "_"
        return f"for {name} in ", f"range({text(times)})"
    names = piece.target.names

    def shown(name: str) -> str:
        return safe(name) if safe(name) in used else f"_{name}"

    tables: list[object] = [
        [
            value_of(r.values[names[0]])
            if piece.target.single
            else tuple(value_of(r.values[n]) for n in names)
            for r in one.rounds
        ]
        for one in loops
    ]
    table: Ex = unit.settle(rows, tables, [scope.convert(piece.rows)], "rows")
    target = ", ".join(shown(n) for n in names)
    if not piece.target.single and len(names) == 1:
        target += ","
    doc = table_doc(table)
    if index in used:
        both = target if piece.target.single else f"({target})"
        return f"for {index}, {both} in ", call("enumerate", [doc])
    return f"for {target} in ", doc


# ------------------------------------------------------------------------------- written out


def _unrolled(
    writer: BodyWriter,
    piece: Piece,
    rows: list[Row],
    scope: Scope,
    flow: Flow,
    loops: Sequence[structure.Loop],
) -> list[Row]:
    counts = {len(one.rounds) for one in loops}
    if len(counts) != 1:
        raise Mismatch("loops of different lengths")
    for i in range(counts.pop()):
        turn = rounds(rows, loops, start=i, stop=i + 1)
        inner = scope.inner()
        for name in variables(piece):
            values = [row.names[safe(name)] for row in turn]
            same = all(type(v) is type(values[0]) and v == values[0] for v in values)
            simple = isinstance(values[0], bool | int | float | str | tuple | list)
            inner.local[name] = Lit(values[0]) if same and simple else None
        ends = writer.body(piece.body, turn, inner, flow)
        scope.channels = inner.channels
        rows = counters.taken_from(rows, ends, flow)
    return writer.advance(rows, loops)
