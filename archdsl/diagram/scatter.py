"""Where the parts of a scatter plot are: nets by parameters and MACs, memory as a circle's area.

Input: `Dot`s and the sizes of the page. Output: a `Scatter`, in points from the upper left corner.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from archdsl.diagram.beside import Box, Place, beside

WIDE = 785.0
HIGH, HIGHER = 540.0, 700.0  # without the legend; of a crowd
LEFT, RIGHT, TOP = 62.0, 14.0, 62.0
AXIS = 44.0  # below the frame, for the ticks and the axis's name
ROW = 15.0  # of the legend
MOST_TICKS = 9
_ROOM = 0.05  # of an axis, free at each of its ends
_LEAST = 0.7  # decades that an axis spans at least
_UNITS = ("", "k", "M", "G", "T", "P")
_KEY = 24.0  # the radius that the legend has room for
_CROWD = 20  # nets from which on print and circles are smaller


@dataclass(frozen=True, slots=True)
class Dot:
    """A net's figures, all at least 1; family: what its colour goes by."""

    label: str
    family: str
    params: int
    macs: int
    memory: int


@dataclass(frozen=True, slots=True)
class Axis:
    """A logarithmic axis from `start` to `end`, in points; `low`, `high`: powers of ten there."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self) -> list[int]:
        """Round numbers within, as many as are read at a glance."""
        found: list[int] = []
        for digits in ((1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 5), (1,)):
            powers = range(max(0, math.floor(self.low)), math.ceil(self.high) + 1)
            every = [digit * 10**power for power in powers for digit in digits]
            found = [v for v in every if self.low <= math.log10(v) <= self.high]
            if len(found) <= MOST_TICKS:
                break
        return found


@dataclass(frozen=True, slots=True)
class Mark:
    """A dot's place, the radius of its circle, and its label's box where there was room."""

    dot: Dot
    x: float
    y: float
    radius: float
    label: Box | None

    @property
    def place(self) -> Place:
        return self.x, self.y, self.radius


@dataclass(frozen=True, slots=True)
class Scatter:
    """marks: as the dots were given; print: the size of the labels"""

    x: Axis
    y: Axis
    marks: tuple[Mark, ...]
    families: tuple[str, ...]
    sizes: tuple[tuple[int, float], ...]  # of the legend: bytes and their circle's radius
    print: float
    height: float


def scatter(dots: Sequence[Dot], legend: int = 0) -> Scatter:
    """The plot of at least one dot; legend: rows below it."""
    crowded = len(dots) > _CROWD
    largest = 24.0 if crowded else 34.0
    foot = (HIGHER if crowded else HIGH) - AXIS
    x = _axis([dot.params for dot in dots], LEFT, WIDE - RIGHT, largest)
    y = _axis([dot.macs for dot in dots], foot, TOP, largest)
    most = max(dot.memory for dot in dots)

    def radius(memory: float) -> float:
        return largest * math.sqrt(memory / most)

    places = [(x.at(dot.params), y.at(dot.macs), radius(dot.memory)) for dot in dots]
    size = 8.0 if crowded else 10.0
    frame = Box(LEFT, TOP, WIDE - RIGHT - LEFT, foot - TOP)
    boxes = beside([dot.label for dot in dots], places, frame, size)
    marks = tuple(Mark(dot, *at, box) for dot, at, box in zip(dots, places, boxes, strict=True))
    top = int(10 ** math.floor(math.log10(max(1.0, most * (_KEY / largest) ** 2))))
    sizes = tuple((n, radius(n)) for n in (top // 100, top // 10, top) if n >= 1)
    return Scatter(
        x,
        y,
        marks,
        tuple(dict.fromkeys(d.family for d in dots)),
        sizes,
        size,
        foot + AXIS + ROW * legend,
    )


def _axis(values: Sequence[int], start: float, end: float, room: float) -> Axis:
    """room: points that are free at both ends at least"""
    low, high = math.log10(min(values)), math.log10(max(values))
    middle, span = (low + high) / 2, max(high - low, _LEAST)
    half = span / 2 / (1 - 2 * max(_ROOM, (room + 2) / abs(end - start)))
    return Axis(middle - half, middle + half, start, end)


def rounded(value: int, unit: str = "") -> str:
    """A round number, as on an axis: `20 M`."""
    power = 0
    while value >= 1000 and power < len(_UNITS) - 1 and not value % 1000:
        value //= 1000
        power += 1
    return f"{value} {_UNITS[power]}{unit}".strip()
