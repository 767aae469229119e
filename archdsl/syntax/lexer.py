"""The lexer for Lark's parser: one expression for all terminals, keywords by a look-up.

Lark's contextual lexer compiles an expression for each set of terminals that some state accepts,
which takes longer than most files take to parse. Here only two terminals depend on the state:
those that begin as another does, LABEL as a name or a string and COMPUTED as a brace or a size.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from lark.common import LexerConf
from lark.exceptions import UnexpectedCharacters
from lark.lexer import Lexer, LexerState, Token

from archdsl.syntax.keywords import KEYWORDS

__all__ = ["ContextualLexer"]

_DEPENDENT = ("LABEL", "COMPUTED")
_KEYWORDS = {word: word.upper() for word in KEYWORDS}
# The longer sign first; the grammar's other terminals can't be mistaken for one another.
_FIRST = ("SIZE", "NUMBER", "POWER", "FLOOR", "_ASSERT", "_ARROW", "CMP")

Scanner = re.Pattern[str]


class ContextualLexer(Lexer):
    """Gives the parser a token whether or not it fits: what doesn't is the parser's error."""

    def __init__(
        self, conf: LexerConf, states: dict[int, Collection[str]], always_accept: object = ()
    ) -> None:
        patterns = {terminal.name: terminal.pattern.to_regexp() for terminal in conf.terminals}
        self._blank = re.compile(f"(?:{'|'.join(patterns.pop(name) for name in conf.ignore)})*")
        signs = [name for name in patterns if name not in (*_FIRST, *_DEPENDENT)]
        self._order = [*_FIRST, *(name for name in signs if name not in _KEYWORDS.values())]
        self._patterns = patterns
        self._scanners: dict[tuple[str, ...], Scanner] = {}
        self._taken = {
            state: tuple(name for name in _DEPENDENT if name in accepts)
            for state, accepts in states.items()
        }

    def lex(self, lexer_state: LexerState, parser_state: Any) -> Iterator[Token]:
        given: Any = lexer_state.text
        text: str = getattr(given, "text", given)  # before Lark 1.3 it is the text itself
        end, counter = len(text), lexer_state.line_ctr
        blank, scanners, taken = self._blank, self._scanners, self._taken
        while True:
            start: int = blank.match(text, counter.char_pos).end()  # type: ignore[union-attr]
            if start >= end:
                counter.char_pos = end
                return
            depends = taken[parser_state.position]
            scanner = scanners.get(depends) or self._scanner(depends)
            found = scanner.match(text, start)
            if found is None:
                counter.char_pos = start
                raise UnexpectedCharacters(text, start, 0, 0, state=parser_state)
            kind, value = found.lastgroup or "", found.group()
            if kind == "NAME":
                kind = _KEYWORDS.get(value, kind)
            counter.char_pos = after = found.end()
            token = Token(kind, value, start, end_pos=after)
            lexer_state.last_token = token
            yield token

    def _scanner(self, depends: tuple[str, ...]) -> Scanner:
        parts = (f"(?P<{name}>{self._patterns[name]})" for name in (*depends, *self._order))
        made = self._scanners[depends] = re.compile("|".join(parts))
        return made
