"""`residual`: the input, or its projection, added to what a body makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from archdsl.ir import structure
from archdsl.syntax import tree
from archdsl.targets.keras.aliases import is_default
from archdsl.targets.keras.calls import plain
from archdsl.targets.keras.flow import Flow
from archdsl.targets.keras.joins import joined
from archdsl.targets.layout import Brackets
from archdsl.targets.outline.rows import Mismatch, Row
from archdsl.targets.outline.scope import Scope
from archdsl.targets.outline.shortcut import projection_test
from archdsl.targets.symbolic import Lit
from archdsl.targets.written import literal, text

if TYPE_CHECKING:
    from archdsl.targets.keras.body import BodyWriter


def residual(
    writer: BodyWriter,
    stage: tree.Stage,
    rows: list[Row],
    scope: Scope,
    flow: Flow,
    items: Sequence[structure.Item],
) -> list[Row]:
    piece = stage.piece
    assert isinstance(piece, tree.Residual)
    found = [i for i in items if isinstance(i, structure.Residual)]
    active = [i.active for i in found]
    inner = flow.nested(writer.variables.deep) if any(active) else replace(flow)
    source = inner.current
    local = scope.start_branch()
    body = [r.inside(i.items) for r, i in zip(rows, found, strict=True)]
    ends = writer.body(piece.body, body, local, inner)
    after = writer.advance(rows, items)
    if not any(active):
        flow.current = inner.current
        scope.channels = writer.known(after, [local.channels], flow)
        return after
    if all(active):
        _drop_path(writer, stage, ends, found, scope, inner)
    added = _shortcut(writer, piece, rows, found, scope, local, inner, source)
    first, second = (source, inner.current) if added == source else (inner.current, added)
    if all(active):
        joined(writer, stage, flow, "add", [first, second])
    else:
        assert piece.condition is not None
        test = writer.condition(piece.condition, rows, active, scope)
        inner.into_variable()
        flow.emit("if ", text(test), ":")
        within = inner.deeper()
        _drop_path(writer, stage, ends, found, scope, within)
        joined(writer, stage, within, "add", [source, inner.current])
        flow.current = inner.current
    scope.channels = writer.known(after, [local.channels, scope.channels], flow)
    return after


def _drop_path(
    writer: BodyWriter,
    stage: tree.Stage,
    rows: Sequence[Row],
    found: Sequence[structure.Residual],
    scope: Scope,
    flow: Flow,
) -> None:
    """Stochastic depth after the body; a rate of 0 drops nothing."""
    made = [(r, i) for r, i in zip(rows, found, strict=True) if i.drop_node is not None]
    if not made:
        return
    nodes = [r.graph.nodes[i.drop_node] for r, i in made if i.drop_node is not None]
    rates: list[object] = [float(n.op.value("p")) for n in nodes]  # type: ignore[arg-type]
    known = next(i.drop_path for i in found if i.drop_path is not None)
    sources = [scope.convert(known.expr)] if known.expr is not None else []
    rate = writer.unit.settle([r for r, _ in made], rates, sources, "drop_path")
    if isinstance(rate, Lit) and not rate.value:
        return
    lowered = {n.op.keras((n.shape,), n.shape) for n in nodes}
    rest = {c.args[1:] for low in lowered if low is not None for c in low}
    if len(rest) != 1:
        raise Mismatch("stochastic depth of different shapes")
    kept = [f"{a.name}={literal(plain(a.value))}" for a in rest.pop() if not is_default(a)]
    writer.check_unnamed("layers.Dropout", stage)
    flow.apply(Brackets("layers.Dropout", (text(rate), *kept)))


def _shortcut(
    writer: BodyWriter,
    piece: tree.Residual,
    rows: Sequence[Row],
    found: Sequence[structure.Residual],
    scope: Scope,
    body_scope: Scope,
    flow: Flow,
    source: str,
) -> str:
    """The variable that is added to the body: the input's, or its projection's."""
    used = [i.shortcut is not None for i in found]
    if piece.shortcut is None or not any(used):
        return source
    some = [
        row.inside(item.shortcut)
        for row, item in zip(rows, found, strict=True)
        if item.shortcut is not None
    ]
    local = scope.start_branch()
    variable = writer.variables.fresh("shortcut")
    branch = replace(flow, current=source, variable=variable, depth=flow.depth + 1)
    if not all(used):
        test = projection_test(writer.unit, piece, rows, used, scope, body_scope)
        branch.into_variable()
        branch.emit("if ", text(test), ":")
        branch = replace(branch.deeper(), current=source)
    writer.body(piece.shortcut, some, local, branch)
    if not all(used):
        branch.into_variable()
    writer.variables.release(variable)
    return branch.current
