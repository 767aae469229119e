"""x + body(x) in forward: the body, its shortcut, stochastic depth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from archdsl.ir import structure
from archdsl.syntax import tree
from archdsl.targets.classes import calls
from archdsl.targets.classes.flow import Flow
from archdsl.targets.layout import call, flat
from archdsl.targets.outline.rows import Mismatch, Row, same_type, value_of
from archdsl.targets.outline.scope import Scope
from archdsl.targets.outline.shortcut import projection_test
from archdsl.targets.written import text

if TYPE_CHECKING:
    from archdsl.targets.classes.body import BodyWriter


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
    inner = flow.nested()
    source = flat(inner.current)
    lines = len(inner.lines)
    local = scope.inner()
    body = [r.inside(i.items) for r, i in zip(rows, found, strict=True)]
    ends = writer.body(piece.body, body, local, inner)
    active: list[object] = [i.active for i in found]
    undropped = inner.flush() if any(active) and not all(active) else ""
    _drop_path(writer, rows, found, local, inner)
    if len(inner.lines) > lines and not undropped:
        inner.flush()
    added = _shortcut(writer, piece, rows, found, scope, local, inner, source)
    after = writer.advance(rows, items)
    value = inner.operand()
    total = f"{source} + {value}" if added == source and inner.pending else f"{value} + {added}"
    if all(active):
        flow.set(total, loose=True)
    elif not any(active):
        flow.set(inner.current, loose=inner.loose)
    else:
        assert piece.condition is not None
        test = writer.condition(piece.condition, rows, [bool(a) for a in active], scope)
        flag = writer.places.reserve("use_residual")
        writer.places.emit(f"self.{flag} = {text(test)}")
        flow.set(f"{source} + {value} if self.{flag} else {undropped}", loose=True)
    candidates = [writer.known_channels(ends, [local.channels]), scope.channels]
    scope.channels = writer.known_channels(after, candidates)
    return after


def _drop_path(
    writer: BodyWriter,
    rows: Sequence[Row],
    found: Sequence[structure.Residual],
    scope: Scope,
    flow: Flow,
) -> None:
    """Stochastic depth after the body; a rate of 0 is the identity."""
    if not any(i.drop_node is not None for i in found):
        return
    rates: list[object] = []
    for one in found:
        value = value_of(one.drop_path.value) if one.drop_path is not None else 0.0
        rates.append(float(value) if isinstance(value, int | float) else 0.0)
    known = next(i.drop_path for i in found if i.drop_path is not None)
    sources = [scope.convert(known.expr)] if known.expr is not None else []
    rate = writer.unit.settle(rows, rates, sources, "drop_path")
    graph, sample = next(
        (row.graph, row.graph.nodes[item.drop_node])
        for row, item in zip(rows, found, strict=True)
        if item.drop_node is not None
    )
    lowered = writer.units.dialect.lower(graph, sample)
    assert lowered is not None
    module = lowered.module
    assert module is not None
    writer.units.require(module)
    key = next(i.drop_key for i in found if i.drop_key is not None) or "drop_path"
    rest = [f"{a.name}={calls.said(a.value)}" for a in module.args[1:]]
    flow.apply(writer.places.put(key, call(module.target, [text(rate), *rest]), "drop_path"))


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
    """What is added to the body: the input, its projection, or one of the two."""
    used = [i.shortcut is not None for i in found]
    if piece.shortcut is None or not any(used):
        return source
    some = [
        row.inside(item.shortcut)
        for row, item in zip(rows, found, strict=True)
        if item.shortcut is not None
    ]
    local = scope.start_branch()
    if all(used):
        branch = Flow(flow.lines, source, "shortcut", flow.indent, flow.depth + 1)
        writer.body(piece.shortcut, some, local, branch)
        return branch.operand()
    test = projection_test(writer.unit, piece, rows, used, scope, body_scope)
    stages = [s for c in piece.shortcut.items if isinstance(c, tree.Chain) for s in c.stages]
    items = [r.items[id(stages[0])] for r in some] if len(stages) == 1 else []
    if items and same_type(items) in (structure.Group, structure.Call, structure.Layer):
        doc_key = key_of(items[0])
        if doc_key is not None:
            writer.places.declare(doc_key, writer.children.identity(some, items))
            with writer.places.under(f"if {text(test)}:"):
                doc, key, _ = writer.children.module(stages[0], some, local, items)
                access = writer.places.put(key, doc)
            return f"{access}({source})"
    flag = writer.places.reserve("project")
    writer.places.emit(f"self.{flag} = {text(test)}")
    with writer.places.under(f"if self.{flag}:"):
        branch = Flow(flow.lines, source, "shortcut", flow.indent, flow.depth + 1)
        before = len(flow.lines)
        writer.body(piece.shortcut, some, local, branch)
        if len(flow.lines) != before:
            raise Mismatch("a projection of several statements")
    flow.flush()
    flow.assign("shortcut", f"{flat(branch.current)} if self.{flag} else {source}")
    return "shortcut"


def key_of(item: structure.Item) -> str | None:
    key = getattr(item, "key", None)
    return key if isinstance(key, str) else None
