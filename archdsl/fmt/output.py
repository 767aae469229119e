"""The lines being written: where the next word goes, and what may be aligned later."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["INDENT", "SHAPE_GAPS", "WIDTH", "Cells", "Line", "Output", "Row"]

WIDTH = 100
INDENT = 2
# How much space stands before the shape at a line's end, the best first.
SHAPE_GAPS = (4, 3, 2)


@dataclass(frozen=True, slots=True)
class Cells:
    """A statement on one line in the parts that may stand in columns.

    kind: only lines of the same kind are aligned. key: those of the same key are at their first
    `auto` columns; others where the author did. columns: where the author put the parts
    """

    texts: tuple[str, ...]
    kind: str = ""
    key: str | None = None
    auto: int = 0
    columns: tuple[int, ...] = ()
    shape: str = ""

    @property
    def line(self) -> str:
        """All of it, as short as may be."""
        gap = " " * SHAPE_GAPS[-1]
        return " ".join(self.texts) + (f"{gap}:: {self.shape}" if self.shape else "")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; words: whether each cell is one, which stands to the left."""

    opening: str
    texts: tuple[str, ...]
    words: tuple[bool, ...]
    closing: str


@dataclass(slots=True)
class Line:
    """base: the indent that what breaks within it starts from; group: the body it is a line of."""

    indent: int = 0
    base: int = 0
    text: str = ""
    comment: str = ""
    prefix: str = ""
    cells: Cells | Row | None = None
    group: int = 0
    empty: bool = False

    @property
    def used(self) -> bool:
        return bool(self.text or self.comment or self.empty)

    @property
    def column(self) -> int:
        return self.indent + len(self.text)


@dataclass
class Output:
    """cont: the indent of what goes on in the next line."""

    lines: list[Line] = field(default_factory=lambda: [Line()])
    cont: int = INDENT
    # A comment ended the line: what follows starts a new one.
    pending: bool = False
    _groups: int = 0

    @property
    def line(self) -> Line:
        return self.lines[-1]

    def fits(self, width: int) -> bool:
        return self.line.column + width <= WIDTH

    def group(self) -> int:
        self._groups += 1
        return self._groups

    def write(self, text: str) -> None:
        if self.pending and text != ",":
            self.newline(self.cont)
        if not self.line.text:
            text = text.lstrip(" ")
        self.line.text += text

    def flush(self) -> None:
        """Starts the new line that a comment made necessary."""
        if self.pending:
            self.newline(self.cont)

    def newline(self, indent: int) -> None:
        self.pending = False
        if self.line.used:
            self.lines.append(Line())
        self.line.indent = self.line.base = indent

    def blank(self) -> None:
        """An empty line, unless nothing stands above it."""
        self.pending = False
        if self.line.used:
            self.lines.append(Line())
        if len(self.lines) > 1:
            self.line.empty = True

    def note(self, text: str, own_line: bool, indent: int | None = None) -> None:
        """A comment: behind the line, or on its own."""
        if not own_line and self.line.text and not self.line.comment:
            self.line.comment = text
        else:
            self.newline(self.cont if indent is None else indent)
            self.line.comment = text
        self.pending = True
