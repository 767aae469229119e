"""Feature maps as boxes in perspective: height and depth are the map's, the width its channels.

Input: a `Line`. Output: shapes on a plane, in points, for the template to write. Sizes follow
roots, so that 7x7 beside 224x224 and 3 channels beside 2048 can still be seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from archdsl.diagram.chain import Line, Step
from archdsl.diagram.labels import shape_text
from archdsl.ir.shape import Shape

TALL = 132.0  # points of the largest map
SLANT = 0.34  # how far the depth goes to the right, for each point
RISE = 0.30  # and up
LEAST = 5.0
LETTER = 4.7  # points of a letter of the captions
LEADING = 11.0
GAP = 3.0  # between boxes of one size
APART = 20.0  # between sizes

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Volume:
    """A box: the corner of its front at the lower left, and its sizes."""

    step: Step
    x: float
    y: float
    width: float
    height: float
    depth: float

    @property
    def over(self) -> float:
        """How far the back stands to the right of the front."""
        return self.depth * SLANT

    @property
    def up(self) -> float:
        return self.depth * RISE

    @property
    def right(self) -> float:
        return self.x + self.width + self.over

    @property
    def top(self) -> float:
        return self.y - self.height - self.up

    @property
    def front(self) -> list[Point]:
        x, y = self.x, self.y
        return [
            (x, y),
            (x + self.width, y),
            (x + self.width, y - self.height),
            (x, y - self.height),
        ]

    @property
    def roof(self) -> list[Point]:
        x, y, w = self.x, self.y - self.height, self.width
        return [(x, y), (x + w, y), (x + w + self.over, y - self.up), (x + self.over, y - self.up)]

    @property
    def side(self) -> list[Point]:
        x, y, h = self.x + self.width, self.y, self.height
        return [(x, y), (x, y - h), (x + self.over, y - h - self.up), (x + self.over, y - self.up)]

    @property
    def way_out(self) -> Point:
        """The middle of its right face."""
        return self.x + self.width + self.over / 2, self.y - self.height / 2 - self.up / 2

    @property
    def way_in(self) -> Point:
        return self.x, self.y - self.height / 2


@dataclass(frozen=True, slots=True)
class Caption:
    """Lines below boxes of one size, in the middle under them."""

    x: float
    y: float
    lines: tuple[tuple[str, str], ...]  # (style, text): shape, head or sub


@dataclass(frozen=True, slots=True)
class Curve:
    """A value that goes beside: from above one box to above another."""

    start: Point
    end: Point
    height: float
    label: str


@dataclass
class Figure:
    width: float = 0.0
    height: float = 0.0
    volumes: list[Volume] = field(default_factory=list)
    captions: list[Caption] = field(default_factory=list)
    flows: list[tuple[Point, Point]] = field(default_factory=list)
    windows: list[tuple[list[Point], Point]] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)


def figure(line: Line) -> Figure:
    """The figure of a line, from left to right on one axis."""
    made = Figure()
    largest = max(_space(step.shape)[0] for step in line.steps)
    groups = list(_by_size(line.steps))
    x = 0.0
    axis = 0.0
    for group in groups:
        x = _place(made, group, x, axis, largest) + APART
    _connect(made, groups)
    _arcs(made, line)
    _finish(made)
    return made


def _space(shape: Shape) -> tuple[int, int]:
    """Height and width of a map; of a sequence its length and 1, of a vector nothing."""
    if shape.rank == 0:
        return 0, 0
    if shape.rank == 1:
        return shape.spatial[0], 1
    return shape.spatial[-2], shape.spatial[-1]


def _by_size(steps: list[Step]) -> Iterable[list[Step]]:
    """Steps in a row whose maps are of one size; each vector by itself.

    A block's steps stay together: what counts is the size that it gives.
    """
    given = {id(step.group): step.shape.spatial for step in steps if step.group is not None}
    size = {id(step): given.get(id(step.group), step.shape.spatial) for step in steps}
    group: list[Step] = []
    for step in steps:
        same = group and size[id(group[-1])] == size[id(step)] and step.shape.rank
        if group and (not same or group[-1].kind == "input"):
            yield group
            group = []
        group.append(step)
    if group:
        yield group


def _sizes(shape: Shape, largest: int) -> tuple[float, float, float]:
    """Width, height and depth of a box."""
    if shape.rank == 0:
        return 9.0, max(LEAST, 10.0 * shape.channels**0.25), 12.0
    high, deep = (
        max(LEAST, TALL * (n / largest) ** 0.6) if n > 1 else LEAST for n in _space(shape)
    )
    return 3.0 + 1.0 * shape.channels**0.5, high, deep


def _place(made: Figure, group: list[Step], x: float, axis: float, largest: int) -> float:
    """The boxes of one size above their caption; gives where it ends."""
    sizes = [_sizes(step.shape, largest) for step in group]
    last = sizes[-1]
    wide = sum(w for w, _, _ in sizes) + GAP * (len(group) - 1) + last[2] * SLANT
    lines = tuple(_caption(group))
    text = max(LETTER * len(words) for _, words in lines) + 4
    slot = max(wide, text)
    at = x + (slot - wide) / 2
    for step, (w, h, d) in zip(group, sizes, strict=True):
        made.volumes.append(Volume(step, at, axis + (h + d * RISE) / 2, w, h, d))
        at += w + GAP
    made.captions.append(Caption(x + slot / 2, 0.0, lines))
    return x + slot


def _caption(group: list[Step]) -> Iterable[tuple[str, str]]:
    """The shape of the last box, and what made them: equal layers once, with how often."""
    yield "shape", shape_text(group[-1].shape)
    at = 0
    while at < len(group):
        step = group[at]
        if step.group is not None:
            inner = [s for s in group if s.group is step.group]
            yield "head", _times(step.group.name, step.group.count)
            yield "sub", " → ".join(_short(s) for s in inner)
            at += len(inner)
            continue
        run = at
        while run < len(group) and group[run].group is None and group[run].text == step.text:
            run += 1
        yield "head", _times(step.text, sum(s.count for s in group[at:run]))
        at = run


def _short(step: Step) -> str:
    """A layer in a block: what it looks through, or its name."""
    if step.kernel:
        window = "×".join(str(n) for n in step.kernel)
        return f"dw {window}" if step.text.startswith("depthwise") else window
    return step.text.partition("(")[0]


def _times(text: str, count: int) -> str:
    return f"{text} ×{count}" if count > 1 else text


def _connect(made: Figure, groups: list[list[Step]]) -> None:
    """A line from each size to the next, and the window that the next one looks through."""
    at = {id(volume.step): volume for volume in made.volumes}
    for before, after in pairwise(groups):
        one, two = at[id(before[-1])], at[id(after[0])]
        step = two.step
        window = step.kernel[-2:] if step.kernel and one.step.shape.rank else ()
        if window and step.kind in ("conv", "pool"):
            made.windows.append((_window(one, window), two.way_in))
        else:
            made.flows.append((one.way_out, (two.x, one.way_out[1])))


def _window(volume: Volume, kernel: tuple[int, ...]) -> list[Point]:
    """The kernel's window on the right face of a box, as large as it is there."""
    high, wide = _space(volume.step.shape)
    tall = min(1.0, kernel[0] / max(high, 1)) * volume.height
    deep = min(1.0, kernel[-1] / max(wide, 1)) * volume.depth
    tall, deep = max(tall, 3.0), max(deep, 3.0)
    x, y = volume.way_out
    dx, dy = deep * SLANT / 2, deep * RISE / 2
    return [
        (x - dx, y + tall / 2 + dy),
        (x - dx, y - tall / 2 + dy),
        (x + dx, y - tall / 2 - dy),
        (x + dx, y + tall / 2 - dy),
    ]


