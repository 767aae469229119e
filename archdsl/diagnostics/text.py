"""Text from a file, made fit for a terminal: escaped, measured, and cut around a place."""

from __future__ import annotations

import unicodedata

from archdsl.records import record

TAB = 4
WIDTH = 100  # columns of source shown of a line
_DOTS = "..."


def escape(text: str, *, keep: str = "") -> str:
    """`text` with everything that could steer a terminal written out (`\\x1b`, `\\u202e`)."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in keep else _escaped(c) for c in text)


def _escaped(char: str) -> str:
    short = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(char)
    if short:
        return short
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def width(text: str) -> int:
    """Columns that printable text takes: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(_char_width(c) for c in text)


def _char_width(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


@record
class Excerpt:
    """A line as shown, and where in it the place is: `length` columns after `indent` of them."""

    text: str
    indent: int
    length: int


def excerpt(line: str, start: int, end: int, limit: int = WIDTH) -> Excerpt:
    """`line` for a terminal with its characters `start` to `end` located; a long one is cut.

    What is cut is far from the place; of a place that is itself too long the head is kept.
    """
    start = min(start, len(line))
    end = max(min(end, len(line)), start)
    # No more is looked at than can be shown: a line may be megabytes long.
    first = max(0, start - 2 * limit)
    last = min(len(line), end + 2 * limit, start + 4 * limit)
    cells: list[str] = []
    at: list[int] = []  # the column where each character starts
    column = 0
    for char in line[first:last]:
        shown = " " * (TAB - column % TAB) if char == "\t" else escape(char)
        cells.append(shown)
        at.append(column)
        column += width(shown)
    at.append(column)
    left, right = start - first, min(end, last) - first
    low, high = 0, len(cells)
    if column > limit or first > 0 or last < len(line):
        low, high = _window(at, left, right, limit)
    head = _DOTS if first + low > 0 else ""
    tail = _DOTS if first + high < len(line) else ""
    indent = at[left] - at[low] + len(head)
    length = at[min(right, high)] - at[left]
    return Excerpt(head + "".join(cells[low:high]) + tail, indent, max(length, 1))


def _window(at: list[int], left: int, right: int, limit: int) -> tuple[int, int]:
    """The characters to show so that the place stands about in the middle."""
    room = limit - 2 * len(_DOTS)
    count = len(at) - 1
    spare = max(0, room - (at[right] - at[left]))
    low = left
    while low > 0 and at[left] - at[low - 1] <= spare // 2:
        low -= 1
    high = low
    while high < count and at[high + 1] - at[low] <= room:
        high += 1
    # Near the end of the line the rest of the room goes to what stands before.
    while low > 0 and at[high] - at[low - 1] <= room:
        low -= 1
    return low, max(high, min(left + 1, count))
