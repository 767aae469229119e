"""A map of names, read from its text: mapping.py says what may stand there."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from archdsl.diagnostics import Diagnostics, Source, Span
from archdsl.elaborate.expressions import evaluate
from archdsl.elaborate.files import Module
from archdsl.elaborate.problems import Poisoned, Problem
from archdsl.syntax import tree
from archdsl.syntax.parser import parse
from archdsl.weights import codes
from archdsl.weights.mapping import NameMap, Rule, Section
from archdsl.weights.shipped import MAPS

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


class _Piece(NamedTuple):
    """A literal, or what stands in braces, and where it is: with the braces."""

    literal: str
    inner: str | None
    span: Span


def read_map(source: Source, diagnostics: Diagnostics) -> NameMap | None:
    """The map in a text; None, and errors, where it is none."""
    reader = _Reader(source, diagnostics)
    start = 0
    for line in source.text.splitlines(keepends=True):
        reader.line(line.partition("#")[0], start)
        start += len(line)
    reader.close()
    return None if diagnostics.failed else NameMap(source, tuple(reader.sections))


@cache
def shipped_map(name: str) -> NameMap:
    """One that comes with archdsl."""
    found = read_map(Source(MAPS.shown(name), MAPS.text(name)), Diagnostics())
    assert found is not None
    return found


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
        self.error_at(message, Span(self.source, start, start + max(length, 1)), help)

    def error_at(self, message: str, span: Span, help: str = "") -> None:
        self.diagnostics.error(codes.BAD_MAP, message, span, help=help)

    def _span(self, inner: Span, shift: int) -> Span:
        """A place in a text that was parsed by itself, `shift` characters into the map."""
        return Span(self.source, shift + inner.start, shift + max(inner.end, inner.start + 1))

    def _section(self, words: str, at: int) -> None:
        self.close()
        nets = words.removeprefix("[").removesuffix("]").split()
        if not words.endswith("]") or not nets or not all(map(_NET.fullmatch, nets)):
            self.error("a section names nets", at, len(words), help="write it as [ResNet50 Mine*]")
        self.nets = tuple(nets)

    def _let(self, words: str, at: int) -> None:
        own = Diagnostics()
        lines = "\n" * (self.source.position(at)[0] - 1)  # a message may name its line
        file = parse(Source(self.source.name, lines + words), own)
        shift = at - len(lines)
        lets = [d for d in file.decls if isinstance(d, tree.Let)]
        if own.failed or len(lets) != 1:
            wrong = next(iter(own)) if own.failed else None
            if wrong is not None and wrong.span is not None:
                self.error_at(wrong.message, self._span(wrong.span, shift))
            else:
                self.error("a `let` is `let name = value`", at, len(words))
            return
        module = Module(self.source, tree.File((), None, Span(self.source, 0, 0)))
        try:
            self.values[lets[0].name] = evaluate(lets[0].value, module.scope().inside(self.values))
        except Problem as problem:
            self.error_at(problem.message, self._span(problem.span, shift), problem.help)
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
        pieces = self._pieces(left, at)
        pattern = self._pattern(pieces, kinds)
        there = self._pieces(right, at + words.index(right, len(left)))
        target = None if right == "none" else self._target(there)
        if pattern is not None and (target or right == "none"):
            rule = Rule(
                tuple(f"{{{_name(p.inner)}" if p.inner else p.literal for p in pieces),
                pattern,
                kinds,
                {_name(p.inner): p.span for p in pieces if p.inner},
                target,
                tuple(p.span for p in there) if target else (),
                dict(self.values),
                Span(self.source, at, at + len(words)),
            )
            self.rules.append(rule)

    def _pattern(self, pieces: list[_Piece], kinds: dict[str, str]) -> re.Pattern[str] | None:
        found = []
        for piece in pieces:
            if piece.inner is None:
                found.append(re.escape(piece.literal))
                continue
            bound = _BOUND.fullmatch(piece.inner.strip())
            if bound is None:
                message = "a brace on the left binds a name: `{n}`, `{n:word}`"
                self.error_at(message, piece.span)
                return None
            name, kind = bound[1], bound[2] or "number"
            inner = _KINDS.get(kind)
            if inner is None and "|" in kind and all(map(_LITERAL.fullmatch, kind.split("|"))):
                inner = "|".join(map(re.escape, kind.split("|")))
            if inner is None:
                known = ", ".join(_KINDS)
                self.error_at(
                    f"`{kind}` is nothing that `{name}` can be",
                    piece.span,
                    f"it can be {known}, or one of some words, as in {{{name}:conv|bn}}",
                )
                return None
            if name in kinds:
                self.error_at(f"`{name}` is bound twice", piece.span)
                return None
            kinds[name] = kind
            found.append(f"(?P<{name}>{inner})")
        return re.compile("".join(found)) if found else None

    def _target(self, pieces: list[_Piece]) -> tuple[str | tree.Expr, ...] | None:
        found: list[str | tree.Expr] = []
        for piece in pieces:
            if piece.inner is None:
                found.append(piece.literal)
                continue
            expr = self._expression(piece.inner, piece.span)
            if expr is None:
                return None
            found.append(expr)
        return tuple(found)

    def _expression(self, text: str, span: Span) -> tree.Expr | None:
        own = Diagnostics()
        file = parse(Source(self.source.name, f"let value = {text}"), own)
        lets = [d for d in file.decls if isinstance(d, tree.Let)]
        if own.failed or len(file.decls) != 1 or not lets:
            self.error_at(f"`{text}` is no expression", span)
            return None
        return lets[0].value

    def _pieces(self, text: str, at: int) -> list[_Piece]:
        """One after the other; none, and an error, where the text is no name."""
        found: list[_Piece] = []
        end = 0
        for match in _PIECES.finditer(text):
            if match.start() != end:
                break
            end = match.end()
            span = Span(self.source, at + match.start(), at + end)
            if match[2] is not None and not _LITERAL.fullmatch(match[2]):
                self.error_at(f"`{match[2].strip()}` can't stand in a name", span)
                return []
            found.append(_Piece(match[2] or "", match[1], span))
        if end != len(text):
            self.error("a brace without its other half", at + end, len(text) - end)
            return []
        return found


def _name(inner: str) -> str:
    """The name that a brace on the left binds."""
    return inner.partition(":")[0].strip()
