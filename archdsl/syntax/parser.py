"""Parses a source.

Input: a source. Output: the syntax tree, and a diagnostic for each syntax error. With errors the
tree holds the declarations that have none. Nothing is resolved, and no name is looked up.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from lark import Lark, Token
from lark.exceptions import UnexpectedInput, UnexpectedToken

from archdsl import limits
from archdsl.diagnostics import Diagnostics, Label, Severity, Source, Span
from archdsl.syntax import tree
from archdsl.syntax.builder import Builder
from archdsl.syntax.errors import Place
from archdsl.syntax.grammar import load
from archdsl.syntax.messages import explain
from archdsl.syntax.outline import Outline
from archdsl.syntax.scan import comments, docs, too_deep

__all__ = ["parse"]


def parse(source: Source, diagnostics: Diagnostics) -> tree.File:
    """The tree of `source`; syntax errors go to `diagnostics`, and broken declarations are left
    out."""
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
        self._lark: Lark = load(self._builder)

    def parse(self, source: Source, diagnostics: Diagnostics, whole: Span) -> tree.File:
        builder = self._builder
        blocks = docs(source, comments(source))
        builder.begin(source, diagnostics)
        builder.docs = {block.before: block.text for block in blocks}
        builder.documented = set()
        try:
            recovery = _Recovery(builder)
            decls: Any = self._lark.parse(source.text, start="start", on_error=recovery)
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
            return cast(tree.Expr, self._lark.parse(text, start="expression"))
        except UnexpectedInput as error:
            _report(builder, Outline(text), error)
            return None
        finally:
            builder.base = saved


def _within(errors: list[int], span: Span) -> bool:
    return any(span.start <= error < span.end for error in errors)


def _report(builder: Builder, outline: Outline, error: UnexpectedInput) -> int:
    """Adds the diagnostic of `error`, and returns the word at which the parser stopped."""
    interactive: Any = error.interactive_parser
    ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    offset: Any = error.pos_in_stream
    at = len(outline.words) if ended else outline.find(offset)
    source, base = builder.source, builder.base
    place = Place(
        outline,
        at,
        frozenset(interactive.accepts()),
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
    """Called by the parser at each error: reports it, drops the broken statement, goes on.

    The parser's stack is cut back to the body or the file that the statement stands in, and the
    text is skipped up to where that body goes on. So the time stays linear and a second error is
    one of the user's. Where a declaration's braces don't match, all the rest of it is skipped.
    """

    def __init__(self, builder: Builder) -> None:
        self._builder = builder
        self._outline: Outline | None = None
        self._last = -1
        self._count = 0

    def __call__(self, error: UnexpectedInput) -> bool:
        if self._outline is None:
            self._outline = Outline(self._builder.source.text)
        outline = self._outline
        interactive: Any = error.interactive_parser
        at = _report(self._builder, outline, error)
        self._count += 1
        if self._count >= limits.now().syntax_errors:
            self._give_up(at)
            self._resume(interactive, "decl", len(outline.words))
            return True
        # Going on where it stopped the last time would never end.
        go_on = at + 1 if at == self._last else at
        self._last = at
        # A declaration that is dropped needs no mark; the error may even stand at the next one.
        mark = self._builder.errors.pop()
        inner = outline.nested(at)
        if inner is not None:
            self._resume(interactive, "decl", inner)
        elif outline.balanced(at) and (found := _innermost(interactive)) is not None:
            rule, depth = found
            start = _begin(interactive.parser_state.value_stack[depth:])
            begin = at if start is None else outline.find(start)
            self._builder.errors.append(mark)
            to = outline.next_statement(min(begin, len(outline.words) - 1), go_on)
            self._resume(interactive, rule if to < len(outline.words) else "decl", to)
        else:
            self._resume(interactive, "decl", outline.next_declaration(go_on))
        return True

    def _give_up(self, at: int) -> None:
        word = self._outline.word(at) if self._outline else None
        offset = word.start if word else len(self._builder.source.text)
        self._builder.diagnostics.error(
            "S118",
            f"stopped after {limits.now().syntax_errors} syntax errors",
            Span(self._builder.source, offset, offset),
            severity=Severity.NOTE,
        )

    def _resume(self, interactive: Any, rule: str, to: int) -> None:
        """Cuts the stack back to where a `rule` may begin, and the text to word `to`."""
        state, outline = interactive.parser_state, self._outline
        if rule == "decl" and "IMPORT" in interactive.accepts():
            # The declaration before is whole: what could follow it makes the parser see that.
            state.feed_token(Token("IMPORT", "import", 0, end_pos=0))
        depth = _boundary(interactive, rule) or 0
        del state.state_stack[depth + 1 :]
        del state.value_stack[depth:]
        before = state.value_stack[-1] if state.value_stack else None
        if isinstance(before, Token) and before.type == "BAR":
            # The branch isn't empty: what stood in it is broken.
            state.feed_token(Token("SKIP", "skip", before.start_pos, end_pos=before.end_pos))
        word = outline.word(to) if outline else None
        position = word.start if word else len(self._builder.source.text)
        interactive.lexer_thread.state.line_ctr.char_pos = position


def _boundary(interactive: Any, rule: str) -> int | None:
    """How many values stand on the stack below the broken `rule`: the innermost that can begin."""
    stack = interactive.parser_state.state_stack
    states = interactive.parser_state.parse_conf.states
    for depth in range(len(stack) - 1, -1, -1):
        if rule in states[stack[depth]]:
            return depth
    return None


# What may begin where: an item of a body, an entry of a recipe's block, a recipe's clause.
_STATEMENTS = ("item", "entry", "clause")


def _innermost(interactive: Any) -> tuple[str, int] | None:
    """The innermost statement that is broken, with its boundary."""
    found = [(rule, _boundary(interactive, rule)) for rule in _STATEMENTS]
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
