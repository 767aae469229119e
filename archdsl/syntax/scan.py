"""What is read from the text without the grammar: comments, nesting and, for errors, words.

Input: a source. Output: comments with spans, the doc comments by the line they stand before, the
first bracket that nests too deeply, and a flat list of words that never fails.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from archdsl.diagnostics import Source, Span
from archdsl.records import record
from archdsl.syntax.numbers import NUMBER, SIZE

__all__ = ["Comment", "Doc", "Word", "comments", "docs", "too_deep", "unseen", "words"]


@record
class Comment:
    """`text` with its `#`; `own_line`: nothing stands before it on its line."""

    text: str
    own_line: bool
    span: Span


@record
class Doc:
    """Consecutive `##` lines, joined; `before` is the offset of the line that follows them."""

    text: str
    start: int
    before: int


_COMMENTS = re.compile(r'"[^"\n]*"|#[^\n]*')
# Control characters, line ends of other conventions, and what turns the direction of writing.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_BRACKETS = re.compile(r'"[^"\n]*"|#[^\n]*|[({\[]|[)}\]]')


def comments(source: Source) -> list[Comment]:
    """All comments of a file, in order, doc comments among them."""
    text, found = source.text, []
    for match in _COMMENTS.finditer(text):
        start = match.start()
        if text[start] == "#":
            written = match.group().rstrip()
            before = text[text.rfind("\n", 0, start) + 1 : start]
            span = Span(source, start, start + len(written))
            found.append(Comment(written, before.strip(" \t\f\ufeff") == "", span))
    return found


def unseen(source: Source, found: list[Comment]) -> list[Span]:
    """The first character of each comment that is not shown, or makes others be shown elsewhere.

    A null byte ends a Python source, an escape sequence repaints a terminal, and a right-to-left
    mark shows a reader something else than what the compiler reads.
    """
    if _UNSEEN.search(source.text) is None:
        return []
    hits = ((comment, _UNSEEN.search(comment.text)) for comment in found)
    starts = (comment.span.start + hit.start() for comment, hit in hits if hit is not None)
    return [Span(source, start, start + 1) for start in starts]


def docs(source: Source, found: list[Comment]) -> list[Doc]:
    """The `##` comments on lines of their own, those on consecutive lines together."""
    blocks: list[tuple[list[str], int, int]] = []
    for comment in found:
        # `###` and longer rows of `#` are banners, not documentation.
        if not comment.own_line or not re.match(r"##(?!#)", comment.text):
            continue
        start = source.text.rfind("\n", 0, comment.span.start) + 1
        end = source.text.find("\n", comment.span.end)
        before = end + 1 if end >= 0 else len(source.text) + 1
        line = comment.text[2:].removeprefix(" ")
        if blocks and blocks[-1][2] == start:
            lines, first, _ = blocks[-1]
            lines.append(line)
            blocks[-1] = (lines, first, before)
        else:
            blocks.append(([line], start, before))
    return [Doc("\n".join(lines), start, before) for lines, start, before in blocks]


def too_deep(text: str, limit: int) -> int | None:
    """The offset of the first bracket inside `limit` others, or None."""
    depth = 0
    for match in _BRACKETS.finditer(text):
        sign = match.group()
        if sign in "([{":
            depth += 1
            if depth > limit:
                return match.start()
        elif sign in ")]}" and depth:
            depth -= 1
    return None


class Word(NamedTuple):
    """A piece of text: `kind` is word, number, size, string, ref, sign; or, each an error, open
    (a string without its end), malformed (a number), bad (a character)."""

    kind: str
    text: str
    start: int
    end: int


_WORDS = re.compile(
    rf"""
      (?P<blank>[ \t\r\n\f\ufeff]+|\#[^\n]*)
    | (?P<string>"[^"\n]*")
    | (?P<open>"[^"\n]*)
    | (?P<size>{SIZE}|(?:[0-9]+x)+(?={{))
    | (?P<number>{NUMBER})
    | (?P<malformed>[0-9](?:[\w.]|(?<=[eE])[+-](?=\d))*)
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<ref>@[A-Za-z_][A-Za-z0-9_]*)
    | (?P<sign>->|::|\*\*|//|<=|>=|==|!=|[-+*/%<>=~(){{}}\[\],:.|])
    | (?P<bad>.)
    """,
    re.VERBOSE | re.DOTALL,
)


def words(text: str) -> list[Word]:
    """The text as words, comments left out; used only once an error is known."""
    return [
        Word(match.lastgroup or "", match.group(), match.start(), match.end())
        for match in _WORDS.finditer(text)
        if match.lastgroup != "blank"
    ]
