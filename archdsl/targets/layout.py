"""Laying out Python source in 88 columns, as the usual formatters do.

Calls and lists are small documents: flat where they fit, else their arguments on one indented
line, else one argument a line with a trailing comma.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeAlias

WIDTH = 88
INDENT = "    "


@dataclass(frozen=True, slots=True)
class Brackets:
    """`head` + opening bracket, parts, closing bracket + `tail`.

    explode: one part a line even where all would fit
    loop:    a comprehension: the parts are `element`, `for ..`, split without commas
    """

    head: str
    parts: tuple[Doc, ...]
    tail: str = ""
    explode: bool = False
    brackets: str = "()"
    loop: bool = False


Doc: TypeAlias = str | Brackets


def call(head: str, parts: Iterable[Doc], *, explode: bool = False) -> Brackets:
    return Brackets(head, tuple(parts), explode=explode)


def prefixed(text: str, doc: Doc) -> Doc:
    """`doc` with text before it: a keyword, a dictionary's key."""
    return text + doc if isinstance(doc, str) else replace(doc, head=text + doc.head)


def flat(doc: Doc) -> str:
    """The document on one line."""
    if isinstance(doc, str):
        return doc
    separator = " " if doc.loop else ", "
    inner = separator.join(flat(p) for p in doc.parts)
    return f"{doc.head}{doc.brackets[0]}{inner}{doc.brackets[1]}{doc.tail}"


def explodes(doc: Doc) -> bool:
    return isinstance(doc, Brackets) and (doc.explode or any(explodes(p) for p in doc.parts))


def lay_out(prefix: str, doc: Doc, indent: int, suffix: str = "") -> list[str]:
    """The lines of `prefix doc suffix` at an indent of so many levels, each without its newline."""
    margin = INDENT * indent
    one = f"{margin}{prefix}{flat(doc)}{suffix}"
    if isinstance(doc, str) or not doc.parts or (len(one) <= WIDTH and not explodes(doc)):
        return [one]
    opening = f"{margin}{prefix}{doc.head}{doc.brackets[0]}"
    closing = f"{margin}{doc.brackets[1]}{doc.tail}{suffix}"
    if not explodes(doc) and (doc.head not in ("", "*") or doc.loop):
        separator = " " if doc.loop else ", "
        inner = f"{margin}{INDENT}{separator.join(flat(p) for p in doc.parts)}"
        if len(inner) <= WIDTH:
            return [opening, inner, closing]
    comma = "" if doc.loop else ","
    lines = [opening]
    for part in doc.parts:
        lines += lay_out("", part, indent + 1, comma)
    return [*lines, closing]


def docstring(text: Sequence[str], indent: int) -> list[str]:
    """A docstring; quotes and backslashes of the text can't end or bend it.

    Paragraphs with a line that is too long are filled anew; the others stay as they are.
    """
    margin = INDENT * indent
    safe = [line.replace("\\", "\\\\").replace('"""', r"\"\"\"") for line in text]
    safe = _filled(safe, WIDTH - len(margin) - 6)  # room for the quotes on both sides
    if len(safe) == 1 and len(safe[0]) + len(margin) + 6 <= WIDTH and not safe[0].endswith('"'):
        return [f'{margin}"""{safe[0]}"""']
    lines = [f'{margin}"""{safe[0]}']
    lines += [f"{margin}{line}".rstrip() for line in safe[1:]]
    return [*lines, f'{margin}"""']


def _filled(lines: Sequence[str], width: int) -> list[str]:
    found: list[str] = []
    for blank, paragraph in groupby(lines, key=lambda line: not line.strip()):
        block = [line.rstrip() for line in paragraph]
        if not blank and any(len(line) > width for line in block):
            block = textwrap.wrap(" ".join(block), width, break_long_words=False)
        found += [""] * len(block) if blank else block
    return found
