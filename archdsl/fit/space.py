"""Which candidates there are: a line, or the grid of several parameters, in one order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import prod
from typing import Protocol

from archdsl.diagnostics import Diagnostics
from archdsl.elaborate.problems import Poisoned, Problem
from archdsl.elaborate.scalings import Line
from archdsl.elaborate.values import Value, show
from archdsl.fit.questions import failed
from archdsl.records import record

__all__ = ["Along", "Axis", "Grid", "Space", "around", "steps"]

Number = int | Fraction


@record
class Axis:
    """A name and the values that it takes, in order; `said` as one would write them."""

    name: str
    values: tuple[Number, ...]
    said: str


class Space(Protocol):
    """Candidates by their place, from 0."""

    axes: tuple[Axis, ...]

    @property
    def size(self) -> int: ...

    def place(self, index: int) -> tuple[Number, ...]:
        """The axes' values."""

    def values(self, index: int) -> Mapping[str, Value]:
        """The parameters of the net; raises Failed where they have none."""


class Along:
    """Along a line."""

    def __init__(self, line: Line, axis: Axis) -> None:
        self.line = line
        self.axes: tuple[Axis, ...] = (axis,)

    @property
    def size(self) -> int:
        return len(self.axes[0].values)

    def place(self, index: int) -> tuple[Number, ...]:
        return (self.axes[0].values[index],)

    def values(self, index: int) -> Mapping[str, Value]:
        diagnostics = Diagnostics()
        try:
            return self.line.at(self.axes[0].values[index])
        except Problem as problem:
            problem.report(diagnostics)
        except Poisoned:
            pass
        raise failed(diagnostics)


class Grid:
    """All combinations; the last axis goes fastest."""

    def __init__(self, axes: Sequence[Axis]) -> None:
        self.axes = tuple(axes)

    @property
    def size(self) -> int:
        return prod(len(axis.values) for axis in self.axes)

    def place(self, index: int) -> tuple[Number, ...]:
        found = []
        for axis in reversed(self.axes):
            index, at = divmod(index, len(axis.values))
            found.append(axis.values[at])
        return tuple(reversed(found))

    def values(self, index: int) -> Mapping[str, Value]:
        return dict(zip((a.name for a in self.axes), self.place(index), strict=True))


def steps(name: str, low: Number, high: Number, step: Number) -> Axis:
    """From low to high, both within."""
    count = int((Fraction(high) - low) / step) + 1
    values = tuple(_plain(low + step * i, step) for i in range(count))
    text = f"{show(low)} .. {show(high)} in steps of {show(step)}"
    return Axis(name, values, text if count > 1 else show(low))


def _plain(value: Number, step: Number) -> Number:
    """Whole steps from a whole number are whole numbers, as the language has them."""
    return int(value) if isinstance(step, int) and value.denominator == 1 else Fraction(value)


def around(name: str, value: Number) -> Axis:
    """Half of a value to its double, if nothing else is said."""
    if isinstance(value, int):
        step = next((n for n in (32, 16, 8, 4, 2) if value >= 4 * n and value % n == 0), 1)
        low = max(value // 2 // step * step, step)
        return steps(name, low, 2 * value, step)
    return steps(name, value / 2, 2 * value, value / 10)
