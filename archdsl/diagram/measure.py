"""About how large a drawing becomes, before it is drawn: sizes in points, from the words.

Graphviz decides in the end; this is near enough to choose between layouts.
"""

from __future__ import annotations

from collections.abc import Iterable

from archdsl.diagram.parts import Frame, Part, Plan, Shown, Wire, bar_width, shown
from archdsl.diagram.picture import Box
from archdsl.diagram.words import box_lines, title_of

WIDE = 785.0  # a landscape page of A4 with margins of a centimetre, in points
HIGH = 538.0
TITLE = 62.0  # above the picture
READABLE = 0.62  # scaled by this, the smallest print has five and a half points
SEP = 12.5  # between rows
ASIDE = 18.0  # between neighbours in a row
MARGIN = 8.0  # inside a frame
NOTE = 11.0
LETTER = {"head": 5.6, "name": 6.2, "sub": 4.6}
LINE = {"head": 13.0, "name": 13.0, "sub": 11.0}

Size = tuple[float, float]


def sizes(plan: Plan) -> dict[str, Size]:
    return {box.id: _size(plan, box) for box in shown(plan.parts)}


def _size(plan: Plan, box: Shown) -> Size:
    if box.role == "entry":
        return 4.0, 4.0
    if box.role == "bar":
        assert isinstance(box.element, Box)
        title = title_of(box.element, plan.titles)
        return bar_width(title, box.element.count, box.room), 17.0
    if box.role == "input":
        return 60.0, 24.0
    lines = box_lines(plan, box)
    width = max((LETTER[kind] * len(text) for kind, text in lines), default=0.0) + 15
    height = max(22.0, sum(LINE[kind] for kind, _ in lines) + 7)
    if box.element.count > 1:
        return width + 24, height + 4
    return max(width, 22.0), height


def ranks(plan: Plan) -> dict[str, int]:
    """The row of each box where nothing is broken: longest paths over the main flow.

    A shape in the course of a line takes a row too.
    """
    row = {box.id: 0 for box in shown(plan.parts)}
    incoming: dict[str, list[Wire]] = {}
    for wire in plan.wires:
        if not wire.skip and not wire.aux:
            incoming.setdefault(wire.target, []).append(wire)
    for box in shown(plan.parts):  # in an order that can be run
        row[box.id] = max(
            (row[w.source] + (1 if w.shape is None else 2) for w in incoming.get(box.id, ())),
            default=row[box.id],
        )
    return row


class Measured:
    """Where the rows of a plan are, and how large its parts."""

    def __init__(self, plan: Plan) -> None:
        self.size = sizes(plan)
        self.row = ranks(plan)
        self.last = max(self.row.values(), default=0)
        high = [NOTE] * (self.last + 1)
        for box in shown(plan.parts):
            if not box.aux:
                high[self.row[box.id]] = max(high[self.row[box.id]], self.size[box.id][1])
        self.top = [0.0]
        for height in high:
            self.top.append(self.top[-1] + height + SEP)

    def height(self, parts: Iterable[Part]) -> float:
        parts = list(parts)
        rows = [self.row[box.id] for box in shown(parts) if not box.aux]
        if not rows:
            return 0.0
        return self.top[max(rows) + 1] - self.top[min(rows)] + self.margins(parts)

    def margins(self, parts: Iterable[Part]) -> float:
        """What the frames add on the way down."""
        return sum(
            2 * MARGIN + (0 if part.barred else 10) + self.margins(part.children)
            for part in parts
            if isinstance(part, Frame)
        )

    def width(self, parts: Iterable[Part]) -> float:
        parts = list(parts)
        beside: dict[int, float] = {}
        for box in shown(parts):
            if box.role != "entry":
                row = self.row[box.id]
                beside[row] = beside.get(row, -ASIDE) + self.size[box.id][0] + ASIDE
        return max(beside.values(), default=0.0) + 2 * MARGIN * _nesting(parts)


def _nesting(parts: Iterable[Part]) -> int:
    return max((1 + _nesting(p.children) for p in parts if isinstance(p, Frame)), default=0)


def fit(columns: Iterable[Size]) -> float:
    """By how much columns side by side are scaled to fit a page, at most 1."""
    columns = list(columns)
    wide = sum(width for width, _ in columns) + 50 * len(columns)
    high = max((height for _, height in columns), default=0.0) + TITLE + 48
    return min(WIDE / wide, HIGH / high, 1.0)
