"""Parses a source.

Input: a source. Output: the syntax tree, and a diagnostic for each syntax error. With errors the
tree holds the declarations that have none, and those that have them within statements of bodies:
there `Broken` stands in their place. Nothing is resolved, and no name is looked up.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from archdsl import limits
from archdsl.diagnostics import Diagnostics, Label, Severity, Source, Span
from archdsl.syntax import tree
from archdsl.syntax.builder import Builder
from archdsl.syntax.grammar import load
from archdsl.syntax.lexer import END, Token
from archdsl.syntax.machine import Machine, Parse
from archdsl.syntax.scan import comments, docs, too_deep, unseen

if TYPE_CHECKING:
    from archdsl.syntax.outline import Outline

__all__ = ["parse"]


def parse(source: Source, diagnostics: Diagnostics) -> tree.File:
    """The tree of `source`; syntax errors go to `diagnostics`, and what is broken is left out."""
    whole = Span(source, 0, len(source.text))
    deep = too_deep(source.text, limits.now().brackets)
    if deep is not None:
        diagnostics.error(
            "S116",
            f"brackets nest more than {limits.now().brackets} levels deep",
            Span(source, deep, deep + 1),
            help="give the inner part a name, as a `block` or with `let`",
        )
        return tree.File((), None, whole)
    with _lock, _no_collection():
        return _engine().parse(source, diagnostics, whole)


# One parser serves all: its builder holds the state of the parse that is under way.
_lock = threading.RLock()
_engines: list[_Engine] = []


def _engine() -> _Engine:
    if not _engines:
        _engines.append(_Engine())
    return _engines[0]


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without it the time grows faster than the text: all that is made here stays alive."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class _Engine:
    """The parser and its builder."""

    def __init__(self) -> None:
        self._builder = Builder()
        self._builder.parse_expression = self._embedded
        self._machine = Machine(load(), self._builder)

    def parse(self, source: Source, diagnostics: Diagnostics, whole: Span) -> tree.File:
        builder = self._builder
        written = comments(source)
        for span in unseen(source, written)[: limits.now().syntax_errors]:
            sign = f"U+{ord(source.text[span.start]):04X}"
            diagnostics.error(
                "S101", f"unexpected character {sign} in a comment", span, help="take it out"
            )
        blocks = docs(source, written)
        builder.begin(source, diagnostics)
        builder.docs = {block.before: block.text for block in blocks}
        builder.documented = set()
        try:
            under_way = Parse(self._machine, source.text, "start")
            recovery: _Recovery | None = None
            while (token := under_way.run()) is not None:
                recovery = recovery or _Recovery(builder, under_way)
                recovery.go_on(token)
            decls: tuple[tree.Decl, ...] = under_way.result
            errors = sorted(builder.errors)
        finally:
            documented = builder.documented
            builder.begin(Source("", ""), Diagnostics())  # keeps nothing of the source alive
        first = decls[0].span.start if decls else len(source.text)
        leading = [b for b in blocks if b.start < first and b.before not in documented]
        kept = tuple(d for d in decls if not _within(errors, d.span)) if errors else decls
        return tree.File(kept, leading[0].text if leading else None, whole)

    def _embedded(self, start: int, end: int) -> tree.Expr | None:
        """The expression in a label's or a shape's braces; None after an error."""
        builder = self._builder
        text, saved = builder.source.text[start:end], builder.base
        builder.base = start
        try:
            deep = too_deep(text, limits.now().brackets)
            if deep is not None:
                span = Span(builder.source, start + deep, start + deep + 1)
                builder.error(
                    "S116", f"brackets nest more than {limits.now().brackets} levels deep", span
                )
                return None
            under_way = Parse(self._machine, text, "expression")
            token = under_way.run()
            if token is None:
                return cast(tree.Expr, under_way.result)
            from archdsl.syntax.outline import Outline

            _report(builder, Outline(text), under_way, token)
            return None
        finally:
            builder.base = saved


def _within(errors: list[int], span: Span) -> bool:
    return any(span.start <= error < span.end for error in errors)


def _report(builder: Builder, outline: Outline, under_way: Parse, token: Token) -> int:
    """Adds the diagnostic of a token that doesn't fit; the word at which the parser stopped."""
    from archdsl.syntax.errors import Place
    from archdsl.syntax.messages import explain

    at = len(outline.words) if token.type == END else outline.find(token.start_pos)
    source, base = builder.source, builder.base
    place = Place(
        outline,
        at,
        under_way.accepts(),
        lambda offset: source.position(base + offset)[0],
        "the closing `}`" if base else "the end of the file",
    )
    problem = explain(place)
    builder.error(
        problem.code,
        problem.message,
        Span(source, base + problem.start, base + problem.end),
        problem.label,
        problem.help,
        tuple(
            Label(Span(source, base + start, base + end), text)
            for start, end, text in problem.secondary
        ),
    )
    return at


