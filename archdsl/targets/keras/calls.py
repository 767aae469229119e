"""Layers of Keras: from lowerings (data, one for each row) to one piece of code for all rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from archdsl.ir import structure
from archdsl.ir.op import Arg, Call, KerasLowering
from archdsl.targets import orders
from archdsl.targets.keras.aliases import is_default
from archdsl.targets.keras.initial import lowered
from archdsl.targets.keras.padding import is_never_negative, unified, with_zeros
from archdsl.targets.layout import Brackets, Doc
from archdsl.targets.outline.candidates import candidates, same_padding
from archdsl.targets.outline.constants import Code
from archdsl.targets.outline.rows import Mismatch, Row, value_of
from archdsl.targets.outline.scope import Scope
from archdsl.targets.outline.unit import Unit
from archdsl.targets.symbolic import Ex
from archdsl.targets.written import literal, text

if TYPE_CHECKING:
    from archdsl.targets.keras.units import Units


def lowerings(
    units: Units, rows: Sequence[Row], layers: Sequence[structure.Layer]
) -> list[KerasLowering]:
    """A layer's calls in each row: the same ones, in the same number."""
    found: list[KerasLowering] = []
    for row, layer in zip(rows, layers, strict=True):
        node = row.graph.nodes[layer.node]
        calls = lowered(units.module.initializers, row.graph, node)
        if orders.flattens(node, row.graph) and orders.order_is_seen(node, row.graph):
            calls = (_channels_first(row), *calls)
        found.append(calls)
    ops = [r.graph.nodes[la.node].op for r, la in zip(rows, layers, strict=True)]
    found = unified(found, ops, [r.shape for r in rows])
    padded = any(c.target == "LowestPadding" for calls in found for c in calls)
    if padded and all(is_never_negative(r.graph, r.value) for r in rows):
        found = [tuple(with_zeros(c) for c in calls) for calls in found]
    for calls in zip(*found, strict=True):
        if any(c.target != calls[0].target for c in calls):
            raise Mismatch("different layers at one place")
        units.require(calls[0])
    return found


def _channels_first(row: Row) -> Call:
    rank = row.shape.rank
    dims = (rank + 1, *range(1, rank + 1))
    return Call("layers.Permute", (Arg("dims", dims, positional=True),))


def does_nothing(rows: Sequence[Row], layers: Sequence[structure.Layer]) -> bool:
    """Pooling to the size that is there already, in every row: nobody would write it."""
    return all(
        layer.op.keyword in ("avgpool", "maxpool")
        and layer.op.value("to") is not None
        and row.graph.nodes[layer.node].shape == row.shape
        for row, layer in zip(rows, layers, strict=True)
    )


def call_doc(
    units: Units,
    unit: Unit,
    scope: Scope,
    rows: Sequence[Row],
    layers: Sequence[structure.Layer],
    calls: Sequence[Call],
) -> Brackets:
    """`layers.Conv2D(c, 3, strides=stride)`, right for every row."""
    aliases = units.module.aliases
    every = [aliases.args(c) for c in calls]
    first = every[0]
    if any([a.name for a in args] != [a.name for a in first] for args in every):
        raise Mismatch("different arguments at one place")
    written: list[Doc] = []
    positional = True
    for i, arg in enumerate(first):
        if all(is_default(args[i]) for args in every):
            positional = False
            continue
        values = [plain(args[i].value) for args in every]
        ex = unit.settle(rows, values, _candidates(arg, calls[0], scope, layers[0]), arg.name)
        positional = positional and arg.positional
        written.append(text(ex) if positional else f"{arg.name}={text(ex)}")
    return Brackets(aliases.head(calls[0].target), tuple(written))


def _candidates(arg: Arg, call: Call, scope: Scope, layer: structure.Layer) -> Iterator[Ex | None]:
    yield from candidates(arg, scope, layer)
    if call.target.startswith("layers.ZeroPadding") and "k" in layer.sources:
        yield same_padding(scope, layer)


def plain(value: object) -> object:
    """An argument's value; a call in its turn is code."""
    if isinstance(value, Call):
        return Code(_inline(value))
    return value_of(value)


def _inline(call: Call) -> str:
    args = [
        _shown(a.value) if a.positional else f"{a.name}={_shown(a.value)}"
        for a in call.args
        if not is_default(a)
    ]
    return f"{call.target}({', '.join(args)})"


def _shown(value: object) -> str:
    found = plain(value)
    return str(found) if isinstance(found, Code) else literal(found)


def factory(units: Units, call: Call) -> Code:
    """A layer as a callable: `layers.ReLU`, `partial(layers.ReLU, 6.0)`."""
    args = units.module.aliases.args(call)
    bound = [
        _shown(a.value) if a.positional else f"{a.name}={_shown(a.value)}"
        for a in args
        if not is_default(a)
    ]
    head = units.module.aliases.head(call.target)
    return Code(f"partial({', '.join([head, *bound])})" if bound else head)


def named(doc: Brackets, name: str | None) -> Brackets:
    return doc if name is None else replace(doc, parts=(*doc.parts, f"name={name}"))
