"""Which layers a net begins and ends with."""

from __future__ import annotations

from archdsl.ir.graph import Graph


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
