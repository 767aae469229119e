"""Where a module's children are put: attributes of a class, or places of a container."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from archdsl.targets.classes.dialect import Dialect
from archdsl.targets.layout import INDENT, Doc, flat, lay_out
from archdsl.targets.outline.rows import Mismatch


@dataclass
class Attributes:
    """Statements of a constructor: `self.conv1 = ...`."""

    dialect: Dialect
    kept: frozenset[str] = frozenset()  # keys of children, those to come too
    lines: list[str] = field(default_factory=list)
    indent: int = 2
    names: dict[str, str] = field(default_factory=dict)
    _shared: list[dict[str, str]] = field(default_factory=lambda: [{}])

    def put(self, key: str, doc: Doc, word: str | None = None) -> str:
        """Registers a child and says how forward reaches it.

        word: set for children without weights and label: equal ones share one attribute of it.
        """
        written = flat(doc)
        if word is not None:
            for level in self._shared:
                if written in level:
                    return level[written]
            free = word not in self.kept and self.names.get(word, written) == written
            key = word if free else key
        if self.names.get(key, written) != written:
            raise Mismatch(f"two children named {key}")
        self.names[key] = written
        if key.startswith("__"):  # as an attribute it would be another name
            added, access = self.dialect.unspeakable(key, doc)
            self.lines += lay_out("", added, self.indent)
            return access
        access = f"self.{self.dialect.attribute(key)}"
        self.lines += lay_out(f"{access} = ", doc, self.indent)
        if word is not None:
            self._shared[-1][written] = access
        return access

    def put_parameter(self, key: str, doc: Doc) -> str:
        return self.put(key, doc)

    def declare(self, key: str, value: str) -> None:
        """A child's attribute, with what it is where nothing else will be."""
        self.emit(f"self.{self.dialect.attribute(key)}: {self.dialect.child} = {value}")

    def emit(self, line: str) -> None:
        self.lines.append(f"{INDENT * self.indent}{line}" if line else "")

    def reserve(self, wanted: str) -> str:
        """An attribute name for a flag, no child's."""
        name = wanted
        while name in self.names or name in self.kept:
            name += "_"
        self.names[name] = f"<flag {name}>"
        return name

    @contextmanager
    def apart(self, deeper: int) -> Iterator[list[str]]:
        """Statements inside go to a list of their own, to be put in where it is deeper."""
        before, self.lines = self.lines, []
        self.indent += deeper
        try:
            yield self.lines
        finally:
            self.indent -= deeper
            self.lines = before

    @contextmanager
    def under(self, header: str) -> Iterator[None]:
        """Statements inside are one level deeper, under `header`."""
        self.emit(header)
        before = len(self.lines)
        self.indent += 1
        self._shared.append({})
        yield
        self.indent -= 1
        self._shared.pop()
        if len(self.lines) == before:  # all that it needs is there already
            self.lines.pop()


@dataclass
class Places:
    """Children of a container with a forward of its own.

    keyed: children are reached by key, else by position
    """

    dialect: Dialect
    keyed: bool
    entries: list[tuple[str, Doc]] = field(default_factory=list)
    parameters: list[tuple[str, Doc]] = field(default_factory=list)

    def put(self, key: str, doc: Doc, word: str | None = None) -> str:
        index = len(self.entries)
        self.entries.append((key, doc))
        return self.dialect.place(key, index, keyed=self.keyed, parameter=False)

    def put_parameter(self, key: str, doc: Doc) -> str:
        self.parameters.append((key, doc))
        return self.dialect.place(key, len(self.entries), keyed=self.keyed, parameter=True)

    def declare(self, key: str, value: str) -> None:
        raise Mismatch("a condition among numbered children")

    def emit(self, line: str) -> None:
        raise Mismatch("a condition among numbered children")

    def reserve(self, wanted: str) -> str:
        raise Mismatch("a condition among numbered children")

    def under(self, header: str) -> AbstractContextManager[None]:
        raise Mismatch("a condition among numbered children")
