"""A function's body as statements, laid out at the very end, when all of them are known."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from archdsl.targets.keras.paths import Level
from archdsl.targets.layout import INDENT, WIDTH, Brackets, Doc, flat, lay_out

VARIABLES = ("x", "y", "z")


@dataclass
class Statement:
    """`target = doc`, or a header such as `for i in doc:`; the doc is an expression or empty.

    kind:  "let" is dropped where nothing uses its target, "add" is `target += doc`
    joint: parts that a later flatten makes superfluous (`keepdims=True`)
    """

    indent: int
    doc: Doc
    target: str | None = None
    prefix: str = ""
    suffix: str = ""
    comment: str = ""
    kind: Literal["assign", "head", "let", "add"] = "assign"
    joint: Brackets | None = None

    @property
    def names(self) -> list[str]:
        """The variables that its expression reads, one for each time."""
        written = flat(self.doc)
        if not written:
            return []
        found = [n.id for n in ast.walk(ast.parse(written, mode="eval")) if isinstance(n, ast.Name)]
        return [*found, self.target] if self.kind == "add" and self.target else found

    def _doc(self, prefix: str) -> Doc:
        """One argument a line where formatters would rather break in the `(x)` at the end."""
        if isinstance(self.doc, str) or not self.doc.tail:
            return self.doc
        length = len(INDENT) * self.indent + len(prefix) + len(flat(self.doc))
        nearly = length > WIDTH >= length - len(self.doc.tail) + 1
        return replace(self.doc, explode=True) if nearly else self.doc

    def lines(self) -> list[str]:
        sign = "+=" if self.kind == "add" else "="
        prefix = f"{self.target} {sign} " if self.target is not None else self.prefix
        lines = lay_out(prefix, self._doc(prefix), self.indent, self.suffix)
        if self.comment and len(lines) == 1 and len(lines[0]) + len(self.comment) + 4 <= WIDTH:
            lines[0] += f"  # {self.comment}"
        return lines


@dataclass
class Flow:
    """Statements so far and where the current value is.

    current:  the variable that holds it
    variable: the one that the next result goes to; a nested body has one of its own
    level:    the level of names that layers written now are in
    """

    statements: list[Statement]
    level: Level
    current: str = "x"
    variable: str = "x"
    indent: int = 1
    depth: int = 0

    def assign(self, doc: Doc, joint: Brackets | None = None) -> None:
        self.statements.append(Statement(self.indent, doc, self.variable, joint=joint))
        self.current = self.variable

    def apply(self, doc: Brackets, joint: Brackets | None = None) -> None:
        """A layer, called on the current value."""
        self.assign(
            replace(doc, tail=f"({self.current})"),
            replace(joint, tail=f"({self.current})") if joint is not None else None,
        )

    def emit(self, prefix: str, doc: Doc = "", suffix: str = "") -> None:
        head = Statement(self.indent, doc, prefix=prefix, suffix=suffix, kind="head")
        self.statements.append(head)

    def add(self, target: str, amount: int) -> None:
        self.statements.append(Statement(self.indent, str(amount), target, kind="add"))

    def into_variable(self) -> None:
        """The current value in this flow's own variable, wherever it was."""
        if self.current != self.variable:
            self.assign(self.current)

    def last(self) -> Statement | None:
        """The statement that made the current value, where it is the last one written here."""
        last = self.statements[-1] if self.statements else None
        made = last is not None and last.kind == "assign" and last.indent == self.indent
        if last is None or not made or last.target != self.current:
            return None
        return last if self.current == self.variable else None

    def rename(self, name: str) -> None:
        """The current value gets a variable that others can refer to."""
        if self.current == name:
            return
        last = self.last()
        if last is not None:
            last.target = name
        else:
            self.statements.append(Statement(self.indent, self.current, name))
        self.current = name

    def nested(self, deep: Callable[[int], str]) -> Flow:
        """The flow of an inner body, from the current value, in its depth's variable."""
        name = deep(self.depth + 1)
        if self.current == name:
            self.into_variable()
        return replace(self, variable=name, depth=self.depth + 1)

    def deeper(self) -> Flow:
        """The flow of an indented block, which leaves its value in the same variable."""
        return replace(self, indent=self.indent + 1)


def finish(statements: list[Statement], entry: str) -> list[str]:
    """The lines, without what nothing uses, and with the input's channels where they are read.

    entry: the name that stands for `x.shape[-1]` at the start
    """
    kept = _without_unused(statements)
    uses = [i for i, s in enumerate(kept) for name in s.names if name == entry]
    if uses:
        changed = next((i for i, s in enumerate(kept) if s.target == "x"), len(kept))
        if len(uses) == 1 and uses[0] <= changed and not _in_loop(kept, uses[0]):
            kept[uses[0]] = _with(kept[uses[0]], entry, "x.shape[-1]")
        else:
            kept.insert(0, Statement(1, "x.shape[-1]", entry))
    return [line for statement in kept for line in statement.lines()]


def _without_unused(statements: Sequence[Statement]) -> list[Statement]:
    read = {name for s in statements if s.kind != "add" for name in s.names}
    used: set[str] = set()
    kept: list[Statement] = []
    for place in reversed(range(len(statements))):
        statement = statements[place]
        later = statement.target in used or _in_loop(statements, place)
        if statement.kind == "add" and not (statement.target in read and later):
            continue
        if statement.target is not None and statement.target not in used:
            again = statement.kind == "assign" and _in_loop(statements, place)
            if statement.kind in ("let", "assign") and not again:
                continue
        used.update(statement.names)
        kept.append(statement)
    return kept[::-1]


def _in_loop(statements: Sequence[Statement], place: int) -> bool:
    depth = statements[place].indent
    for statement in reversed(statements[:place]):
        if statement.indent < depth:
            depth = statement.indent
            if statement.prefix.startswith("for "):
                return True
    return False


def _with(statement: Statement, name: str, text: str) -> Statement:
    pattern = re.compile(rf"\b{re.escape(name)}\b")

    def one(doc: Doc) -> Doc:
        if isinstance(doc, str):
            return pattern.sub(text, doc)
        return replace(doc, parts=tuple(one(p) for p in doc.parts))

    return replace(statement, doc=one(statement.doc))


def used_names(statements: Sequence[Statement]) -> set[str]:
    return {name for statement in statements for name in statement.names}
