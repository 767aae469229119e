"""Maps of names: which layer of a net a name in somebody else's file means.

    # a comment
    [ResNet50 MyNet*]              the nets that the lines below are for; without it, all
    let depths = [3, 4, 6, 3]      a value of the language, for what follows
    conv{s}_block{b}_bn -> layer{s - 1}.{b - 1}.bn
    running_stats_{n}   -> none    left out on purpose

The first line whose left side is a layer's whole name says what it is called here. Left, a brace
holds a name that is bound: `{n}` to a number, `{n:letter}` to a letter as a number from 0,
`{n:word}`, `{n:path}` (a word with dots), `{n:conv|bn}` to a text, `{n:auto}` to the number that
Keras gave a layer, counted from the first such in the file. Right, an expression of the language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from archdsl.diagnostics import Source, Span
from archdsl.elaborate.expressions import evaluate
from archdsl.elaborate.files import Module
from archdsl.elaborate.problems import Problem
from archdsl.elaborate.values import show, whole
from archdsl.syntax import tree
from archdsl.weights import codes
from archdsl.weights.shipped import MAPS

DROPPED = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One line.

    pieces: the left side, literals and `{name`
    kinds:  what each bound name is
    braces: where each is bound
    target: the right side; None: dropped
    parts:  where its pieces are
    """

    pieces: tuple[str, ...]
    pattern: re.Pattern[str]
    kinds: Mapping[str, str]
    braces: Mapping[str, Span]
    target: tuple[str | tree.Expr, ...] | None
    parts: tuple[Span, ...]
    values: Mapping[str, object]
    span: Span

    @property
    def right(self) -> Span:
        return self.parts[0].to(self.parts[-1]) if self.parts else self.span


@dataclass(frozen=True, slots=True)
class Section:
    nets: tuple[str, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class NameMap:
    """A map's sections, in order; the first that has the net holds."""

    source: Source
    sections: tuple[Section, ...]

    def section(self, net: str) -> Section | None:
        return next((s for s in self.sections if any(fnmatchcase(net, n) for n in s.nets)), None)


@dataclass
class Renaming:
    """A section applied to the names of one file."""

    section: Section
    module: Module
    names: Sequence[str]
    _firsts: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for rule in self.section.rules:
            auto = next((n for n, kind in rule.kinds.items() if kind == "auto"), None)
            if auto is not None:
                found = [m for m in map(rule.pattern.fullmatch, self.names) if m is not None]
                self._firsts[id(rule)] = min((_auto(m[auto]) for m in found), default=0)

    @property
    def source(self) -> Source:
        return self.module.source

    @property
    def is_shipped(self) -> bool:
        """Whether it is no map of the user's."""
        return self.source.name.startswith(f"std/{MAPS.folder}/")

    def target(self, name: str) -> tuple[bool, str | None]:
        """Whether any line fits, and the name here (None: dropped). Raises Problem."""
        rule = self.rule(name)
        if rule is None:
            return False, None
        match = rule.pattern.fullmatch(name)
        assert match is not None
        return True, self._said(rule, match)

    def rule(self, name: str) -> Rule | None:
        """The line that holds for a name there."""
        return next((r for r in self.section.rules if r.pattern.fullmatch(name)), None)

    def _said(self, rule: Rule, match: re.Match[str]) -> str | None:
        if rule.target is None:
            return DROPPED
        values = dict(rule.values)
        for word, kind in rule.kinds.items():
            values[word] = bound(kind, match[word], self._firsts.get(id(rule), 0))
        scope = self.module.scope().inside(values)
        parts = []
        for part, span in zip(rule.target, rule.parts, strict=True):
            if isinstance(part, str):
                parts.append(part)
                continue
            try:
                value = evaluate(part, scope)
            except Problem as problem:
                raise Problem(problem.code, problem.message, span, help=problem.help) from None
            number = whole(value)
            text = str(number) if number is not None else value
            if not isinstance(text, str):
                raise Problem(
                    codes.BAD_MAP,
                    f"a name is made of numbers and strings, got {show(value)}",
                    span,
                )
            parts.append(text)
        return "".join(parts)


def bound(kind: str, text: str, first: int) -> object:
    """What a name in a brace is bound to; first: Keras's number of the first such layer."""
    match kind:
        case "number":
            return int(text)
        case "letter":
            return ord(text) - ord("a")
        case "auto":
            return _auto(text) - first
    return text


def _auto(text: str) -> int:
    return int(text.removeprefix("_") or 0)


def renaming(found: NameMap, section: Section, names: Sequence[str]) -> Renaming:
    file = tree.File((), None, Span(found.source, 0, 0))
    return Renaming(section, Module(found.source, file), names)
