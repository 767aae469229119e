"""Labels beside the points of a plot: near their points, never over each other."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Place = tuple[float, float, float]  # a point and the radius of the circle around it

_GAPS = (0.0, 5.0, 10.0, 16.0, 23.0, 31.0, 40.0, 50.0, 62.0, 76.0, 92.0, 110.0, 130.0)
_ANGLES = 16
_DOT = 3.5  # a point's own size
_LINE = 1.18  # a line's height, by its print
LEADER = 6.0  # a label farther off its circle than this has a line to its point
_PASSES = 4

# What a place costs, in points of distance.
_OVER_DOT = 60.0
_OVER_EDGE = 5.0  # of a circle
_OVER_LEADER = 25.0
_NEARER = 12.0  # another point is nearer to the label than its own


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: Box) -> bool:
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )

    def within(self, other: Box) -> bool:
        return (
            other.x <= self.x
            and other.y <= self.y
            and self.x + self.width <= other.x + other.width
            and self.y + self.height <= other.y + other.height
        )

    def nearest(self, x: float, y: float) -> tuple[float, float]:
        """The point of the box that is nearest to (x, y)."""
        return (
            min(max(x, self.x), self.x + self.width),
            min(max(y, self.y), self.y + self.height),
        )

    def distance(self, x: float, y: float) -> float:
        return math.dist((x, y), self.nearest(x, y))

    def farthest(self, x: float, y: float) -> float:
        across = max(abs(x - self.x), abs(x - self.x - self.width))
        return math.hypot(across, max(abs(y - self.y), abs(y - self.y - self.height)))


Line = tuple[tuple[float, float], tuple[float, float]]


def beside(
    labels: Sequence[str], places: Sequence[Place], frame: Box, size: float
) -> list[Box | None]:
    """A box for each label, inside `frame`; None where there is no room for it."""
    crowd = [sum(math.dist(a[:2], b[:2]) < 45 for b in places) for a in places]
    found: list[Box | None] = [None] * len(labels)
    # Those in a crowd first: the others find room later. Then again, around all others.
    order = sorted(range(len(labels)), key=lambda i: (-crowd[i], i))
    for at in order * _PASSES:
        width = text_width(labels[at], size) + 2
        others = [
            (box, leader(box, places[i], places))
            for i, box in enumerate(found)
            if box is not None and i != at
        ]
        taken = [box for box, _ in others]
        lines = [line for _, line in others if line is not None]
        best, least = None, math.inf
        for start, box in _candidates(places[at], width, size * _LINE):
            if start >= least:
                break
            if not box.within(frame) or any(box.overlaps(other) for other in taken):
                continue
            cost = start + _cost(box, places[at], places, taken, lines)
            if cost < least:
                best, least = box, cost
        found[at] = best
    return found


def leader(box: Box, place: Place, places: Iterable[Place]) -> Line | None:
    """The line from a point to its label, unless it is plain whose label it is."""
    x, y, radius = place
    off = box.distance(x, y)
    if off - radius <= LEADER and not _nearer(box, place, places):
        return None
    return (x, y), box.nearest(x, y)


def _nearer(box: Box, own: Place, places: Iterable[Place]) -> bool:
    """Whether another point (not at the same place) is about as near to the box as its own."""
    off = 1.4 * box.distance(*own[:2]) + 3
    return any(box.distance(x, y) < off for x, y, _ in places if math.dist((x, y), own[:2]) > _DOT)


def _candidates(place: Place, width: float, height: float) -> Iterable[tuple[float, Box]]:
    """Boxes around a point and what their distance costs, the cheapest first.

    Right outside the circle is hardly worse than at the point; right comes before left.
    """
    x, y, radius = place
    edge = max(0.0, radius - _DOT) + 1
    gaps = [(gap, gap) for gap in _GAPS] + [(gap + 1, gap + edge) for gap in _GAPS]
    for start, gap in sorted(gaps):
        for turn in range(_ANGLES):
            angle = (turn + 1) // 2 * (-1) ** turn * 2 * math.pi / _ANGLES
            across, down = math.cos(angle), math.sin(angle)
            left = x + (gap + _DOT) * across - _share(across) * width
            top = y + (gap + _DOT) * down - _share(down) * height
            yield start, Box(left, top, width, height)


def _share(direction: float) -> float:
    """How much of a box is before its anchor."""
    return 0.5 if abs(direction) < 0.3 else 0.0 if direction > 0 else 1.0


def _cost(
    box: Box, own: Place, places: Sequence[Place], taken: Iterable[Box], leaders: Iterable[Line]
) -> float:
    cost = 0.0
    for x, y, radius in places:
        near = box.distance(x, y)
        cost += _OVER_DOT * (near < _DOT - 1)
        cost += _OVER_EDGE * (near < radius < box.farthest(x, y))
    cost += _OVER_LEADER * sum(_crosses(line, box) for line in leaders)
    cost += _NEARER * _nearer(box, own, places)
    line = leader(box, own, places)
    if line is not None:
        cost += _OVER_LEADER * sum(_crosses(line, other) for other in taken)
        cost += _OVER_LEADER * sum(_meet(line, other) for other in leaders)
    return cost


def _crosses(line: Line, box: Box) -> bool:
    corner, far = (box.x, box.y), (box.x + box.width, box.y + box.height)
    return (
        _meet(line, (corner, far))
        or _meet(line, ((box.x, far[1]), (far[0], box.y)))
        or box.distance(*line[0]) == 0
        or box.distance(*line[1]) == 0
    )


def _meet(one: Line, two: Line) -> bool:
    """Whether two lines cross, apart from their ends."""
    return _side(one, two[0]) * _side(one, two[1]) < 0 and (
        _side(two, one[0]) * _side(two, one[1]) < 0
    )


def _side(line: Line, point: tuple[float, float]) -> float:
    (ax, ay), (bx, by) = line
    return (bx - ax) * (point[1] - ay) - (by - ay) * (point[0] - ax)


def text_width(text: str, size: float) -> float:
    """About how wide a sans serif sets it, rather too much."""
    return size * sum(map(_letter, text))


def _letter(letter: str) -> float:
    if not letter.isascii():
        return 1.0
    if letter in "ijlt.,:;|()[]' fI":
        return 0.34
    if letter in "mwMW":
        return 0.9
    return 0.72 if letter.isupper() else 0.58
