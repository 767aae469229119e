"""Nets with a way down and a way up again, joined at each level, are drawn as a U."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod

from archdsl.diagram.measure import ranks
from archdsl.diagram.parts import Plan, shown

LEVELS = 2  # so many joins from the way down to the way up make a U


@dataclass(frozen=True)
class Bend:
    """up: the boxes of the way up; lowest: the one below both ways; stretch: further rows for
    wires (by source and target)."""

    up: frozenset[str] = frozenset()
    lowest: str = ""
    stretch: dict[tuple[str, str], int] = field(default_factory=dict)


def bend(plan: Plan) -> Bend:
    """How the net is bent; not at all where it is no U.

    The joins are edges beside the main flow that lie within each other, like brackets. The way up
    begins after the smallest map between the innermost one's ends. Wires are stretched so that
    both ends of each join are level.
    """
    row = ranks(plan)
    joins = sorted(
        ((w.source, w.target) for w in plan.wires if w.skip and w.label),
        key=lambda join: (row[join[0]], row[join[1]]),
    )
    ends = [row[target] for _, target in joins]
    if len(joins) < LEVELS or ends != sorted(set(ends), reverse=True):
        return Bend()
    first, last = row[joins[-1][0]], row[joins[-1][1]]
    between = [box for box in shown(plan.parts) if first < row[box.id] < last]
    if not between:
        return Bend()
    lowest = min(between, key=lambda box: (prod(box.shape.spatial), -row[box.id]))
    floor = row[lowest.id]
    stretch: dict[tuple[str, str], int] = {}
    down = up = 0
    after = {w.source: w.target for w in reversed(plan.wires) if not w.skip and not w.aux}
    before = {w.target: w.source for w in reversed(plan.wires) if not w.skip and not w.aux}
    for source, target in reversed(joins):
        missing = (row[target] - floor + up) - (floor - row[source] + down)
        if missing > 0:
            below = after[source]
            stretch[below, after.get(below, below)] = missing
            down += missing
        elif missing < 0:
            stretch[before[target], target] = -missing
            up -= missing
    rising = frozenset(box.id for box in shown(plan.parts) if row[box.id] > floor)
    return Bend(rising, lowest.id, stretch)
