"""What is drawn at a depth: which boxes are open, and the edges between what is seen.

Input: a `Picture`. Output: a tree of `Shown` and `Frame`, with `Wire`s between the shown ones,
all in the net's order. Holds nothing of Graphviz.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from archdsl.diagram.parts import Frame, Part, Plan, Shown, shown
from archdsl.diagram.picture import Box, Element, Leaf, Picture
from archdsl.diagram.wiring import wire
from archdsl.ir.graph import Graph
from archdsl.ir.op import parameter_count
from archdsl.ir.shape import Shape

MOST = 64  # so many boxes still fit on a page
DEPTHS = (3, 2, 1, 0)  # those tried for a default
MOST_DETAILS = 2


def plan(picture: Picture, depth: int | None) -> Plan:
    """The plan at this depth, or at the deepest that is still readable on a page."""
    if depth is not None:
        return _plan(picture, depth)
    for tried in DEPTHS:
        made = _plan(picture, tried)
        if sum(1 for _ in shown(made.parts)) <= MOST:
            break
    made.details = [_detail(picture, box) for box in _worth_opening(made)]
    return made


def _plan(picture: Picture, depth: int) -> Plan:
    graph = picture.graph
    inputs: list[Part] = [
        _terminal(f"n{node}", label or "input", node, graph.nodes[node].shape)
        for label, node in graph.inputs
    ]
    made = Plan(graph, [*inputs, *_open(picture, picture.elements, 0, depth)])
    owner = _owners(made, picture)
    wire(made, picture, owner)
    ends = [*graph.outputs, *((end.label, end.value) for end in graph.aux)]
    made.outputs = [(owner[node].id, label, node) for label, node in ends if node in owner]
    return made


def _terminal(id: str, label: str, node: int, shape: Shape) -> Shown:
    element = Box("form", label, "", [Leaf([node], node, False)])
    return Shown(id, element, node, shape, False, "input")


def _worth_opening(made: Plan) -> list[Box]:
    """The first of each kind of closed block that holds more than a few boxes."""
    found: dict[str, Box] = {}
    for box in shown(made.parts):
        element = box.element
        if isinstance(element, Box) and element.what == "block" and len(element.nodes) > 3:
            found.setdefault(element.call.partition("(")[0], element)
    return list(found.values())[:MOST_DETAILS]


def _detail(picture: Picture, box: Box) -> Plan:
    """A block alone, open, with the value that comes in."""
    graph = picture.graph
    opened = Frame(replace(box, count=1), list(_open(picture, box.children, 0, 1, "d")), False)
    made = Plan(graph, [opened])
    owner = _owners(made, picture)
    inside = frozenset(box.nodes)
    outside = sorted({i for n in inside for i in graph.nodes[n].inputs if i not in inside})
    for node in outside:
        owner[node] = _terminal(f"d{min(inside)}_{node}", "input", node, graph.nodes[node].shape)
    made.parts[:0] = [owner[node] for node in outside]
    wire(made, picture, {n: owner[n] for n in owner if n in inside or n in outside})
    return made


def _owners(made: Plan, picture: Picture) -> dict[int, Shown]:
    """The box that each node, or its folded twin, is drawn in."""
    owner = {node: box for box in shown(made.parts) for node in box.element.nodes}
    for node in picture.alias:
        twin = picture.twin(node)
        if twin in owner:
            owner[node] = owner[twin]
    for node in sorted(owner):
        owner[node].members.append(node)
    return owner


def _open(
    picture: Picture, elements: Iterable[Element], level: int, depth: int, prefix: str = "n"
) -> Iterator[Shown | Frame]:
    graph = picture.graph
    for element in elements:
        nodes = element.nodes
        if not nodes:
            continue
        aux = all(graph.nodes[n].aux for n in nodes)
        if isinstance(element, Box) and _is_open(element, level, depth):
            deeper = level if element.what in ("form", "repeat") else level + 1
            children = list(_open(picture, element.children, deeper, depth, prefix))
            if element.what == "form" and element.count == 1:
                yield from children
            else:
                yield Frame(element, children, aux)
            continue
        last = max(nodes)
        yield Shown(f"{prefix}{min(nodes)}", element, last, _last_shape(picture, last), aux)


def _is_open(box: Box, level: int, depth: int) -> bool:
    match box.what:
        case "form" | "repeat":
            return depth > 0
        case "aux":
            return level + 1 < depth
        case _:
            return level < depth


def _last_shape(picture: Picture, node: int) -> Shape:
    """The shape after the last of the folded twins."""
    twins = [n for n in picture.alias if picture.twin(n) == node]
    return picture.graph.nodes[max(twins, default=node)].shape


def parameters(graph: Graph, nodes: Iterable[int]) -> int:
    total = 0
    for n in nodes:
        node = graph.nodes[n]
        total += parameter_count(node.op.weights(graph.input_shapes(node)))
    return total


def macs(graph: Graph) -> int:
    return sum(node.op.macs(graph.input_shapes(node), node.shape) for node in graph if not node.aux)
