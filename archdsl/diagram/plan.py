"""What is drawn at a depth: which boxes are open, and the edges between what is seen.

Input: a `Picture`. Output: a tree of `Shown` and `Frame`, with `Wire`s between the shown ones,
all in the net's order. Holds nothing of Graphviz.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from archdsl.diagram.parts import Frame, Part, Plan, Shown, shown
from archdsl.diagram.picture import Box, Element, Leaf, Picture
from archdsl.diagram.runs import in_runs
from archdsl.diagram.wiring import wire
from archdsl.diagram.words import title_of
from archdsl.ir.shape import Shape

MOST = 150  # so many boxes on a page can be made out at all
ALMOST_ALL = 0.6  # a frame around such a part of the boxes tells nothing


def plan(picture: Picture, depth: int, opened: Collection[str] = (), *, within: str = "n") -> Plan:
    """The plan at this depth, with the boxes at the paths `opened` open too.

    within: what the boxes' ids begin with
    """
    opener = _Opener(picture, depth, opened, within)
    graph = picture.graph
    inputs: list[Part] = [
        _terminal(f"{within}{node}", label or "input", node, graph.nodes[node].shape)
        for label, node in graph.inputs
    ]
    parts = [*inputs, *opener.parts(picture.elements, 0)]
    if depth == 0 and len(parts) > MOST and not opened:
        parts = [*inputs, *opener.parts(in_runs(picture.elements, MOST // 3), 0)]
    made = Plan(graph, _unframed(parts), vague=picture.vague)
    owner = _owners(made, picture)
    wire(made, picture, owner)
    ends = [*graph.outputs, *((end.label, end.value) for end in graph.aux)]
    made.outputs = [(owner[node].id, label, node) for label, node in ends if node in owner]
    return made


def size(picture: Picture, depth: int) -> int:
    """How many boxes a plan of this depth has."""
    parts = _Opener(picture, depth, (), "n").parts(picture.elements, 0)
    return sum(1 for _ in shown(parts))


def part_plan(picture: Picture, depth: int, within: str) -> Plan:
    """The plan of a part of a net (one use of a block), with the values that come in and go out."""
    graph = picture.graph
    opener = _Opener(picture, depth + 1, (), within)
    made = Plan(graph, list(opener.parts(picture.elements, 0)), vague=picture.vague)
    owner = _owners(made, picture)
    inside = sorted(owner)
    known = frozenset(inside)
    outside = sorted({i for n in inside for i in graph.nodes[n].inputs if i not in known})
    for node in outside:
        owner[node] = _terminal(f"{within}i{node}", "input", node, graph.nodes[node].shape)
    made.parts[:0] = [owner[node] for node in outside]
    wire(made, picture, owner)
    read = {i for n in inside for i in graph.nodes[n].inputs}
    ends = [n for n in inside if n not in read and not graph.nodes[n].aux]
    made.outputs = [(owner[n].id, "output", n) for n in ends]
    return made


def _terminal(id: str, label: str, node: int, shape: Shape) -> Shown:
    element = Box("form", label, "", [Leaf([node], node, False)])
    return Shown(id, element, node, shape, False, "input", [node])


def _owners(made: Plan, picture: Picture) -> dict[int, Shown]:
    """The box that each node, or its folded twin, is drawn in."""
    owner = {node: box for box in shown(made.parts) for node in box.element.nodes}
    for node in picture.alias:
        twin = picture.twin(node)
        if twin in owner:
            owner[node] = owner[twin]
    for box in shown(made.parts):
        box.members.clear()
    for node in sorted(owner):
        owner[node].members.append(node)
    return owner


def _unframed(parts: list[Part]) -> list[Part]:
    """Without the frame of a stage that holds almost everything; its stages carry its name."""
    total = sum(1 for _ in shown(parts))
    out: list[Part] = []
    for part in parts:
        whole = isinstance(part, Frame) and part.box.what == "stage" and part.box.count == 1
        if isinstance(part, Frame) and whole:
            held = sum(1 for _ in shown(part.children))
            if held > ALMOST_ALL * total and len(part.children) > 2:
                out += [_renamed(child, part.title) for child in part.children]
                continue
        out.append(part)
    return out


def _renamed(part: Part, before: str) -> Part:
    if isinstance(part, Frame) and part.box.what == "stage":
        part.title = f"{before}.{part.title}"
    element = part.element if isinstance(part, Shown) else None
    if isinstance(part, Shown) and isinstance(element, Box) and element.what == "stage":
        part.element = replace(element, title=f"{before}.{element.title}")
    return part


def _called(part: Part, stage: Box) -> Part:
    """The only part of a stage, which has no frame, with the stage's name."""
    box = part.box if isinstance(part, Frame) else part.element
    if isinstance(box, Box) and box.what == "block" and not box.title:
        named = replace(box, title=stage.path)
        if isinstance(part, Frame):
            part.box, part.title = named, title_of(named)
        else:
            part.element = named
    return part


class _Opener:
    """Which boxes are open: those of the first levels, and those on the way to `opened`."""

    def __init__(self, picture: Picture, depth: int, opened: Collection[str], within: str) -> None:
        self.picture = picture
        self.depth = depth
        self.opened = opened
        self.within = within

    def parts(self, elements: Iterable[Element], level: int) -> Iterator[Part]:
        graph = self.picture.graph
        for element in elements:
            nodes = element.nodes
            if not nodes:
                continue
            aux = all(graph.nodes[n].aux for n in nodes)
            if isinstance(element, Box) and self.is_open(element, level):
                yield from self.opening(element, level, aux)
                continue
            last = max(nodes)
            shape = self.last_shape(last)
            yield Shown(f"{self.within}{min(nodes)}", element, last, shape, aux)

    def opening(self, element: Box, level: int, aux: bool) -> Iterator[Part]:
        deeper = level if element.what in ("form", "repeat") else level + 1
        children = list(self.parts(element.children, deeper))
        alone = element.what == "stage" and len(children) == 1 and element.count == 1
        if alone or (element.what == "form" and element.count == 1):
            yield from (_called(child, element) if alone else child for child in children)
            return
        named = element.what in ("stage", "block", "aux")
        yield Frame(element, children, aux, title_of(element) if named else "")

    def is_open(self, box: Box, level: int) -> bool:
        if any(path == box.path or path.startswith(f"{box.path}.") for path in self.opened):
            return True
        match box.what:
            case "form" | "repeat":
                return self.depth > 0 or level > 0
            case "run":
                return False
            case "aux":
                return level + 1 < self.depth
            case _:
                return level < self.depth

    def last_shape(self, node: int) -> Shape:
        """The shape after the last of the folded twins."""
        if self._last is None:
            self._last = {}
            for other in sorted(self.picture.alias):
                self._last[self.picture.twin(other)] = other
        return self.picture.graph.nodes[self._last.get(node, node)].shape

    _last: dict[int, int] | None = None
