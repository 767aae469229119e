"""A line of modules as code: nn.Sequential(..), say, or statements that fill a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from archdsl.targets.classes.dialect import Dialect
from archdsl.targets.layout import INDENT, Brackets, Doc, call, lay_out
from archdsl.targets.outline.rows import Mismatch
from archdsl.targets.symbolic import Ex
from archdsl.targets.written import text


@dataclass(frozen=True, slots=True)
class One:
    """A module.

    key:   its name in the sequence, as code where it is computed; None in a loop, where each round
           has another number
    setup: statements before it, each already as deep as it stands
    """

    doc: Doc
    key: str | None
    computed: bool = False
    setup: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The key as code."""
        return f'"{self.key}"' if not self.computed else str(self.key)


@dataclass(frozen=True, slots=True)
class When:
    """Modules that are there only under a condition."""

    test: Ex
    then: tuple[Entry, ...]
    other: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Many:
    """The same module again and again: `*[doc for _ in range(count)]`.

    counter: the rounds' number, where the module depends on it; the first of them is 1
    """

    doc: Doc
    count: Ex
    counter: str | None = None


@dataclass(frozen=True, slots=True)
class Loop:
    """A `for` statement; before: `channels = 3`, after: `channels = c` in each round."""

    header: str
    rows: Doc
    before: str | None
    entries: tuple[Entry, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class Say:
    """A statement beside the modules: `channels //= 2`."""

    line: str


Entry: TypeAlias = One | When | Many | Loop | Say


def is_expression(entries: Sequence[Entry]) -> bool:
    return all(isinstance(e, Many) or (isinstance(e, One) and not e.setup) for e in entries)


def sequential(dialect: Dialect, entries: Sequence[Entry]) -> Brackets:
    """`nn.Sequential(...)` of entries that need no statement."""
    if _named(entries):
        return dialect.named([(e.name, e.doc) for e in entries if isinstance(e, One)])
    parts = list(as_parts(entries))
    return call(dialect.line, parts, explode=len(parts) > 2)


def _named(entries: Sequence[Entry]) -> bool:
    """Whether the keys are other than the positions that nn.Sequential gives by itself."""
    keys = [e.key for e in entries if isinstance(e, One)]
    if any(k is None for k in keys) or len(keys) != len(entries):
        return False
    return keys != [str(i) for i in range(len(keys))]


def as_parts(entries: Sequence[Entry]) -> list[Doc]:
    parts: list[Doc] = []
    for entry in entries:
        if isinstance(entry, One):
            parts.append(entry.doc)
        elif isinstance(entry, Many):
            loop = f"for _ in range({text(entry.count)})"
            if entry.counter:
                loop = f"for {entry.counter} in range(1, {text(entry.count)})"
            parts.append(Brackets("*", (entry.doc, loop), brackets="[]", loop=True))
    return parts


def statements(
    dialect: Dialect, name: str, entries: Sequence[Entry], indent: int, *, named: bool
) -> tuple[list[str], Brackets]:
    """Statements that make a list `name` of the modules, a dictionary where they are named; and
    the line that is made of it."""
    if named:
        if dialect.names is None:
            raise Mismatch("names among statements")
        kind, empty, line = dialect.names
        made = f"{INDENT * indent}{name}: {kind} = {empty}"
        return [made, *_fill(name, entries, indent, named=True)], call(line, [name])
    lead: list[Entry] = []
    rest = list(entries)
    while rest and is_expression(rest[:1]):
        lead.append(rest.pop(0))
    head = Brackets("", tuple(as_parts(lead)), brackets="[]", explode=len(lead) > 2)
    lines = lay_out(f"{name}: list[{dialect.child}] = ", head, indent)
    return lines + _fill(name, rest, indent, named=False), call(dialect.line, [f"*{name}"])


def _fill(name: str, entries: Sequence[Entry], indent: int, *, named: bool) -> list[str]:
    lines: list[str] = []
    run: list[Entry] = []

    def flush() -> None:
        if len(run) == 1 and isinstance(run[0], One):
            lines.extend(lay_out("", call(f"{name}.append", [run[0].doc]), indent))
        elif run:
            doc = Brackets("", tuple(as_parts(run)), brackets="[]", explode=len(run) > 2)
            lines.extend(lay_out(f"{name} += ", doc, indent))
        run.clear()

    margin = INDENT * indent
    for entry in entries:
        if isinstance(entry, One) and entry.setup:
            flush()
            lines += entry.setup
        if isinstance(entry, One) and named:
            lines += lay_out(f"{name}[{entry.name}] = ", entry.doc, indent)
            continue
        if isinstance(entry, One | Many):
            run.append(entry)
            continue
        flush()
        if isinstance(entry, Say):
            lines.append(f"{margin}{entry.line}")
        elif isinstance(entry, When):
            then, other, test = entry.then, entry.other, text(entry.test)
            if not then:
                then, other, test = other, (), f"not {text(entry.test, 3)}"
            lines.append(f"{margin}if {test}:")
            lines += _fill(name, then, indent + 1, named=named)
            if other:
                lines.append(f"{margin}else:")
                lines += _fill(name, other, indent + 1, named=named)
        else:
            if entry.before:
                lines.append(f"{margin}{entry.before}")
            lines += lay_out(entry.header, entry.rows, indent, ":")
            lines += _fill(name, entry.entries, indent + 1, named=named)
            if entry.after:
                lines.append(f"{margin}{INDENT}{entry.after}")
    flush()
    return lines
