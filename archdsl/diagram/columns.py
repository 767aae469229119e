"""Where a long net is broken into columns, so that it fits a page instead of a strip.

Input: a `Plan`. Output: its parts dealt into columns, in order, and the place of each box.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise

from archdsl.diagram.measure import Measured, Size, fit
from archdsl.diagram.parts import Frame, Part, Plan, shown

SHORT = 330.0  # points of height that need no second column
MOST = 9  # columns
UNITS = 300  # so many are dealt one by one
BETTER = 1.04  # one column more has to make the picture so much larger


@dataclass(frozen=True, slots=True)
class Unit:
    """What stays in one column; `frame`: the box that it was taken from to be dealt."""

    parts: tuple[Part, ...]
    frame: Frame | None
    height: float


@dataclass(frozen=True)
class Dealt:
    """The columns of a plan, its details' last, and the scale at which they fit a page.

    Each column is one list of parts, or of several details one below the other.
    """

    columns: list[list[list[Part]]]
    scale: float


def columns(plan: Plan) -> Dealt:
    """The columns that make the picture largest on a page."""
    measured = Measured(plan)
    total = measured.height(plan.parts)
    best: Dealt | None = None
    for count in range(1, MOST + 1 if total > SHORT else 2):
        dealt = _deal(list(_units(plan.parts, measured, total / count)), count)
        grouped = [_grouped(column) for column in dealt] if count > 1 else [plan.parts]
        sizes = [_extent(measured, column) for column in grouped]
        beside, stacked = _stacked(plan.details, max(height for _, height in sizes))
        scale = fit([*sizes, *beside])
        if best is None or scale > best.scale * BETTER:
            best = Dealt([*([column] for column in grouped), *stacked], scale)
    assert best is not None
    return best


def _extent(measured: Measured, parts: list[Part]) -> Size:
    return measured.width(parts), measured.height(parts)


def _stacked(details: list[Plan], highest: float) -> tuple[list[Size], list[list[list[Part]]]]:
    """The details in columns no higher than the net's, with the size of each."""
    sizes: list[Size] = []
    stacks: list[list[list[Part]]] = []
    for detail in details:
        width, height = _extent(Measured(detail), detail.parts)
        height += 60 + 12 * len(detail.notes)
        if stacks and sizes[-1][1] + height <= highest + 40:
            stacks[-1].append(detail.parts)
            sizes[-1] = max(sizes[-1][0], width), sizes[-1][1] + height
        else:
            stacks.append([detail.parts])
            sizes.append((width, height))
    return sizes, stacks


def _units(parts: list[Part], measured: Measured, longest: float) -> list[Unit]:
    out: list[Unit] = []
    for part in parts:
        height = measured.height([part])
        deal = isinstance(part, Frame) and part.box.what == "stage" and height > longest
        if isinstance(part, Frame) and deal and len(part.children) > 1:
            inner = _units(part.children, measured, longest)
            out += [Unit(unit.parts, unit.frame or part, unit.height) for unit in inner]
        else:
            out.append(Unit((part,), None, height))
    while len(out) > UNITS and len(paired := list(_paired(out))) < len(out):
        out = paired
    return out


def _paired(units: list[Unit]) -> Iterator[Unit]:
    """Two and two as one: dealing takes time with the square of their number."""
    at = 0
    while at < len(units):
        one, two = units[at], units[min(at + 1, len(units) - 1)]
        if one is two or one.frame is not two.frame:
            yield one
            at += 1
        else:
            yield Unit(one.parts + two.parts, one.frame, one.height + two.height)
            at += 2


def _deal(units: list[Unit], count: int) -> list[list[Unit]]:
    """Units in order into `count` columns as even as can be: least sum of squares."""
    sums = list(accumulate((unit.height for unit in units), initial=0.0))
    # best[at]: the least sum for the first `at` units, and where each column ends: below 0, so
    # that of equal ones the later counts, and what has no height (a side head) stays with what
    # it belongs to
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for _ in range(min(count, len(units))):
        best = {
            end: min(
                (total + (sums[end] - sums[start]) ** 2, (*ends, -end))
                for start, (total, ends) in best.items()
                if start < end
            )
            for end in range(min(best) + 1, len(units) + 1)
        }
    _, ends = best[len(units)]
    return [units[start:end] for start, end in pairwise((0, *(-end for end in ends)))]


def _grouped(column: list[Unit]) -> list[Part]:
    """The column's parts, those of a dealt frame in a frame of the same title again."""
    out: list[Part] = []
    for _, group in groupby(column, key=lambda unit: id(unit.frame)):
        units = list(group)
        frame = units[0].frame
        parts = [part for unit in units for part in unit.parts]
        out += parts if frame is None else [Frame(frame.box, parts, frame.aux, frame.title)]
    return out


def columns_of(dealt: list[list[list[Part]]]) -> dict[str, int]:
    """The column of each box."""
    return {
        box.id: at for at, column in enumerate(dealt) for parts in column for box in shown(parts)
    }
