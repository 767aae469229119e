"""Layers and blocks in a body: what a name is given to, what is written, what isn't."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from archdsl.ir import structure
from archdsl.ir.graph import Node
from archdsl.ops import Custom
from archdsl.syntax import tree
from archdsl.targets.keras import calls
from archdsl.targets.keras.flow import Flow
from archdsl.targets.keras.initial import lowered
from archdsl.targets.keras.padding import condition
from archdsl.targets.keras.paths import automatic
from archdsl.targets.layout import Brackets, Doc, call
from archdsl.targets.outline.candidates import channels_after
from archdsl.targets.outline.constants import Code
from archdsl.targets.outline.rows import Mismatch, Row
from archdsl.targets.outline.scope import Scope
from archdsl.targets.written import text

if TYPE_CHECKING:
    from archdsl.targets.keras.body import BodyWriter


def layer(
    writer: BodyWriter,
    stage: tree.Stage,
    rows: list[Row],
    scope: Scope,
    flow: Flow,
    items: Sequence[structure.Item],
) -> list[Row]:
    """A statement for a layer, or for each of those that it is in Keras."""
    layers = [i for i in items if isinstance(i, structure.Layer)]
    after = [r.at(la.node) for r, la in zip(rows, layers, strict=True)]
    channels = channels_after(writer.unit, scope, rows, layers)
    nodes = [r.graph.nodes[r.value] for r in after]
    name = None
    if _wants_name(writer, stage, rows, nodes):
        keys = [la.key for la in layers]
        path = writer.path(stage, rows, keys, scope, flow)
        if any(path.value(r.names) != n.path for r, n in zip(rows, nodes, strict=True)):
            raise Mismatch("a layer's name that its function can't say")
        name = path.written()
    if not calls.does_nothing(rows, layers) or name is not None:
        _apply(writer, rows, scope, flow, layers, name)
    scope.channels = writer.known(after, [channels], flow)
    return after


def _wants_name(
    writer: BodyWriter, stage: tree.Stage, rows: Sequence[Row], nodes: Sequence[Node]
) -> bool:
    """Layers with weights have names, and those that someone called by one."""
    if stage.label is not None:
        return True
    module = writer.units.module
    kinds = {(type(n.op), n.op.keyword): (r, n) for r, n in zip(rows, nodes, strict=True)}
    for row, node in kinds.values():
        if isinstance(node.op, Custom) or node.op.weights(row.graph.input_shapes(node)):
            return True
        made = lowered(module.initializers, row.graph, node)
        if any(automatic(c.target) in module.own_names for c in made[-1:]):
            return True
    return False


def _apply(
    writer: BodyWriter,
    rows: Sequence[Row],
    scope: Scope,
    flow: Flow,
    layers: Sequence[structure.Layer],
    name: str | None,
) -> None:
    if name is None and _pooled_already(rows, layers, flow):
        return
    try:
        with writer.unit.trial():
            docs = _docs(writer, rows, scope, layers)
    except Mismatch:
        if layers[0].param is None:
            raise
        docs = [(_by_parameter(writer, rows, layers), None)]
    for doc, test in docs[:-1]:
        writer.check_unnamed(doc.head, layers[0].syntax)
        if test is None:
            flow.apply(doc)
            continue
        flow.into_variable()
        flow.emit("if ", test, ":")
        flow.deeper().apply(doc)
    last, _ = docs[-1]
    brief = tuple(p for p in last.parts if p != "keepdims=True")
    joint = replace(last, parts=brief) if brief != last.parts and name is None else None
    flow.apply(calls.named(last, name), joint)


def _docs(
    writer: BodyWriter, rows: Sequence[Row], scope: Scope, layers: Sequence[structure.Layer]
) -> list[tuple[Brackets, str | None]]:
    """The calls, each with the condition under which it is there; None: always."""
    found: list[tuple[Brackets, str | None]] = []
    for each in zip(*calls.lowerings(writer.units, rows, layers), strict=True):
        doc = calls.call_doc(writer.units, writer.unit, scope, rows, layers, each)
        found.append((doc, condition(writer.unit, scope, rows, layers[0], each, doc)))
    return found


def _by_parameter(
    writer: BodyWriter, rows: Sequence[Row], layers: Sequence[structure.Layer]
) -> Brackets:
    """`act()` or `norm(name=...)`: the op is a parameter of the function, a callable."""
    values: list[object] = [factory(writer, r, la) for r, la in zip(rows, layers, strict=True)]
    assert layers[0].param is not None
    return call(text(writer.unit.settle(rows, values, [], layers[0].param)), ())


def factory(writer: BodyWriter, row: Row, layer: structure.Layer) -> Code:
    """A row's layer as a callable."""
    (found,) = calls.lowerings(writer.units, [row], [layer])
    if len(found) > 1:
        raise Mismatch("an op of several layers as a parameter")
    return calls.factory(writer.units, found[0])


def used(
    writer: BodyWriter,
    stage: tree.Stage,
    rows: list[Row],
    scope: Scope,
    flow: Flow,
    items: Sequence[structure.Item],
) -> list[Row]:
    """A block: its function, called."""
    found = [i for i in items if isinstance(i, structure.Call)]
    made = [i.instance for i in found]
    if len({id(m.block) for m in made}) != 1:
        raise Mismatch("different blocks at one place")
    callee = writer.units.of_instances(made)
    path = writer.path(stage, rows, [i.key for i in found], scope, flow)
    if any(path.value(r.names) != m.path for r, m in zip(rows, made, strict=True)):
        raise Mismatch("a block's name that its function can't say")
    parts: list[Doc] = [flow.current]
    named: list[Doc] = []
    extra: list[Doc] = []
    for parameter in callee.parameters():
        if parameter.kind == "in":
            continue
        ex = callee.argument(parameter, made, writer.unit, scope, rows)
        if parameter.kind == "extra":
            extra.append(f"{parameter.name}={text(ex)}")
        elif parameter.default is None:
            parts.append(text(ex))
        elif ex != parameter.default:
            named.append(f"{parameter.name}={text(ex)}")
    parts += [*named, *extra, f"name={path.written()}"]
    after = writer.advance(rows, items)
    candidate = callee.channels_after(made, writer.unit, scope, rows)
    flow.assign(call(callee.name, parts))
    scope.channels = writer.known(after, [candidate, scope.channels], flow)
    return after


def _pooled_already(rows: Sequence[Row], layers: Sequence[structure.Layer], flow: Flow) -> bool:
    """A flatten after a global pooling, at most a dropout between: that gives the vector itself."""
    if layers[0].op.keyword != "flatten":
        return False
    if any(r.shape.elements != r.shape.channels for r in rows) or flow.last() is None:
        return False
    for statement in reversed(flow.statements):
        if statement.indent != flow.indent or statement.target != flow.current:
            return False
        if statement.joint is not None:
            statement.doc, statement.joint = statement.joint, None
            return True
        made = statement.doc
        if isinstance(made, str) or made.head != "layers.Dropout":
            return False
    return False
