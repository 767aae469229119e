"""Puts the parts of consecutive lines in columns, and writes all lines out.

Whatever would go beyond the width stays as it is. Lines that end up in the same columns by chance
would be aligned to just these, so that a second pass changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from archdsl.fmt.output import SHAPE_GAPS, WIDTH, Cells, Line, Row

__all__ = ["align"]

_BEFORE_COMMENT = 2


def align(lines: list[Line]) -> str:
    for run in _runs(lines):
        if isinstance(run[0].cells, Row):
            _table(run)
        else:
            _statements([_Statement(line) for line in run])
    for _, group in groupby(sorted(lines, key=lambda line: line.group), lambda line: line.group):
        body = list(group)
        if not _shapes(body):
            for run in _runs(body):
                if not _shapes(run):
                    for line in run:
                        _shapes([line])
    for run in _runs(lines, lambda line: bool(line.text and line.comment and line.group > 0)):
        _comments(run)
    written = [_written(line) for line in lines]
    while written and not written[-1]:
        written.pop()
    return "".join(f"{line}\n" for line in written)


def _written(line: Line) -> str:
    if not line.text:
        return " " * line.indent + line.comment if line.comment else ""
    gap = " " * _BEFORE_COMMENT if line.comment and not line.text.endswith(" ") else ""
    return " " * line.indent + line.text + gap + line.comment


def _has_cells(line: Line) -> bool:
    return line.cells is not None


def _runs(lines: list[Line], test: Callable[[Line], bool] = _has_cells) -> Iterator[list[Line]]:
    """Consecutive lines of one body that pass the test and are of one kind."""
    for key, run in groupby(lines, lambda line: (test(line), line.group, type(line.cells))):
        if key[0]:
            yield list(run)


# --------------------------------------------------------------------------- statements


class _Statement:
    """A line, and its parts with the spaces added so far."""

    def __init__(self, line: Line) -> None:
        assert isinstance(line.cells, Cells)
        self.line = line
        self.cells = line.cells
        self.texts = list(line.cells.texts)

    def width(self, last: int) -> int:
        """That of the parts up to `last`, with the indent and the spaces between."""
        head = self.line.indent + len(self.line.prefix)
        return head + sum(len(text) + 1 for text in self.texts[: last + 1]) - 1

    @property
    def whole(self) -> int:
        shape = len(self.cells.shape)
        return self.width(len(self.texts)) + (SHAPE_GAPS[-1] + 3 + shape if shape else 0)

    def show(self) -> None:
        self.line.text = self.line.prefix + " ".join(self.texts)


def _statements(run: list[_Statement]) -> None:
    _level(run, 0)
    for statement in run:
        statement.show()


def _level(run: Sequence[_Statement], level: int) -> None:
    """Aligns the parts after number `level`, in groups that grow while all lines fit."""
    group: list[_Statement] = []
    column = rest = 0  # the widest up to the column, and from there
    for statement in run:
        width = statement.width(level)
        after = statement.whole - width
        fits = max(column, width) + max(rest, after) <= WIDTH
        if group and fits and _linked(group[-1], statement, level):
            group.append(statement)
            column, rest = max(column, width), max(rest, after)
        else:
            _pad(group, level)
            group, column, rest = [statement], width, after
    _pad(group, level)


def _linked(above: _Statement, below: _Statement, level: int) -> bool:
    first, second = above.cells, below.cells
    if first.kind != second.kind or min(len(first.texts), len(second.texts)) <= level + 1:
        return False
    if first.key is not None and first.key == second.key and level < first.auto:
        return True
    if not first.columns or not second.columns:
        return False
    return first.columns[level] == second.columns[level]


def _pad(group: Sequence[_Statement], level: int) -> None:
    if len(group) < 2:
        return
    column = max(statement.width(level) for statement in group)
    for statement in group:
        statement.texts[level] += " " * (column - statement.width(level))
    _level(group, level + 1)


# --------------------------------------------------------------------------- shapes, comments


def _shapes(lines: Sequence[Line]) -> bool:
    """Puts the shapes at the ends of these lines in one column; False where they don't fit."""
    ends = [(line, line.cells.shape) for line in lines if isinstance(line.cells, Cells)]
    ends = [(line, shape) for line, shape in ends if shape]
    if not ends:
        return True
    column = max(line.column for line, _ in ends)
    last = column + max(len(shape) for _, shape in ends) + 3
    for gap in SHAPE_GAPS:
        if last + gap <= WIDTH:
            for line, shape in ends:
                line.text += f"{' ' * (column - line.column + gap)}:: {shape}"
            return True
    return False


def _comments(lines: Sequence[Line]) -> None:
    column = max(line.column for line in lines)
    if all(column + _BEFORE_COMMENT + len(line.comment) <= WIDTH for line in lines):
        for line in lines:
            line.text += " " * (column - line.column + _BEFORE_COMMENT)


# --------------------------------------------------------------------------- tables


def _table(lines: Sequence[Line]) -> None:
    """Rows with as many cells each: numbers to the right, words to the left."""
    rows = [line.cells for line in lines if isinstance(line.cells, Row)]
    count = len(rows[0].texts)
    if any(len(row.texts) != count or row.opening != rows[0].opening for row in rows):
        return
    widths = [max(len(row.texts[at]) for row in rows) for at in range(count)]
    left = [all(row.words[at] for row in rows) for at in range(count)]
    texts = [_row(row, widths, left) for row in rows]
    if all(line.indent + len(text) <= WIDTH for line, text in zip(lines, texts, strict=True)):
        for line, text in zip(lines, texts, strict=True):
            line.text = text


def _row(row: Row, widths: Sequence[int], left: Sequence[bool]) -> str:
    """A row; the space that fills a word's column stands after its comma."""
    made = row.opening
    last = len(row.texts) - 1
    for at, text in enumerate(row.texts):
        comma = ", " if at < last else ""
        padding = " " * (widths[at] - len(text))
        if left[at]:
            made += text + comma + (padding if comma else "")
        else:
            made += padding + text + comma
    return made + row.closing + ","
