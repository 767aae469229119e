"""What a layout is made of. Each part knows how it looks on one line, and how to break.

`flat` is the part on one line, None where it must break; `lead` how much of it has to stand on
the line that it begins on; `breaks` whether it can break at all. `tail` is how much must follow
it on its last line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archdsl.fmt.output import INDENT, WIDTH, Output, Row
from archdsl.fmt.tokens import Note

__all__ = ["Brackets", "Cat", "Comment", "Doc", "Element", "Fill", "Text", "Together", "cat"]


class Doc:
    flat: str | None
    lead: int
    breaks: bool

    def print_to(self, out: Output, tail: int = 0) -> None:
        """On one line where it fits, else broken."""
        out.flush()
        if self.flat is not None and out.fits(len(self.flat) + tail):
            out.write(self.flat)
        else:
            self.print_broken(out, tail)

    def print_broken(self, out: Output, tail: int) -> None:
        raise NotImplementedError


class Text(Doc):
    breaks = False

    def __init__(self, text: str) -> None:
        self.flat: str = text
        self.lead = len(text)

    def print_to(self, out: Output, tail: int = 0) -> None:
        out.write(self.flat)


class Comment(Doc):
    """A comment where none is expected: what follows starts a new line."""

    flat, lead, breaks = None, 0, True

    def __init__(self, note: Note) -> None:
        self.note = note

    def print_to(self, out: Output, tail: int = 0) -> None:
        out.note(self.note.text, self.note.own_line)


class Cat(Doc):
    """One after the other."""

    def __init__(self, parts: Sequence[Doc]) -> None:
        self.parts = parts
        texts = [part.flat for part in parts if part.flat is not None]
        self.flat = "".join(texts) if len(texts) == len(parts) else None
        self.lead, self.breaks = _lead(parts, 0)

    def print_broken(self, out: Output, tail: int) -> None:
        for at, part in enumerate(self.parts):
            after, breaks = _lead(self.parts, at + 1)
            part.print_to(out, after if breaks else after + tail)


def _lead(parts: Sequence[Doc], first: int) -> tuple[int, bool]:
    width = 0
    for at in range(first, len(parts)):
        width += parts[at].lead
        if parts[at].breaks:
            return width, True
    return width, False


def cat(parts: Sequence[Doc]) -> Doc:
    return parts[0] if len(parts) == 1 else Cat(parts)


class Together(Doc):
    """Statements that share a line if all of them fit, else each has its own."""

    def __init__(self, parts: Sequence[Doc], gap: str = " ") -> None:
        self.parts = parts
        texts = [part.flat for part in parts if part.flat is not None]
        self.flat = gap.join(texts) if len(texts) == len(parts) else None
        self.lead, self.breaks = parts[0].lead, True

    def print_broken(self, out: Output, tail: int) -> None:
        base, group = out.line.base, out.line.group
        for at, part in enumerate(self.parts):
            if at:
                out.newline(base)
                out.line.group = group
            part.print_to(out)


@dataclass(frozen=True, slots=True)
class Element:
    """A part of a Fill or of Brackets; notes: the comments before it."""

    doc: Doc
    notes: Sequence[Note] = ()


class Fill(Doc):
    """Parts with a space between; as many on a line as fit."""

    def __init__(self, elements: Sequence[Element]) -> None:
        self.elements = elements
        texts = [e.doc.flat for e in elements if e.doc.flat is not None and not e.notes]
        self.flat = " ".join(texts) if len(texts) == len(elements) else None
        first = elements[0].doc
        self.lead = first.lead
        self.breaks = first.breaks or len(elements) > 1

    def print_broken(self, out: Output, tail: int) -> None:
        indent = out.cont
        for at, element in enumerate(self.elements):
            rest = tail if at == len(self.elements) - 1 else 0
            if at:
                self._separate(out, element, indent, rest)
            element.doc.print_to(out, rest)

    def _separate(self, out: Output, element: Element, indent: int, tail: int) -> None:
        for note in element.notes:
            out.note(note.text, note.own_line, indent)
        flat = element.doc.flat
        whole = flat is not None and indent + len(flat) + tail <= WIDTH
        want = len(flat) + tail if flat is not None and whole else element.doc.lead
        if out.pending or not out.fits(1 + want):
            out.newline(indent)
        else:
            out.write(" ")


class Brackets(Doc):
    """Values between brackets.

    comma: whether commas separate them. rows: a table, one row a line. fill: as many on a line as
    fit. notes: the comments before the closing bracket
    """

    def __init__(
        self,
        opening: str,
        elements: Sequence[Element],
        closing: str,
        *,
        comma: bool = True,
        single: bool = False,
        rows: bool = False,
        fill: bool = False,
        spread: bool = False,
        notes: Sequence[Note] = (),
    ) -> None:
        self.opening, self.elements, self.closing = opening, elements, closing
        self.comma, self.rows, self.fill, self.notes = comma, rows, fill, notes
        self.single = single
        texts = [e.doc.flat for e in elements if e.doc.flat is not None and not e.notes]
        self.flat = None
        self.texts: list[str] | None = None
        if len(texts) == len(elements) and not notes:
            self.texts = texts
            if not spread:
                inner = (", " if comma else " ").join(texts) + ("," if single else "")
                self.flat = f"{opening}{inner}{closing}"
        self.hug = self._hug()
        self.breaks = bool(elements or notes)
        self.lead = len(opening) + (0 if self.breaks else len(closing))
        if self.hug is not None:
            before = sum(len(e.doc.flat or "") + 2 for e in elements[: self.hug])
            self.lead += before + elements[self.hug].doc.lead

    def _hug(self) -> int | None:
        """The number of the only table, if it may stand within a line of other arguments."""
        if self.rows or self.notes or any(e.notes for e in self.elements):
            return None
        tables = [
            at
            for at, element in enumerate(self.elements)
            if isinstance(element.doc, Brackets) and element.doc.rows
        ]
        others = [e for at, e in enumerate(self.elements) if at not in tables]
        whole = all(e.doc.flat is not None for e in others)
        return tables[0] if len(tables) == 1 and whole else None

    def row(self) -> Row | None:
        if self.texts is None or self.single or not self.comma:
            return None
        words = tuple(not text[:1].isdigit() and text[:1] not in "-(" for text in self.texts)
        return Row(self.opening, tuple(self.texts), words, self.closing)

    def print_broken(self, out: Output, tail: int) -> None:
        if self.hug is not None:
            self._print_hugging(out, tail)
            return
        base, cont = out.line.base, out.cont
        out.cont = base + 2 * INDENT
        group = out.group()
        out.write(self.opening)
        for at, element in enumerate(self.elements):
            self._separate(out, at, element, base + INDENT)
            self._element(out, element.doc, group)
            if self.comma:
                out.write(",")
        for note in self.notes:
            out.note(note.text, note.own_line, base + INDENT)
        if self.breaks:
            out.newline(base)
        out.cont = cont
        out.write(self.closing)

    def _separate(self, out: Output, at: int, element: Element, indent: int) -> None:
        for note in element.notes:
            out.note(note.text, note.own_line, indent)
        width = 2 + len(element.doc.flat or "") if element.doc.flat is not None else WIDTH
        if at and self.fill and not out.pending and out.fits(width):
            out.write(" ")
        else:
            out.newline(indent)

    def _element(self, out: Output, doc: Doc, group: int) -> None:
        fits = doc.flat is not None and out.fits(len(doc.flat) + 1)
        if self.rows and fits and isinstance(doc, Brackets):
            out.line.cells = doc.row()
        if not self.fill:
            out.line.group = group
        doc.print_to(out, 1 if self.comma else 0)

    def _print_hugging(self, out: Output, tail: int) -> None:
        out.write(self.opening)
        for at, element in enumerate(self.elements):
            if at:
                out.write(", ")
            if at == self.hug:
                element.doc.print_broken(out, 0)
            else:
                out.write(element.doc.flat or "")
        out.write(self.closing)
