"""Bodies and files: their entries, one below the other, with comments and empty lines between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from archdsl.fmt.docs import Doc
from archdsl.fmt.output import INDENT, WIDTH, Cells, Output
from archdsl.fmt.tokens import Note

__all__ = ["Braces", "Entry", "File"]


@dataclass(slots=True)
class Entry:
    """An item of a body or a declaration.

    notes: the comments on lines before it; after: those behind it, on its last line. blank: an
    empty line right before it. bar: it begins a branch; deeper: it goes on with one
    """

    doc: Doc
    cells: Cells | None = None
    blank: bool = False
    notes: Sequence[Note] = ()
    after: Sequence[Note] = ()
    bar: bool = False
    deeper: bool = False

    def print_to(self, out: Output, indent: int, group: int, first: bool) -> None:
        _notes(out, self.notes, indent, first)
        if self.blank and not (first and not self.notes):
            out.blank()
        out.newline(indent + INDENT if self.deeper else indent)
        if self.bar:
            out.write("| ")
            out.line.prefix = "| "
            out.line.base = indent + INDENT
        cont, out.cont = out.cont, out.line.base + INDENT
        out.line.group = group
        line = self.cells.line if self.cells else None
        if line is not None and out.fits(len(line)):
            out.write(line)
            out.line.cells = self.cells
        else:
            self.doc.print_to(out)
        out.cont = cont
        for note in self.after:
            out.note(note.text, note.own_line, indent)


def _notes(out: Output, found: Sequence[Note], indent: int, first: bool) -> None:
    """Comments on lines of their own in a body; first: nothing stands above them in it."""
    for at, note in enumerate(found):
        if note.blank and not (first and not at):
            out.blank()
        out.note(note.text, True, indent)


@dataclass
class Braces(Doc):
    """A body. inline: whether it stands on one line if it fits; opened: the comments behind `{`;
    notes: those before `}`."""

    entries: Sequence[Entry]
    inline: bool
    opened: Sequence[Note] = ()
    notes: Sequence[Note] = ()
    flat: str | None = field(init=False, default=None)
    lead: int = field(init=False, default=1)
    breaks: bool = field(init=False, default=True)

    def __post_init__(self) -> None:
        if not self.entries and not self.opened and not self.notes:
            self.flat, self.lead, self.breaks = "{}", 2, False
        elif self.inline:
            texts = [("| " if e.bar else "") + e.doc.flat for e in self.entries if e.doc.flat]
            whole = len(texts) == len(self.entries)
            self.flat = " ".join(["{", *texts, "}"]) if whole else None

    def print_broken(self, out: Output, tail: int) -> None:
        base = out.line.base
        out.write("{")
        for note in self.opened:
            out.note(note.text, note.own_line, base + INDENT)
        group = out.group()
        for at, entry in enumerate(self.entries):
            entry.print_to(out, base + INDENT, group, not at)
        _notes(out, self.notes, base + INDENT, not self.entries)
        out.newline(base)
        out.write("}")


class File:
    """The declarations of a file; notes: the comments at its end."""

    def __init__(self, entries: Sequence[Entry], notes: Sequence[Note]) -> None:
        self.entries, self.notes = entries, notes

    def print_to(self, out: Output) -> None:
        group = out.group()
        for at, entry in enumerate(self.entries):
            if at and not _short(self.entries[at - 1], entry) and not _apart(entry):
                out.blank()
            entry.print_to(out, 0, group, not at)
        for number, note in enumerate(self.notes):
            if note.blank and (number or self.entries):
                out.blank()
            out.note(note.text, True, 0)


def _short(*entries: Entry) -> bool:
    """Whether declarations stand on one line each, and so may stand together."""
    lines = [entry.cells.line if entry.cells else entry.doc.flat for entry in entries]
    return all(line is not None and len(line) <= WIDTH for line in lines)


def _apart(entry: Entry) -> bool:
    """Whether an empty line stands somewhere before a declaration already."""
    return entry.blank or any(note.blank for note in entry.notes)
