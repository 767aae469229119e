"""Where a long net is broken into columns, so that it fits a page instead of a strip.

Input: a `Plan`. Output: its parts dealt into columns, in order, and the place of each box.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise

from archdsl.diagram.parts import Frame, Part, Plan, shown

ROW = 0.6  # inches from one box to the next below
LANE = 1.4  # inches from one branch to the next beside it
GAP = 0.8  # inches between columns
ASPECT = 1.35  # width by height of the page aimed at
LONGEST = 13  # rows that need no second column
MOST = 9  # columns
UNITS = 300  # so many are dealt one by one


@dataclass(frozen=True, slots=True)
class Unit:
    """What stays in one column; `frame`: the box that it was taken from to be dealt."""

    parts: tuple[Part, ...]
    frame: Frame | None
    rows: int


def ranks(plan: Plan) -> dict[str, int]:
    """The row of each box where nothing is broken: longest paths over the main flow."""
    row = {box.id: 0 for box in shown(plan.parts)}
    incoming: dict[str, list[str]] = {}
    for wire in plan.wires:
        if not wire.skip and not wire.aux:
            incoming.setdefault(wire.target, []).append(wire.source)
    for box in shown(plan.parts):  # in an order that can be run
        row[box.id] = max((row[s] + 1 for s in incoming.get(box.id, ())), default=row[box.id])
    return row


def columns(plan: Plan) -> list[list[Part]]:
    row = ranks(plan)
    total = max(row.values(), default=0) + 1
    if total <= LONGEST:
        return [plan.parts]
    lanes = _lanes(plan, row)
    tried = []
    for count in range(1, MOST + 1):
        dealt = _deal(list(_units(plan.parts, row, total // count)), count)
        high = max(sum(unit.rows for unit in column) for column in dealt) / 2 * ROW
        aspect = len(dealt) * (lanes * LANE + GAP) / high
        tried.append((max(aspect / ASPECT, ASPECT / aspect), count, dealt))
    _, _, best = min(tried, key=lambda t: t[:2])
    return [_grouped(column) for column in best]


def _lanes(plan: Plan, row: dict[str, int]) -> int:
    """How many boxes stand side by side at most."""
    beside: dict[int, int] = {}
    for box in shown(plan.parts):
        if not box.aux and box.role != "entry":
            beside[row[box.id]] = beside.get(row[box.id], 0) + 1
    return max(beside.values(), default=1)


def _rows(part: Part, row: dict[str, int]) -> int:
    """How many rows; in halves: a frame's title takes half of one."""
    boxes = [row[box.id] for box in shown([part]) if not box.aux]
    return 2 * (max(boxes) - min(boxes) + 1) + _titles(part) if boxes else 0


def _titles(part: Part) -> int:
    return 1 + sum(_titles(child) for child in part.children) if isinstance(part, Frame) else 0


def _units(parts: list[Part], row: dict[str, int], longest: int) -> list[Unit]:
    out = []
    for part in parts:
        rows = _rows(part, row)
        deal = isinstance(part, Frame) and part.box.what == "stage" and rows > 2 * longest
        if isinstance(part, Frame) and deal and len(part.children) > 3:
            out += [Unit((child,), part, _rows(child, row)) for child in part.children]
        else:
            out.append(Unit((part,), None, rows))
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
            yield Unit(one.parts + two.parts, one.frame, one.rows + two.rows)
            at += 2


def _deal(units: list[Unit], count: int) -> list[list[Unit]]:
    """Units in order into `count` columns as even as can be: least sum of squares."""
    sums = list(accumulate((unit.rows for unit in units), initial=0))
    # best[at]: the least sum for the first `at` units, and where each column ends: below 0, so
    # that of equal ones the later counts, and what has no rows (a side head) stays with what it
    # belongs to
    best: dict[int, tuple[int, tuple[int, ...]]] = {0: (0, ())}
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
        out += parts if frame is None else [Frame(frame.box, parts, frame.aux)]
    return out


def columns_of(dealt: list[list[Part]]) -> dict[str, int]:
    return {box.id: at for at, column in enumerate(dealt) for box in shown(column)}
