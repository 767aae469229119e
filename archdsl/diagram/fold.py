"""Equal neighbours are drawn once, with a count.

How often a residual's body is left out while training (stochastic depth) makes no difference:
the rate grows from block to block in nets that have it.
"""

from __future__ import annotations

from collections.abc import Sequence

from archdsl.diagram.labels import ranged
from archdsl.diagram.picture import Box, Element, Picture
from archdsl.ir.graph import Graph


def folded(elements: list[Element], picture: Picture) -> list[Element]:
    """Runs of equal neighbours, each the only input of the next, as one with a count."""
    out: list[Element] = []
    run: list[Element] = []
    for element in [*elements, None]:
        if element is not None and run and _follows(run[-1], element, picture):
            run.append(element)
            continue
        if run:
            out.append(_fold(run, picture))
        run = [element] if element is not None else []
    return out


def _fold(run: Sequence[Element], picture: Picture) -> Element:
    first = run[0]
    graph = picture.graph
    for other in run[1:]:
        pairs = list(zip(sorted(other.nodes), sorted(first.nodes), strict=True))
        picture.alias.update(pairs)
        picture.vague.update(b for a, b in pairs if graph.nodes[a].op != graph.nodes[b].op)
        if isinstance(first, Box) and isinstance(other, Box):
            first.given = ranged(first.given, other.given)
            first.title = first.title if first.title == other.title else ""
    if len(run) > 1:
        end = max(run[-1].nodes)
        picture.last[max(first.nodes)] = picture.last.get(end, end)
    first.count *= len(run)
    return first


def _follows(a: Element, b: Element, picture: Picture) -> bool:
    """Whether b is a again, applied to what came out of a, and nobody else asks for that."""
    if isinstance(a, Box) != isinstance(b, Box) or a.count != b.count:
        return False
    if isinstance(a, Box) and isinstance(b, Box) and (a.what, a.block) != (b.what, b.block):
        return False
    if isinstance(a, Box) and a.what == "stage":
        return False
    left, right = sorted(a.nodes), sorted(b.nodes)
    if not left or len(left) != len(right):
        return False
    inside = frozenset(right)
    end = picture.last.get(left[-1], left[-1])
    if any(use not in inside for use in picture.uses.get(end, ())):
        return False
    if not any(end in picture.graph.nodes[n].inputs for n in right):
        return False
    graph = picture.graph
    for x, y in zip(left, right, strict=True):
        one, two = graph.nodes[x], graph.nodes[y]
        if one.op != two.op and not one.op.keyword == two.op.keyword == "drop_path":
            return False
        if one.shape.spatial != two.shape.spatial:
            return False
    return _wires(left, graph) == _wires(right, graph)


def _wires(nodes: list[int], graph: Graph) -> list[tuple[int, ...]]:
    """Inputs by place within `nodes`; those from outside numbered as they come, below 0."""
    place = {n: i for i, n in enumerate(nodes)}
    outside: dict[int, int] = {}
    return [
        tuple(
            place[i] if i in place else outside.setdefault(i, -1 - len(outside))
            for i in graph.nodes[n].inputs
        )
        for n in nodes
    ]
