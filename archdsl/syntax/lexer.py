"""Tokens: one expression for all terminals, and keywords by a look-up.

Only two terminals depend on what the parser accepts, as they begin like others: LABEL like a name
or a string, COMPUTED like a brace or a size. Everything else is read in one way everywhere, and a
token that doesn't fit is the parser's error.
"""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Self

from archdsl.syntax.keywords import KEYWORDS
from archdsl.syntax.tables import Tables

__all__ = ["END", "Lexer", "Token"]

END = "$END"
_KEYWORDS = {word: word.upper() for word in KEYWORDS}
_DEPENDENT = ("LABEL", "COMPUTED")


class Token(str):
    """A piece of the text; `type` is its terminal's name, "" where no terminal begins so."""

    __slots__ = ("end_pos", "start_pos", "type")
    type: str
    start_pos: int
    end_pos: int

    def __new__(cls, type: str, value: str, start_pos: int, end_pos: int) -> Self:
        made = str.__new__(cls, value)
        made.type, made.start_pos, made.end_pos = type, start_pos, end_pos
        return made


class Lexer:
    def __init__(self, tables: Tables) -> None:
        self._patterns = {
            name: pattern for name, pattern in tables["terminals"] if name not in _KEYWORDS.values()
        }
        self._blank = re.compile(f"(?:{'|'.join(tables['ignored'])})*")
        self._scanners: dict[tuple[bool, ...], re.Pattern[str]] = {}

    def token(self, text: str, at: int, accepted: Container[str]) -> Token:
        """The token at `at` or after it, where the parser accepts these terminals."""
        blank = self._blank.match(text, at)
        start = blank.end() if blank else at
        if start == len(text):
            return Token(END, "", start, start)
        key = ("LABEL" in accepted, "COMPUTED" in accepted)
        found = (self._scanners.get(key) or self._scanner(key)).match(text, start)
        if found is None:
            return Token("", text[start], start, start + 1)
        kind, value = found.lastgroup or "", found.group()
        if kind == "NAME":
            kind = _KEYWORDS.get(value, kind)
        return Token(kind, value, start, found.end())

    def _scanner(self, key: tuple[bool, ...]) -> re.Pattern[str]:
        left_out = {name for name, taken in zip(_DEPENDENT, key, strict=True) if not taken}
        chosen = [pair for pair in self._patterns.items() if pair[0] not in left_out]
        made = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in chosen))
        self._scanners[key] = made
        return made
