"""The edges of a plan: between what is seen, with a shape where a reader needs one.

Input: a `Plan` with its parts, and the box of each node. Sets the plan's `wires`, and puts a
point into each frame where one value comes in for several boxes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from archdsl.diagram.labels import kind_of
from archdsl.diagram.parts import ROOM, Frame, Part, Plan, Shown, Wire, bar_width, shown
from archdsl.diagram.picture import Box, Leaf, Picture
from archdsl.ir.graph import Graph


def wire(made: Plan, picture: Picture, owner: dict[int, Shown]) -> None:
    graph = picture.graph
    wires: dict[tuple[str, str], Wire] = {}
    incoming: dict[str, list[str]] = {}  # where the main flow comes from
    for node in graph:
        target = owner.get(node.id)
        for source_id in node.inputs:
            source = owner.get(source_id)
            if target is None or source is None or source is target:
                continue
            # From one folded turn to the next: inside the drawing that would run backwards.
            if picture.twin(source_id) >= picture.twin(node.id):
                continue
            label = picture.skips.get((source_id, node.id))
            key = (source.id, target.id)
            old = wires.get(key)
            if old is not None and (label is not None or not old.skip):
                continue
            shape = graph.nodes[source_id].shape
            wires[key] = Wire(source.id, target.id, shape, label is not None, label or "", node.aux)
            if label is None:
                incoming.setdefault(target.id, []).append(source.id)
    made.wires = _noted(made, list(wires.values()), incoming)
    for frame in _inner_first(made.parts):
        _enter(made, frame)


def _noted(made: Plan, wires: list[Wire], incoming: dict[str, list[str]]) -> list[Wire]:
    """The wires with a shape only where a reader needs it.

    A shape is written where the flow leaves the box that made it, if it is not the one written
    last. Convolutions and linear layers say their channels themselves: until a block's end that
    is enough, as long as the size in space stays.
    """
    boxes = {box.id: box for box in shown(made.parts)}
    within = _frames(made.parts, None)
    known = {box.id: box.shape for box in boxes.values() if box.role == "input"}
    written: set[str] = set(known)
    out = []
    for wire in sorted(wires, key=lambda wire: boxes[wire.source].last):
        source, shape = boxes[wire.source], wire.shape
        said = [known[i] for i in incoming.get(source.id, ()) if i in known]
        before = shape if shape in said else next(iter(said), None)
        note = None
        aside = wire.aux and not source.aux
        if source.id not in written and not wire.skip and not aside and shape is not None:
            says = isinstance(source.element, Leaf) and _says(made.graph, source.element)
            same = before is not None and before.spatial == shape.spatial
            inside = within[wire.source] is within[wire.target]
            joined = boxes[wire.target].role == "box" and _adds(made.graph, boxes[wire.target])
            if before == shape or joined or (says and same and inside):
                known[source.id] = before or shape
            else:
                note = known[source.id] = shape
                written.add(source.id)
        out.append(replace(wire, shape=note))
    return out


def _says(graph: Graph, leaf: Leaf) -> bool:
    return kind_of(graph.nodes[leaf.head].op) in ("conv", "linear")


def _adds(graph: Graph, box: Shown) -> bool:
    element = box.element
    return isinstance(element, Leaf) and graph.nodes[element.head].op.keyword in (
        "add",
        "mul",
        "concat",
    )


def _inner_first(parts: Iterable[Part]) -> Iterator[Frame]:
    for part in parts:
        if isinstance(part, Frame):
            yield from _inner_first(part.children)
            yield part


def _enter(made: Plan, frame: Frame) -> None:
    """One line into the frame for each value that comes in: through its bar, or to where it forks.

    The first value, which is the main flow's, passes the bar.
    """
    inside = {box.id for box in shown([frame])}
    entering: dict[str, list[Wire]] = {}
    for wire in made.wires:
        if wire.target in inside and wire.source not in inside and not wire.label:
            entering.setdefault(wire.source, []).append(wire)
    boxes = {box.id: box for box in shown(made.parts)}
    first = next(shown([frame]))
    points: list[Part] = []
    if frame.barred:
        points.append(_bar(made, frame, first))
        if not entering:
            wire = Wire(_id(points[0]), first.id, None, False, "", frame.aux, hidden=True)
            made.wires.insert(0, wire)
    for at, (source, wires) in enumerate(entering.items()):
        through = frame.barred and at == 0
        if len(wires) < 2 and not through:
            continue
        if not through:
            origin = boxes[source]
            point = f"in_{source}_{first.id}"
            nothing = Box("form", "", "", [])
            points.append(Shown(point, nothing, origin.last, origin.shape, frame.aux, "entry"))
        _reroute(made, source, _id(points[0 if through else -1]), wires)
    frame.children[:0] = points


def _bar(made: Plan, frame: Frame, first: Shown) -> Shown:
    beside = {part.id for part in frame.children if isinstance(part, Shown)}
    room = 0.0
    if any(wire.skip and wire.target in beside and not wire.label for wire in made.wires):
        inner = max((_width(child) for child in frame.children), default=0.0)
        own = bar_width(frame.title, frame.box.count, 0)
        room = max(ROOM, (inner - own) / 2 + 28)
    title = Box("stage", frame.title, frame.box.path, [], count=frame.box.count)
    return Shown(f"in_{first.id}", title, first.last, first.shape, frame.aux, "bar", room=room)


def _width(part: Part) -> float:
    """About how wide a frame within is that has room for a skip of its own."""
    bars = part.children if isinstance(part, Frame) else []
    rooms = [bar.room for bar in bars if isinstance(bar, Shown) and bar.room]
    if not isinstance(part, Frame) or not rooms:
        return 0.0
    return bar_width(part.title, part.box.count, max(rooms)) + 16


def _id(part: Part) -> str:
    assert isinstance(part, Shown)
    return part.id


def _reroute(made: Plan, source: str, point: str, wires: list[Wire]) -> None:
    """The wires from the source go by the point."""
    shape = next((wire.shape for wire in wires if wire.shape is not None), None)
    trunk = Wire(source, point, shape, False, "", all(wire.aux for wire in wires))
    first = made.wires.index(wires[0])
    # Those beside the main flow come last: they are drawn to the right.
    forks = [replace(wire, source=point, shape=None) for wire in wires]
    forks.sort(key=lambda wire: wire.skip)
    rest = [wire for wire in made.wires[first:] if wire not in wires]
    made.wires[first:] = [trunk, *forks, *rest]


def _frames(parts: Iterable[Part], frame: Frame | None) -> dict[str, Frame | None]:
    """The frame that each box stands in."""
    found: dict[str, Frame | None] = {}
    for part in parts:
        found |= {part.id: frame} if isinstance(part, Shown) else _frames(part.children, part)
    return found
