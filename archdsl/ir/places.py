"""Where a net has weights: a place for each, by its name."""

from __future__ import annotations

from collections.abc import Iterator

from archdsl.ir.graph import Graph, Node
from archdsl.ir.op import Weight
from archdsl.records import record


@record
class Place:
    """A weight of a net: `name` is PyTorch's key, the layer's path and the weight's own name."""

    name: str
    node: Node
    weight: Weight

    @property
    def aux(self) -> bool:
        return self.node.aux


def places(graph: Graph) -> Iterator[Place]:
    """All weights, in PyTorch's order."""
    for node in graph:
        yield from places_of(node, graph)


def places_of(node: Node, graph: Graph) -> Iterator[Place]:
    """Those of one layer."""
    for weight in node.op.weights(graph.input_shapes(node)):
        # An op that is a lone parameter has its path for a name.
        yield Place(f"{node.path}.{weight.name}" if weight.name else node.path, node, weight)