class _Recovery:
    """What is done at each error: reports it, drops the broken statement, goes on.

    The parser's stack is cut back to the body or the file that the statement stands in, and the
    text is skipped up to where that body goes on. So the time stays linear and a second error is
    one of the user's. Where a declaration's braces don't match, all the rest of it is skipped.
    """

    def __init__(self, builder: Builder, under_way: Parse) -> None:
        from archdsl.syntax.outline import Outline

        self._builder = builder
        self._parse = under_way
        self._outline = Outline(under_way.text)
        self._last = -1
        self._count = 0

    def go_on(self, token: Token) -> None:
        outline = self._outline
        at = _report(self._builder, outline, self._parse, token)
        self._count += 1
        if self._count >= limits.now().syntax_errors:
            self._give_up(at)
            self._resume("decl", len(outline.words))
            return
        # Going on where it stopped the last time would never end.
        go_on = at + 1 if at == self._last else at
        self._last = at
        self._close()
        # A declaration that is dropped needs no mark; the error may even stand at the next one.
        mark = self._builder.errors.pop()
        inner = outline.nested(at)
        if inner is not None:
            self._resume("decl", inner)
        elif outline.balanced(at) and (found := _innermost(self._parse)) is not None:
            rule, depth = found
            start = _begin(self._parse.values[depth:])
            begin = at if start is None else outline.find(start)
            to = outline.next_statement(min(begin, len(outline.words) - 1), go_on)
            whole = rule == "item" and to < len(outline.words)
            if whole:
                self._builder.leave_out(outline.words[begin].start, outline.words[to - 1].end)
            if not whole or not outline.names_what(begin, to):
                self._builder.errors.append(mark)
            self._resume(rule if to < len(outline.words) else "decl", to)
        else:
            self._resume("decl", outline.next_declaration(go_on))

    def _close(self) -> None:
        """Ends what a `}` closed: the parser waits for what follows, and that is broken."""
        values, accepts = self._parse.values, self._parse.accepts()
        if values and isinstance(values[-1], Token) and values[-1].type == "RBRACE":
            for kind in ("SKIP", "RBRACE", "IMPORT"):
                if kind in accepts:
                    self._parse.feed(Token(kind, "", 0, 0), shift=False)
                    return

    def _give_up(self, at: int) -> None:
        word = self._outline.word(at)
        offset = word.start if word else len(self._builder.source.text)
        self._builder.diagnostics.error(
            "S118",
            f"stopped after {limits.now().syntax_errors} syntax errors",
            Span(self._builder.source, offset, offset),
            severity=Severity.NOTE,
        )

    def _resume(self, rule: str, to: int) -> None:
        """Cuts the stack back to where a `rule` may begin, and the text to word `to`."""
        under_way = self._parse
        if rule == "decl" and "IMPORT" in under_way.accepts():
            # The declaration before is whole: what could follow it makes the parser see that.
            under_way.feed(Token("IMPORT", "import", 0, 0))
        under_way.cut(under_way.boundary(rule) or 0)
        word = self._outline.word(to)
        under_way.position = word.start if word else len(under_way.text)


# What may begin where: an item of a body, an entry of a recipe's block, a recipe's clause.
_STATEMENTS = ("item", "entry", "clause")


def _innermost(under_way: Parse) -> tuple[str, int] | None:
    """The innermost statement that is broken, with its boundary."""
    found = [(rule, under_way.boundary(rule)) for rule in _STATEMENTS]
    known = [(rule, depth) for rule, depth in found if depth is not None]
    return max(known, key=lambda pair: pair[1], default=None)


def _begin(values: list[Any]) -> int | None:
    """The offset at which the first of these values begins."""
    for value in values:
        if isinstance(value, Token):
            return value.start_pos
        if isinstance(value, list):
            if (start := _begin(value)) is not None:
                return start
        elif value is not None:
            return int(value.span.start)
    return None
