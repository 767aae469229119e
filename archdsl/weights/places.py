"""Where a net has weights: a place for each, by its name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from archdsl.ir.graph import Graph, Node
from archdsl.ir.op import Weight

TRACKED = "num_batches_tracked"  # batch norm's count of batches: PyTorch's alone


@dataclass(frozen=True, slots=True)
class Place:
    """A weight of a net: `name` is PyTorch's key."""

    name: str
    node: Node
    weight: Weight

    @property
    def aux(self) -> bool:
        return self.node.aux


def places(graph: Graph) -> Iterator[Place]:
    """All weights, in PyTorch's order."""
    for node in graph:
        for weight in node.op.weights(graph.input_shapes(node)):
            name = f"{node.path}.{weight.name}" if weight.name else node.path
            yield Place(name, node, weight)


def heads(graph: Graph) -> frozenset[str]:
    """Paths of the layers that make the outputs: nothing with weights comes after them."""
    ends = [v for _, v in graph.outputs] + [a.value for a in graph.aux]
    return frozenset(graph.nodes[i].path for i in _nearest(graph, ends))


def stems(graph: Graph) -> frozenset[str]:
    """Paths of the layers that the inputs meet first, of those that mix channels."""
    users: dict[int, list[int]] = {}
    for node in graph:
        for i in node.inputs:
            users.setdefault(i, []).append(node.id)
    stack, seen, found = [v for _, v in graph.inputs], set[int](), set[str]()
    while stack:
        value = stack.pop()
        for user in users.get(value, []):
            node = graph.nodes[user]
            if node.op.keyword in ("conv", "pointwise", "linear"):
                found.add(node.path)
            elif user not in seen:
                seen.add(user)
                stack.append(user)
    return frozenset(found)


def _nearest(graph: Graph, ends: list[int]) -> set[int]:
    stack, seen, found = list(ends), set(ends), set[int]()
    while stack:
        node = graph.nodes[stack.pop()]
        if node.op.keyword in ("conv", "pointwise", "linear"):
            found.add(node.id)
            continue
        if node.op.weights(graph.input_shapes(node)):
            continue
        for i in node.inputs:
            if i not in seen:
                seen.add(i)
                stack.append(i)
    return found
