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
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from archdsl.diagnostics import Diagnostics, Source, Span
from archdsl.elaborate.expressions import evaluate
from archdsl.elaborate.files import Module
from archdsl.elaborate.problems import Poisoned, Problem
from archdsl.elaborate.values import show, whole
from archdsl.syntax import tree
from archdsl.syntax.parser import parse
from archdsl.weights import codes

DROPPED = None

_PIECES = re.compile(r"\{([^{}]*)\}|([^{}]+)")
_BOUND = re.compile(r"([A-Za-z_]\w*)(?:\s*:\s*(\S+))?", re.ASCII)
_LITERAL = re.compile(r"[A-Za-z0-9_.\-/]+", re.ASCII)
_NET = re.compile(r"[A-Za-z0-9_*?]+", re.ASCII)
_KINDS = {
    "number": "[0-9]+",
    "letter": "[a-z]",
    "word": "[A-Za-z0-9_]+",
    "path": "[A-Za-z0-9_.]+",
    "auto": "(?:_[0-9]+)?",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One line. pieces: the left side, literals and `{name`; kinds: what each bound name is;
    target None: dropped."""

    pieces: tuple[str, ...]
    pattern: re.Pattern[str]
    kinds: Mapping[str, str]
    target: tuple[str | tree.Expr, ...] | None
    values: Mapping[str, object]
    span: Span


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
    names: Iterable[str]
    _firsts: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = list(self.names)
        for rule in self.section.rules:
            auto = next((n for n, kind in rule.kinds.items() if kind == "auto"), None)
            if auto is not None:
                found = [m for m in map(rule.pattern.fullmatch, names) if m is not None]
                self._firsts[id(rule)] = min((_auto(m[auto]) for m in found), default=0)

    def target(self, name: str) -> tuple[bool, str | None]:
        """Whether any line fits, and the name here (None: dropped). Raises Problem."""
        for rule in self.section.rules:
            match = rule.pattern.fullmatch(name)
            if match is not None:
                return True, self._said(rule, match)
        return False, None

    def _said(self, rule: Rule, match: re.Match[str]) -> str | None:
        if rule.target is None:
            return DROPPED
        values = dict(rule.values)
        for word, kind in rule.kinds.items():
            values[word] = bound(kind, match[word], self._firsts.get(id(rule), 0))
        scope = self.module.scope().inside(values)
        parts = []
        for part in rule.target:
            if isinstance(part, str):
                parts.append(part)
                continue
            try:
                value = evaluate(part, scope)
            except Problem as problem:
                raise Problem(problem.code, problem.message, rule.span, help=problem.help) from None
            number = whole(value)
            text = str(number) if number is not None else value
            if not isinstance(text, str):
                raise Problem(
                    codes.BAD_MAP,
                    f"a name is made of numbers and strings, got {show(value)}",
                    rule.span,
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


def _name(inner: str) -> str:
    """The name that a brace on the left binds."""
    return inner.partition(":")[0].strip()


# ---------------------------------------------------------------------------------- reading one


def renaming(found: NameMap, section: Section, names: Iterable[str]) -> Renaming:
    file = tree.File((), None, Span(found.source, 0, 0))
    return Renaming(section, Module(found.source, file), names)


def read_map(source: Source, diagnostics: Diagnostics) -> NameMap | None:
    """The map in a text; None, and errors, where it is none."""
    reader = _Reader(source, diagnostics)
    start = 0
    for line in source.text.splitlines(keepends=True):
        reader.line(line.partition("#")[0], start)
        start += len(line)
    reader.close()
    return None if diagnostics.failed else NameMap(source, tuple(reader.sections))


class _Reader:
    def __init__(self, source: Source, diagnostics: Diagnostics) -> None:
        self.source = source
        self.diagnostics = diagnostics
        self.sections: list[Section] = []
        self.nets: tuple[str, ...] = ("*",)
        self.rules: list[Rule] = []
        self.values: dict[str, object] = {}

    def line(self, text: str, start: int) -> None:
        words = text.strip()
        at = start + len(text) - len(text.lstrip())
        if not words:
            return
        if words.startswith("["):
            self._section(words, at)
        elif words.startswith("let ") and "->" not in words:
            self._let(words, at)
        else:
            self._rule(words, at)

    def close(self) -> None:
        if self.rules:
            self.sections.append(Section(self.nets, tuple(self.rules)))
        self.rules = []

    def error(self, message: str, start: int, length: int, help: str = "") -> None:
        span = Span(self.source, start, start + max(length, 1))
        self.diagnostics.error(codes.BAD_MAP, message, span, help=help)

    def _section(self, words: str, at: int) -> None:
        self.close()
        nets = words.removeprefix("[").removesuffix("]").split()
        if not words.endswith("]") or not nets or not all(map(_NET.fullmatch, nets)):
            self.error("a section names nets", at, len(words), help="write it as [ResNet50 Mine*]")
        self.nets = tuple(nets)

    def _let(self, words: str, at: int) -> None:
        own = Diagnostics()
        file = parse(Source(self.source.name, words), own)
        lets = [d for d in file.decls if isinstance(d, tree.Let)]
        if own.failed or len(lets) != 1:
            why = next(iter(own)).message if own.failed else "a `let` is `let name = value`"
            self.error(why, at, len(words))
            return
        module = Module(self.source, tree.File((), None, Span(self.source, 0, 0)))
        try:
            self.values[lets[0].name] = evaluate(lets[0].value, module.scope().inside(self.values))
        except Problem as problem:
            self.error(problem.message, at, len(words), help=problem.help)
        except Poisoned:
            return

    def _rule(self, words: str, at: int) -> None:
        left, arrow, right = words.partition("->")
        left, right = left.rstrip(), right.strip()
        if not arrow or not left or not right:
            self.error(
                "a line is `name there -> name here`",
                at,
                len(words),
                help="`-> none` leaves a name out",
            )
            return
        kinds: dict[str, str] = {}
        pattern = self._pattern(left, at, kinds)
        place = at + words.index(right, len(left))
        target = None if right == "none" else self._target(right, place)
        if pattern is not None and (target or right == "none"):
            span = Span(self.source, at, at + len(words))
            named = [
                f"{{{_name(inner)}" if inner else text for text, inner in self._pieces(left, at)
            ]
            rule = Rule(tuple(named), pattern, kinds, target, dict(self.values), span)
            self.rules.append(rule)

    def _pattern(self, text: str, at: int, kinds: dict[str, str]) -> re.Pattern[str] | None:
        found = []
        for piece in self._pieces(text, at):
            if piece[1] is None:
                found.append(re.escape(piece[0]))
                continue
            bound = _BOUND.fullmatch(piece[1].strip())
            if bound is None:
                self.error("a brace on the left binds a name: `{n}`, `{n:word}`", at, len(text))
                return None
            name, kind = bound[1], bound[2] or "number"
            inner = _KINDS.get(kind)
            if inner is None and "|" in kind and all(map(_LITERAL.fullmatch, kind.split("|"))):
                inner = "|".join(map(re.escape, kind.split("|")))
            if inner is None:
                known = ", ".join(_KINDS)
                self.error(
                    f"`{kind}` is nothing that `{name}` can be",
                    at,
                    len(text),
                    help=f"it can be {known}, or one of some words, as in {{{name}:conv|bn}}",
                )
                return None
            if name in kinds:
                self.error(f"`{name}` is bound twice", at, len(text))
                return None
            kinds[name] = kind
            found.append(f"(?P<{name}>{inner})")
        return re.compile("".join(found)) if found else None

    def _target(self, text: str, at: int) -> tuple[str | tree.Expr, ...] | None:
        found: list[str | tree.Expr] = []
        for literal, inner in self._pieces(text, at):
            if inner is None:
                found.append(literal)
                continue
            expr = self._expression(inner, at, len(text))
            if expr is None:
                return None
            found.append(expr)
        return tuple(found)

    def _expression(self, text: str, at: int, length: int) -> tree.Expr | None:
        own = Diagnostics()
        file = parse(Source(self.source.name, f"let value = {text}"), own)
        lets = [d for d in file.decls if isinstance(d, tree.Let)]
        if own.failed or len(file.decls) != 1 or not lets:
            self.error(f"`{text}` is no expression", at, length)
            return None
        return lets[0].value

    def _pieces(self, text: str, at: int) -> list[tuple[str, str | None]]:
        """(literal, None) or ("", what stands in braces), one after the other."""
        found: list[tuple[str, str | None]] = []
        end = 0
        for match in _PIECES.finditer(text):
            if match.start() != end:
                break
            end = match.end()
            if match[2] is not None and not _LITERAL.fullmatch(match[2]):
                self.error(f"`{match[2].strip()}` can't stand in a name", at, len(text))
                return []
            found.append((match[2] or "", match[1]))
        if end != len(text):
            self.error("a brace without its other half", at, len(text))
            return []
        return found
