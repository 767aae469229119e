"""Ops that a target has no way to say: errors before anything is emitted, never a dropped layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations, cycle, islice
from typing import TypeAlias

from archdsl.diagnostics import Diagnostics
from archdsl.ir import structure
from archdsl.ir.attributes import attributes_of
from archdsl.ir.graph import Graph, Node
from archdsl.ir.op import OpError
from archdsl.ir.shape import Shape
from archdsl.ops import Custom
from archdsl.ops.merge import Input

# forms of the flow itself: every target writes them as expressions
Lower: TypeAlias = Callable[[Graph, Node], object]

STRUCTURAL = frozenset({"input", "add", "concat", "mul"})


def report_gaps(
    nets: Sequence[structure.Net],
    target: str,
    lower: Lower,
    diagnostics: Diagnostics,
) -> bool:
    """Reports every node without a lowering; true where there is any.

    lower: what a node is in the target, None where it has no way to say it
    """
    found = False
    for net in nets:
        for node in net.graph:
            if node.op.keyword in STRUCTURAL:
                continue
            if lower(net.graph, node) is None:
                found = True
                _report(net, node, target, lower, diagnostics)
    return found


def _report(
    net: structure.Net, node: Node, target: str, lower: Lower, diagnostics: Diagnostics
) -> None:
    if isinstance(node.op, Custom):
        message = f"`{node.op.value('name')}` can't be compiled for {target}"
        help = "choose another target"
        if hasattr(node.op, f"{target}_path"):
            help = f'name its class where it is declared: `{target} = "package.Class"`'
    else:
        guilty = at_fault(net.graph, node, lower)
        quoted = [f"`{name}`" for name in guilty]
        with_ = f" with {' and '.join(quoted)}" if guilty else ""
        in_ = f" in {node.shape.rank}D" if _is_of_its_axes(net.graph, node, lower) else ""
        message = f"`{node.op.keyword}`{with_}{in_} can't be compiled for {target}"
        other = f"another value of {' or '.join(quoted)}" if guilty else "another layer"
        help = f"choose another target, or {other}"
    notes = [f"{node.path} in {net.name}: {target} has no layer that does this"]
    diagnostics.error("E601", message, node.span, notes=notes, help=help)


def at_fault(graph: Graph, node: Node, lower: Lower) -> tuple[str, ...]:
    """The attributes without which, at their defaults, the target has the op; else those that the
    op can't be without (`to`, where nothing else gives a size); () where there are none either."""
    known = attributes_of(type(node.op))
    given = {field: a.default for field, a in known.items() if a.name not in node.op.required()}
    fields = [field for field, default in given.items() if getattr(node.op, field) != default]
    needed: list[str] = []
    for some in (*((f,) for f in fields), *combinations(fields, 2)):
        try:
            op = node.op.changed(**{f: given[f] for f in some})
            op = op.resolve(graph.input_shapes(node))
            other = replace(node, op=op, shape=op.infer(graph.input_shapes(node)))
        except OpError:
            needed += some if len(some) == 1 else ()
            continue
        if lower(graph, other) is not None:
            return tuple(known[f].name for f in some)
    return tuple(known[f].name for f in needed)


def _is_of_its_axes(graph: Graph, node: Node, lower: Lower) -> bool:
    """Whether the target has the very op for maps of another number of axes."""
    (shape, *_) = graph.input_shapes(node)
    return any(
        shape.rank and rank != shape.rank and _lowered_in(rank, graph, node, lower)
        for rank in (1, 2, 3)
    )


def _lowered_in(rank: int, graph: Graph, node: Node, lower: Lower) -> bool:
    """With as many axes, of the same sizes over and over, and attributes in step."""
    (shape, *_) = graph.input_shapes(node)

    def fitted(values: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(islice(cycle(values), rank))

    sizes = {
        field: fitted(value)
        for field in attributes_of(type(node.op))
        if isinstance(value := getattr(node.op, field), tuple) and len(value) == shape.rank
    }
    before = Shape(tuple(islice(cycle(shape.spatial), rank)), shape.channels)
    try:
        op = node.op.changed(**sizes).resolve((before,))
        other = replace(node, id=1, op=op, inputs=(0,), shape=op.infer((before,)))
    except OpError:
        return False
    first = replace(node, id=0, op=Input(shape=before), inputs=(), shape=before)
    alone = Graph((first, other), ((None, 0),), ((None, 1),))
    return lower(alone, other) is not None