def _arcs(made: Figure, line: Line) -> None:
    at = {id(volume.step): volume for volume in made.volumes}
    order = {id(volume.step): n for n, volume in enumerate(made.volumes)}
    for arc in line.arcs:
        one, two = at[id(arc.source)], at[id(arc.target)]
        between = made.volumes[order[id(arc.source)] : order[id(arc.target)] + 1]
        top = min(volume.top for volume in between)
        start = (one.x + one.width / 2 + one.over, one.top)
        end = (two.x + two.width / 2 + two.over, two.top)
        made.curves.append(Curve(start, end, top - 14.0, arc.label))


def _finish(made: Figure) -> None:
    """Captions on one line below all boxes; everything moved to where the sheet begins."""
    low = max(volume.y for volume in made.volumes) + 16.0
    high = min([v.top for v in made.volumes] + [c.height for c in made.curves])
    made.captions = [Caption(c.x, low, c.lines) for c in made.captions]
    rows = max(len(caption.lines) for caption in made.captions)
    rights = [c.x + LETTER * len(text) / 2 for c in made.captions for _, text in c.lines]
    made.width = max([*rights, *(volume.right for volume in made.volumes)])
    left = min(c.x - LETTER * len(text) / 2 for c in made.captions for _, text in c.lines)
    made.height = low - high + LEADING * rows
    _moved(made, -min(left, 0.0), -high)
    made.width -= min(left, 0.0)


def _moved(made: Figure, dx: float, dy: float) -> None:
    def move(p: Point) -> Point:
        return p[0] + dx, p[1] + dy

    made.volumes = [
        Volume(v.step, v.x + dx, v.y + dy, v.width, v.height, v.depth) for v in made.volumes
    ]
    made.captions = [Caption(c.x + dx, c.y + dy, c.lines) for c in made.captions]
    made.flows = [(move(a), move(b)) for a, b in made.flows]
    made.windows = [([move(p) for p in corners], move(tip)) for corners, tip in made.windows]
    made.curves = [Curve(move(c.start), move(c.end), c.height + dy, c.label) for c in made.curves]
