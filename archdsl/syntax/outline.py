"""The words of a broken file with their nesting: where a statement begins and where to go on.

Braces decide; round and square brackets only hold a line break together, because a missing one
must not hide the statements that follow.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from archdsl.syntax.keywords import KEYWORDS
from archdsl.syntax.scan import Word, words

__all__ = ["Outline"]

_DECLARES = {"block", "seq", "net", "import", "op", "recipe", "scaling"}
_MAY_DECLARE = {"let", "defaults", "init"}
_BEGINS = {"let", "expect", "input", "output", "defaults", "init"}
_GOES_ON = {"else", "shortcut", "always", "as", "in", "from", "and", "or", "not", "true", "false"}
_LEADS_ON = {"->", "::", ",", "=", "+", "-", "*", "/", "//", "%", "**", "|", "(", "[", "."}
_LEADS_ON |= {"<", ">", "<=", ">=", "==", "!=", "~"}
_CLOSING = {")": "(", "]": "[", "}": "{"}


class Outline:
    """`words` of a text; positions are indexes into it, `len(words)` is the end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = words(text)
        self._starts = [word.start for word in self.words]
        self._depths: list[int] = []
        self._inside: list[bool] = []  # round or square brackets
        self._segments: list[int] = []
        self._balanced: list[bool] = []
        self._surplus: list[int] = []  # closing braces too many, less those missing
        self._measure()

    def _measure(self) -> None:
        """Depths count from 0 at every sure declaration: braces before it can't shift them."""
        depth = parens = surplus = 0
        for at, word in enumerate(self.words):
            if word.text in _DECLARES and self.declares(at):
                self._end_segment(depth, surplus)
                depth = parens = surplus = 0
            self._depths.append(depth)
            self._inside.append(parens > 0)
            self._segments.append(len(self._balanced))
            match word.text:
                case "{":
                    depth, parens = depth + 1, 0
                case "}":
                    surplus += depth == 0
                    depth, parens = max(depth - 1, 0), 0
                case "(" | "[":
                    parens += 1
                case ")" | "]":
                    parens = max(parens - 1, 0)
                case "->":
                    parens = 0
        self._end_segment(depth, surplus)

    def _end_segment(self, depth: int, surplus: int) -> None:
        self._balanced.append(depth == surplus == 0)
        self._surplus.append(surplus - depth)

    def word(self, at: int) -> Word | None:
        return self.words[at] if 0 <= at < len(self.words) else None

    def find(self, offset: int) -> int:
        """The word at `offset`, or the first one after it."""
        at = bisect_left(self._starts, offset)
        if at and self.words[at - 1].end > offset:
            return at - 1
        return at

    def first_on_line(self, at: int) -> bool:
        start = self.words[at].start
        return at == 0 or "\n" in self.text[self.words[at - 1].end : start]

    def declares(self, at: int) -> bool:
        """Whether a declaration begins here, however the braces stand."""
        if self.words[at].text not in _DECLARES:
            return False
        after = self.word(at + 1)
        if after is None or after.kind != "word":
            return False
        if self.words[at].text == "import" and self._foreign_import(at):
            return False
        return at == 0 or self.words[at - 1].text not in {":", "(", ",", "="}

    def _foreign_import(self, at: int) -> bool:
        """Whether this is the `import` of `from "file" import A`: that is one broken statement."""
        begin = at - 2
        return (
            begin >= 0
            and self.words[begin].text == "from"
            and self.first_on_line(begin)
            and (begin == 0 or self.words[begin - 1].kind != "word")
        )

    def balanced(self, at: int) -> bool:
        """Whether the braces of the declaration around `at` match."""
        if not self.words:
            return True
        # What breaks at a declaration's first word is what stands before it.
        before = at == len(self.words) or (at > 0 and self.declares(at))
        return self._balanced[self._segments[at - before]]

    def nested(self, at: int) -> int | None:
        """Where the file goes on if the declaration at `at` stands in another one's body.

        Then the braces missing before it are found after it.
        """
        if at in (0, len(self.words)) or not self.declares(at):
            return None
        segment = self._segments[at]
        if self._surplus[segment - 1] >= 0:
            return None
        while segment < len(self._surplus) and self._surplus[segment] == 0:
            segment += 1
        if segment == len(self._surplus) or self._surplus[segment] < 0:
            return None
        return bisect_right(self._segments, segment)

    def segment(self, at: int) -> int:
        """Where the sure declaration around `at` begins, else 0."""
        begin = min(at, len(self.words) - 1)
        while begin > 0 and not self.declares(begin):
            begin -= 1
        return max(begin, 0)

    def opened(self, at: int) -> list[int]:
        """The brackets that are open before `at`, outermost first."""
        stack: list[int] = []
        for here in range(self.segment(at - 1) if at else 0, at):
            sign = self.words[here].text
            if sign in ("(", "[", "{"):
                stack.append(here)
            elif sign in _CLOSING:
                # A brace closes the brackets that were left open inside it.
                while sign == "}" and stack and self.words[stack[-1]].text != "{":
                    stack.pop()
                if stack and self.words[stack[-1]].text == _CLOSING[sign]:
                    stack.pop()
        return stack

    def unclosed(self, at: int) -> int | None:
        """The `{` that most likely lacks its `}` before `at`: indentation tells, if it can."""
        stack: list[int] = []
        for here in range(self.segment(at - 1) if at else 0, at):
            word = self.words[here]
            if word.text == "{":
                stack.append(here)
            elif word.text == "}" and stack:
                opening = stack.pop()
                if self.first_on_line(here) and self._indent(here) < self._indent(opening):
                    return opening
        return stack[-1] if stack else None

    def _indent(self, at: int) -> int:
        start = self.text.rfind("\n", 0, self.words[at].start) + 1
        line = self.text[start : self.words[at].start]
        return len(line) - len(line.lstrip())

    # ------------------------------------------------------------ where to go on

    def next_statement(self, start: int, at: int) -> int:
        """Where the body goes on whose statement at `start` broke at `at`: a statement, or `}`."""
        depth = self._depths[start]
        for here in range(max(at, start), len(self.words)):
            if self._depths[here] != depth:
                continue
            if self.words[here].text == "}" or (here > start and self._begins(here)):
                return here
        return len(self.words)

    def names_what(self, start: int, end: int) -> bool:
        """Whether what is declared in these words has its name there: not in `let = 3`."""
        words = self.words
        return all(
            words[at].text != "let" or words[at + 1].kind == "word" for at in range(start, end)
        )

    def _begins(self, at: int) -> bool:
        word, before = self.words[at], self.words[at - 1]
        if word.text == "|" and not self._inside[at]:
            return True
        if not self.first_on_line(at):
            return False
        if word.text in _BEGINS:
            after = self.word(at + 1)
            # `init=` may be an argument on a line of its own.
            argument = self._inside[at] and after is not None and after.text in {"=", ",", ")"}
            return not argument
        if self._inside[at] or before.text in _LEADS_ON:
            return False
        if word.kind == "word":
            return word.text not in _GOES_ON
        return word.kind in {"ref", "string"}

    def next_declaration(self, at: int) -> int:
        for here in range(at, len(self.words)):
            text = self.words[here].text
            if (text in _DECLARES and self.declares(here)) or (
                text in _MAY_DECLARE
                and self.first_on_line(here)
                and (self._depths[here] == 0 or self._indent(here) == 0)
            ):
                return here
        return len(self.words)

    def is_keyword(self, at: int) -> bool:
        word = self.word(at)
        return word is not None and word.text in KEYWORDS
