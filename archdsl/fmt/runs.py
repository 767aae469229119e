"""Lays out runs of tokens without bodies: expressions, arguments, the heads of statements."""

from __future__ import annotations

import re
from collections.abc import Sequence

from archdsl.fmt.docs import Brackets, Comment, Doc, Element, Fill, Text, cat
from archdsl.fmt.tokens import Note, Tokens
from archdsl.syntax.keywords import KEYWORDS

__all__ = ["Runs"]

_COMPARED = ["<", ">", "<=", ">=", "==", "!=", "~"]
_BINARY = frozenset([*_COMPARED, "+", "-", "*", "/", "//", "%", "**", "and", "or", "if", "else"])
_MAY_BE_UNARY = frozenset(["-", "+", "/"])
_VALUES = frozenset(["true", "false", "output"])
_CALLED = frozenset(["add", "aux", "concat", "mul", "residual"])


class Runs:
    """The runs of one text's tokens."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens

    def text(self, number: int) -> str:
        return self.tokens.tokens[number].text

    def notes(self, number: int) -> list[Note]:
        return self.tokens.gaps[number].notes

    # ----------------------------------------------------------------- runs

    def run(
        self, first: int, end: int, equals: str = " = ", colon: str = ": ", params: bool = False
    ) -> Doc:
        """The tokens from `first` to before `end`; comments before `first` are left out.

        equals, colon: what `=` and `:` look like with their spaces
        params: they are a declaration's, whose brackets hold parameters
        """
        elements: list[Element] = []
        parts: list[Doc] = []
        before: list[Note] = []
        at = first
        while at < end:
            space = self._space(first, at, equals, colon) if at > first else ""
            if at > first and space == " " and self._splits(first, at):
                elements.append(Element(cat(parts), before))
                parts, before, space = [], self.notes(at), ""
            elif at > first:
                parts += [Comment(note) for note in self.notes(at)]
            last = self.tokens.match.get(at, at)
            if last > at:
                if space:
                    parts.append(Text(space))
                parts.append(self._bracketed(first, at, last, params))
            else:
                parts.append(Text(space + self._word(at)))
            at = last + 1
        elements.append(Element(cat(parts), before))
        return elements[0].doc if len(elements) == 1 else Fill(elements)

    def _word(self, at: int) -> str:
        token = self.tokens.tokens[at]
        if token.kind == "atom" and "#" not in token.text:
            return self._computed(token.text)
        return token.text

    def _computed(self, text: str) -> str:
        """A label, reference or shape with its computed parts laid out."""
        parts = re.split(r"\{([^}\n]*)\}", text)
        for at in range(1, len(parts), 2):
            tokens = Tokens(parts[at], None)
            flat = Runs(tokens).run(0, len(tokens.tokens)).flat
            parts[at] = f"{{{flat or parts[at]}}}"
        return "".join(parts)

    def _splits(self, first: int, at: int) -> bool:
        """Whether the run may break before this token."""
        if self.text(at - 1) == ",":
            return True
        if self.text(at) not in _BINARY or self.text(at - 1) == "else":
            return False
        return self._operand(first, at - 1)

    # ----------------------------------------------------------------- spaces

    def _operand(self, first: int, at: int) -> bool:
        """Whether a value ends with this token."""
        if at < first:
            return False
        token = self.tokens.tokens[at]
        if token.kind == "sign":
            return token.text in (")", "]")
        keyword = token.kind == "word" and token.text in KEYWORDS
        return not keyword or token.text in _VALUES or self.text(at - 1) == "."

    def _unary(self, first: int, at: int) -> bool:
        return self.text(at) in _MAY_BE_UNARY and not self._operand(first, at - 1)

    def _space(self, first: int, at: int, equals: str, colon: str) -> str:
        """What stands between a token and the one before it."""
        token, before = self.tokens.tokens[at], self.tokens.tokens[at - 1]
        if token.text == "." and token.kind == "sign":
            # A number would swallow it.
            return " " if before.kind in ("number", "size") else ""
        if "sign" in (token.kind, before.kind):
            if token.text == "," or before.text == ".":
                return ""
            if token.text == "=" or before.text == "=":
                return equals[:1].replace("=", "")
            if token.text == ":":
                return ""
            if before.text == ":":
                return colon[1:]
            if before.kind == "sign" and self._unary(first, at - 1):
                return ""
        if token.text == "[":
            return "" if self._operand(first, at - 1) else " "
        if token.text == "(":
            called = self._operand(first, at - 1) or before.text in _CALLED
            return "" if called else " "
        return " "

    # ----------------------------------------------------------------- brackets

    def _bracketed(self, first: int, at: int, last: int, params: bool) -> Doc:
        opening, closing = self.text(at), self.text(last)
        follows = at > first and self._space(first, at, "=", ":") == ""
        value = follows and (
            self._operand(first, at - 1) or (opening == "(" and self.text(at - 1) in _CALLED)
        )
        ranges, comma = self._elements(at, last)
        if opening == "[" and value:
            return self._tight(at, last)
        if opening == "(" and not value and len(ranges) == 1 and not comma:
            return self._tight(at, last)
        loop = self._loop(at, last) if opening == "[" else None
        if loop is not None:
            parts = [(at + 1, loop), (loop, last)]
            return Brackets(
                opening,
                [Element(self.run(a, b), self.notes(a)) for a, b in parts],
                closing,
                comma=False,
                notes=self.notes(last),
            )
        if value:
            equals = " = " if params or self._spaced(ranges) else "="
            docs = [self.run(a, b, equals) for a, b in ranges]
            rows = False
        else:
            docs = [self.run(a, b) for a, b in ranges]
            rows = bool(ranges) and all(self._is_row(a, b) for a, b in ranges)
        return Brackets(
            opening,
            [Element(doc, self.notes(a)) for doc, (a, _) in zip(docs, ranges, strict=True)],
            closing,
            single=not value and opening == "(" and len(ranges) == 1,
            rows=rows,
            fill=not value and all(b - a == 1 or self._signed(a, b) for a, b in ranges),
            spread=rows and not self.tokens.one_line(at, last + 1),
            notes=self.notes(last),
        )

    def _signed(self, first: int, end: int) -> bool:
        return end - first == 2 and self.text(first) in ("-", "+")

    def _tight(self, at: int, last: int) -> Doc:
        """`(a + b)`, `[i]`, `[a:b]`: brackets that stay with what they hold."""
        parts: list[Doc] = [Text(self.text(at))]
        if last > at + 1:
            parts += [Comment(note) for note in self.notes(at + 1)]
            parts.append(self.run(at + 1, last, colon=":"))
        parts += [Comment(note) for note in self.notes(last)]
        return cat([*parts, Text(self.text(last))])

    def _elements(self, at: int, last: int) -> tuple[list[tuple[int, int]], bool]:
        """The ranges between the commas, and whether a comma stands at the end."""
        found, begin, number = [], at + 1, at + 1
        while number < last:
            if self.text(number) == ",":
                found.append((begin, number))
                begin = number + 1
            number = self.tokens.match.get(number, number) + 1
        if begin < last:
            found.append((begin, last))
        return found, self.text(last - 1) == ","

    def _loop(self, at: int, last: int) -> int | None:
        """Where the `for` of a comprehension stands."""
        number = at + 1
        while number < last:
            if self.text(number) == "for":
                return number
            number = self.tokens.match.get(number, number) + 1
        return None

    def _is_row(self, first: int, end: int) -> bool:
        """Whether an element is a list or a tuple."""
        if self.tokens.match.get(first) != end - 1:
            return False
        ranges, comma = self._elements(first, end - 1)
        return self.text(first) == "[" or len(ranges) != 1 or comma

    def _spaced(self, ranges: Sequence[tuple[int, int]]) -> bool:
        """Whether an argument by keyword has operators, so that its `=` needs air."""
        return any(
            self._has_operator(a + 2, b) for a, b in ranges if a + 1 < b and self.text(a + 1) == "="
        )

    def _has_operator(self, first: int, end: int) -> bool:
        at = first
        while at < end:
            text = self.text(at)
            if text == "not" or (
                text in _BINARY and text != "**" and at > first and self._operand(first, at - 1)
            ):
                return True
            at = self.tokens.match.get(at, at) + 1
        return False
