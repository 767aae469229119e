"""The grammar as tables: what Lark makes of grammars/arch.lark, as plain data.

Input: the grammar's text. Output: LALR(1) states, rules and terminals as dicts, lists, numbers
and strings, which can be kept in a file (grammar.py) and which machine.py runs. Lark itself is
imported here alone: it takes as long as the rest of a check, and is needed once for each grammar.
"""

from __future__ import annotations

from typing import Any, TypedDict

__all__ = ["Rule", "Tables", "make"]

# What a rule does with its children: the name it is for, how many, which it keeps and how.
# kept: n >= 0: child n; -1: None, for an optional part left out; -2 - n: the items of child n.
# single: a lone child stands for the rule itself.
Rule = tuple[str, str, int, tuple[int, ...], bool]


class Tables(TypedDict):
    """
    states:     for each state, by terminal: a state to go to, or ~rule to reduce by; by rule: the
                state after it
    starts:     the first state and the last, by the rule that a text may be
    rules:      (origin, name of the builder's method, length, kept, single)
    terminals:  expressions by name, in an order in which the first that matches is right
    ignored:    expressions of what stands between
    """

    states: list[dict[str, int]]
    starts: dict[str, tuple[int, int]]
    rules: list[Rule]
    terminals: list[tuple[str, str]]
    ignored: list[str]


def make(text: str, starts: tuple[str, ...]) -> Tables:
    import lark
    from lark.parsers.lalr_analysis import Shift

    made: Any = lark.Lark(
        text, parser="lalr", lexer="contextual", start=list(starts), maybe_placeholders=True
    )
    table = made.parser.parser._parse_table
    numbers: dict[Any, int] = {}
    rules: list[Rule] = []
    states: list[dict[str, int]] = []
    for actions in (table.states[number] for number in range(len(table.states))):
        row: dict[str, int] = {}
        for name, (action, target) in actions.items():
            if action is Shift:
                row[str(name)] = target
                continue
            if target not in numbers:
                numbers[target] = len(rules)
                rules.append(_rule(target))
            row[str(name)] = ~numbers[target]
        states.append(row)
    first = {name: (table.start_states[name], table.end_states[name]) for name in starts}
    # Lark's order: by priority, then the longer first.
    terminals = sorted(
        (terminal for terminal in made.terminals if terminal.name not in made.ignore_tokens),
        key=lambda t: (-t.priority, -t.pattern.max_width, -len(t.pattern.value), t.name),
    )
    patterns = {terminal.name: terminal.pattern.to_regexp() for terminal in made.terminals}
    return Tables(
        states=states,
        starts=first,
        rules=rules,
        terminals=[(str(terminal.name), str(patterns[terminal.name])) for terminal in terminals],
        ignored=[str(patterns[name]) for name in made.ignore_tokens],
    )


def _rule(rule: Any) -> Rule:
    """Lark's rule, with its children as its own tree builder would keep them."""
    options, kept = rule.options, []
    # The places of optional parts that were left out: True before, between and after the rest.
    gaps = iter(options.empty_indices or [False] * len(rule.expansion))
    for number, symbol in enumerate(rule.expansion):
        for gap in gaps:
            if not gap:
                break
            kept.append(-1)
        if symbol.is_term and symbol.filter_out and not options.keep_all_tokens:
            continue
        inlined = not symbol.is_term and symbol.name.startswith("_")
        kept.append(-2 - number if inlined else number)
    kept += [-1 for gap in gaps if gap]
    name = str(rule.alias or rule.origin.name)
    single = bool(options.expand1) and not rule.alias
    return str(rule.origin.name), name, len(rule.expansion), tuple(kept), single
