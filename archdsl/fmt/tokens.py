"""A text as tokens with the comments and blank lines between them.

Labels, references and shapes with computed parts (`layer{i + 1}`) are single tokens.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

from archdsl.diagnostics import Source
from archdsl.fmt.walk import nodes
from archdsl.syntax import scan, tree

__all__ = ["Gap", "Note", "Token", "Tokens"]

_OPENERS = {"(": ")", "[": "]", "{": "}"}
# What a comment before them stands behind in the layout.
_HURRIED = frozenset({",", "else", "shortcut", "always"})
# What a comment behind them stands before in the layout.
_LATE = frozenset({"->", "|"})


@dataclass(frozen=True, slots=True)
class Note:
    """A comment; `blank`: after an empty line."""

    text: str
    own_line: bool
    blank: bool


@dataclass(slots=True)
class Gap:
    """What stands before a token; `blank`: an empty line right before it."""

    notes: list[Note] = field(default_factory=list)
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """kind: word, number, size, string, ref, sign, or atom (with computed parts)."""

    kind: str
    text: str
    start: int
    end: int
    line: int
    column: int


class Tokens:
    """The tokens, and `gaps`: what stands before each, the last after them all."""

    def __init__(self, text: str, file: tree.File | None) -> None:
        self.text = text
        masked = self._masked(file)
        source = Source("", masked)
        self.tokens = [self._token(word, source) for word in scan.words(masked)]
        self._starts = [token.start for token in self.tokens]
        self._notes = scan.comments(source)
        self.gaps = [Gap() for _ in range(len(self.tokens) + 1)]
        self._fill(source)
        self.match = self._matches()
        self._move()

    def comments(self) -> list[str]:
        return [note.text for note in self._notes]

    def at(self, offset: int) -> int:
        """The number of the first token at `offset` or after it."""
        return bisect_left(self._starts, offset)

    def one_line(self, first: int, end: int) -> bool:
        """Whether the tokens from `first` to before `end` were written on one line."""
        return self.tokens[first].line == self.tokens[end - 1].line

    def quiet(self, first: int, end: int) -> bool:
        """Whether no comment stands between the tokens from `first` to before `end`."""
        return not any(self.gaps[at].notes for at in range(first + 1, end))

    # ----------------------------------------------------------------- making

    def _masked(self, file: tree.File | None) -> str:
        """The text with letters in place of what has computed parts, of the same length."""
        pieces, at = [], 0
        spans = [
            node.span
            for node in nodes(file)
            if isinstance(node, tree.Template | tree.ShapeExpr) and "{" in node.span.text
        ]
        for span in sorted(spans, key=lambda span: span.start):
            pieces += [self.text[at : span.start], "a" * (span.end - span.start)]
            at = span.end
        return "".join([*pieces, self.text[at:]])

    def _token(self, word: scan.Word, source: Source) -> Token:
        text = self.text[word.start : word.end]
        kind = "atom" if text != word.text else word.kind
        return Token(kind, text, word.start, word.end, *source.position(word.start))

    def _fill(self, source: Source) -> None:
        """Puts each comment in its gap, and finds the empty lines."""
        at, last = 0, 0  # the number of a token, and the line of what came last
        for note in self._notes:
            line = source.position(note.span.start)[0]
            while at < len(self.tokens) and self.tokens[at].start < note.span.start:
                self.gaps[at].blank = self.tokens[at].line > last + 1
                last = self.tokens[at].line
                at += 1
            self.gaps[at].notes.append(Note(note.text, line > last, line > last + 1))
            last = line
        for rest in range(at, len(self.tokens)):
            self.gaps[rest].blank = self.tokens[rest].line > last + 1
            last = self.tokens[rest].line

    def _matches(self) -> dict[int, int]:
        """Opening brackets with their closing ones."""
        found: dict[int, int] = {}
        stack: list[int] = []
        for number, token in enumerate(self.tokens):
            if token.kind != "sign":
                continue
            if token.text in _OPENERS:
                stack.append(number)
            elif token.text in _OPENERS.values():
                found[stack.pop()] = number
        return found

    def _move(self) -> None:
        """Moves comments from where no layout would have them: past a comma, before an arrow."""
        for number in range(len(self.tokens) - 1, 0, -1):
            if self.tokens[number - 1].text in _LATE and self.gaps[number].notes:
                self.gaps[number - 1].notes += self.gaps[number].notes
                self.gaps[number].notes = []
        for number, token in enumerate(self.tokens):
            brace = token.kind == "sign" and token.text == "{"
            named = token.text in _HURRIED and self._next(number) != "="
            if (brace or named) and self.gaps[number].notes:
                self.gaps[number + 1].notes[:0] = self.gaps[number].notes
                self.gaps[number].notes = []

    def _next(self, number: int) -> str:
        return self.tokens[number + 1].text if number + 1 < len(self.tokens) else ""
