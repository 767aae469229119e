"""Runs the tables: an LALR(1) parser that calls a builder's method for each rule.

A parse that stops at an error can be asked what it would accept, cut back, and led on: see
parser.py. A rule's children are tokens and what the methods returned; those of the grammar's own
repetitions, which have no method, are lists.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from archdsl.syntax.lexer import END, Lexer, Token
from archdsl.syntax.tables import Rule, Tables

__all__ = ["Machine", "Parse"]

Method = Callable[[list[Any]], Any]


class Machine:
    """The tables with a builder's methods: made once, and used by each parse."""

    def __init__(self, tables: Tables, builder: object) -> None:
        self.states = tables["states"]
        self.starts = tables["starts"]
        self.lexer = Lexer(tables)
        self.rules = [(*rule, _method(rule, builder)) for rule in tables["rules"]]


def _method(rule: Rule, builder: object) -> Method:
    origin, name, _, kept, _ = rule
    found: Method | None = getattr(builder, name, None)
    if found is not None:
        return found
    if origin.startswith("_"):
        return _list
    if len(kept) == 1:
        return _only
    raise LookupError(f"the builder has no method for the rule {name}")


def _list(children: list[Any]) -> list[Any]:
    return children


def _only(children: list[Any]) -> Any:
    return children[0]


class Parse:
    """One text being parsed.

    position:  where the next token is looked for
    states, values:  the parser's stack: a state more than values
    """

    def __init__(self, machine: Machine, text: str, start: str) -> None:
        self.machine = machine
        self.text = text
        self.position = 0
        first, self._last = machine.starts[start]
        self.states: list[int] = [first]
        self.values: list[Any] = []

    def run(self) -> Token | None:
        """Goes on up to the end (then `result` is there) or to a token that doesn't fit."""
        text, token_at, table = self.text, self.machine.lexer.token, self.machine.states
        states = self.states
        while True:
            token = token_at(text, self.position, table[states[-1]])
            self.position = token.end_pos
            if not self.feed(token):
                return token
            if token.type == END:
                return None

    @property
    def result(self) -> Any:
        return self.values[-1]

    def feed(self, token: Token, *, shift: bool = True) -> bool:
        """Takes a token, with the rules that end before it; False where it doesn't fit.

        shift: without it the rules end, and the token isn't taken
        """
        table, rules, states, values = (
            self.machine.states,
            self.machine.rules,
            self.states,
            self.values,
        )
        kind = token.type
        while True:
            action = table[states[-1]].get(kind)
            if action is None:
                return False
            if action >= 0:
                if kind != END and shift:
                    states.append(action)
                    values.append(token)
                return True
            origin, _, size, kept, single, method = rules[~action]
            if size:
                children = values[-size:]
                del values[-size:], states[-size:]
            else:
                children = []
            value = _kept(children, kept)
            values.append(value[0] if single and len(value) == 1 else method(value))
            states.append(table[states[-1]][origin])
            if kind == END and states[-1] == self._last:
                return True

    def accepts(self) -> frozenset[str]:
        """The terminals that could come next."""
        row = self.machine.states[self.states[-1]]
        return frozenset(name for name in row if name.isupper() and self._would_take(name))

    def _would_take(self, kind: str) -> bool:
        table, rules, states = self.machine.states, self.machine.rules, list(self.states)
        while True:
            action = table[states[-1]].get(kind)
            if action is None or action >= 0:
                return action is not None
            origin, size = rules[~action][0], rules[~action][2]
            if size:
                del states[-size:]
            states.append(table[states[-1]][origin])
            if kind == END and states[-1] == self._last:
                return True

    def boundary(self, rule: str) -> int | None:
        """How many values stand below the innermost `rule` that can begin on the stack."""
        table = self.machine.states
        for depth in range(len(self.states) - 1, -1, -1):
            if rule in table[self.states[depth]]:
                return depth
        return None

    def cut(self, depth: int) -> None:
        """Forgets all but the first values."""
        del self.states[depth + 1 :], self.values[depth:]


def _kept(children: list[Any], kept: tuple[int, ...]) -> list[Any]:
    found: list[Any] = []
    for number in kept:
        if number >= 0:
            found.append(children[number])
        elif number == -1:
            found.append(None)
        elif found:
            found += children[-2 - number]
        else:
            found = children[-2 - number]  # a repetition's own list, which grows in place
    return found
