"""What is there for some rows only: `if`, layers that may be `none`, side heads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from archdsl.ir import structure
from archdsl.syntax import tree
from archdsl.targets.keras import counters, layers
from archdsl.targets.keras.flow import Flow
from archdsl.targets.keras.gaps import Unsupported
from archdsl.targets.keras.paths import count, first_number
from archdsl.targets.outline.constants import Code
from archdsl.targets.outline.names import safe, snake
from archdsl.targets.outline.rows import Mismatch, Row
from archdsl.targets.outline.scope import Scope
from archdsl.targets.symbolic import Ex
from archdsl.targets.written import text

if TYPE_CHECKING:
    from archdsl.targets.keras.body import BodyWriter


_NONE = Code("None")


def choice(
    writer: BodyWriter,
    stage: tree.Stage,
    rows: list[Row],
    scope: Scope,
    flow: Flow,
    items: Sequence[structure.Item],
) -> list[Row]:
    """An `if`: just the arm taken where all rows take the same, else a statement."""
    piece = stage.piece
    assert isinstance(piece, tree.If)
    choices = [i for i in items if isinstance(i, structure.Choice)]
    tests = [c.taken == "then" for c in choices]
    if all(tests) or not any(tests):
        body = piece.then if tests[0] else piece.other
        if body is None:
            return rows
        local = scope.inner()
        inner = [r.inside(c.items) for r, c in zip(rows, choices, strict=True)]
        after = writer.body(body, inner, local, flow)
        scope.channels = local.channels
        return [replace(a, items=r.items) for a, r in zip(after, rows, strict=True)]
    test = writer.condition(piece.condition, rows, tests, scope)
    if len({count([c]) for c in choices}) > 1:
        rows = counters.begin(writer, rows, flow, [first_number([c]) for c in choices]) or rows
    rows = counters.caught_up(rows, flow)
    flow.into_variable()
    arms: list[Ex | None] = []
    for arm, body, header in (("then", piece.then, "if "), ("other", piece.other, "else:")):
        local = scope.inner()
        if body is not None:
            inner = [
                r.inside(c.items) for r, c in zip(rows, choices, strict=True) if c.taken == arm
            ]
            flow.emit(header, text(test) if arm == "then" else "", ":" if arm == "then" else "")
            before = len(flow.statements)
            within = flow.deeper()
            counters.caught_up(writer.body(body, inner, local, within), within)
            within.into_variable()
            if len(flow.statements) == before:
                flow.deeper().emit("pass")
        arms.append(local.channels)
    flow.current = flow.variable
    after = counters.passed(writer.advance(rows, items), items, flow)
    writer.joined(scope, after, test, arms, flow)
    return after


def aux(
    writer: BodyWriter,
    stage: tree.Stage,
    rows: list[Row],
    scope: Scope,
    flow: Flow,
    items: Sequence[structure.Item],
) -> list[Row]:
    """A side head: an output more, where the caller asks for it."""
    assert isinstance(stage.piece, tree.Aux)
    first = items[0]
    assert isinstance(first, structure.Aux)
    if writer.heads is None:
        raise Unsupported("a side head outside a net", stage.span)
    if len({row.owner for row in rows}) < len(rows):
        raise Mismatch("a side head in each round")
    name = writer.variables.fresh(safe(first.label) if first.label.isidentifier() else "head")
    flow.emit("if ", writer.heads, ":")
    inner = replace(flow, variable=name, indent=flow.indent + 1, depth=flow.depth + 1)
    body = [
        r.inside(i.items) for r, i in zip(rows, items, strict=True) if isinstance(i, structure.Aux)
    ]
    writer.body(stage.piece.body, body, scope.start_branch(), inner)
    inner.into_variable()
    writer.aux.append(name)
    return rows


def optional(
    writer: BodyWriter, stage: tree.Stage, rows: list[Row], scope: Scope, flow: Flow
) -> list[Row]:
    """A layer or block that is a parameter, `none` in some rows."""
    test = _presence(writer, stage, rows)
    channels = scope.channels
    here = [r.items[id(stage)] for r in rows if id(stage) in r.items]
    rows = counters.begin(writer, rows, flow, [first_number([i]) for i in here]) or rows
    rows = counters.caught_up(rows, flow)
    some = [r for r in rows if id(stage) in r.items]
    items = [r.items[id(stage)] for r in some]
    flow.into_variable()
    flow.emit("if ", test, ":")
    arm = flow.deeper()
    after = writer.item(stage, some, scope, arm, items)
    arm.into_variable()
    if scope.channels != channels:
        raise Mismatch("an optional layer that changes the channels")
    counter = flow.level.counter
    if counter is not None and getattr(items[0], "key", None) is not None:
        arm.add(counter, 1)
        after = [counters.counted(r, counter, 1) for r in after]
    by_id = {id(b): a for a, b in zip(after, some, strict=True)}
    return [by_id.get(id(r), r) for r in rows]


def _presence(writer: BodyWriter, stage: tree.Stage, rows: Sequence[Row]) -> str:
    """`act is not None` where the op is a parameter anyway, else a flag."""
    found = [row.items.get(id(stage)) for row in rows]
    given = [i for i in found if i is not None]
    assert isinstance(stage.piece, tree.Use)
    param = given[0].param if isinstance(given[0], structure.Layer) else None
    if param is not None:
        codes: list[object] = [
            layers.factory(writer, row, item) if isinstance(item, structure.Layer) else _NONE
            for row, item in zip(rows, found, strict=True)
        ]
        if len(set(codes)) > 2:
            return f"{text(writer.unit.settle(rows, codes, [], param))} is not None"
    present: list[object] = [i is not None for i in found]
    return text(writer.unit.settle(rows, present, [], f"with_{snake(stage.piece.name)}"))
