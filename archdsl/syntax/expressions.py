"""Builds the tree's expressions: the methods that the parser calls for the grammar's rules.

Each takes the list of its rule's children: tokens, or what other methods returned.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from archdsl import limits
from archdsl.diagnostics import Diagnostics, Label, Source, Span
from archdsl.syntax import tree
from archdsl.syntax.lexer import Token
from archdsl.syntax.numbers import MAX_DIGITS, MAX_EXPONENT, number, size

__all__ = ["Bracketed", "Expressions"]

Children = list[Any]

_BRACES = re.compile(r"\{([^}\n]*)\}")


class Bracketed(NamedTuple):
    """What stood between two brackets, which the span includes."""

    items: tuple[Any, ...]
    span: Span


@dataclass
class _Kept:
    node: object  # held so that its id stays its own
    depth: int


class Expressions:
    """State of one parse, and the rules for expressions, labels and shapes."""

    def __init__(self) -> None:
        self.source = Source("", "")
        self.diagnostics = Diagnostics()
        # Where the text being parsed begins in the source: not 0 inside a label's braces.
        self.base = 0
        # Offsets of the errors, to know which declarations are whole.
        self.errors: list[int] = []
        self.parse_expression: Callable[[int, int], tree.Expr | None] = lambda start, end: None
        self._depths: dict[int, _Kept] = {}
        self._deep = False
        # Where statements of bodies that are not yet built could not be read, in order.
        self._broken: list[tuple[int, int]] = []

    def begin(self, source: Source, diagnostics: Diagnostics) -> None:
        """Forgets the last parse."""
        self.source, self.diagnostics = source, diagnostics
        self.base, self.errors, self._depths, self._deep = 0, [], {}, False
        self._broken = []

    # ------------------------------------------------------------ helpers

    def span(self, first: Any, last: Any) -> Span:
        # Lark calls a token's place optional.
        first_is_token, last_is_token = isinstance(first, Token), isinstance(last, Token)
        start = first.start_pos + self.base if first_is_token else first.span.start
        end = last.end_pos + self.base if last_is_token else last.span.end
        return Span(self.source, start, end)

    def error(
        self,
        code: str,
        message: str,
        span: Span,
        label: str = "",
        help: str = "",
        secondary: tuple[Label, ...] = (),
    ) -> None:
        self.errors.append(span.start)
        self.diagnostics.error(code, message, span, label=label, help=help, secondary=secondary)

    def nested(self, node: Any, *inside: object) -> Any:
        """`node`, whose parts are `inside`; past the limit an error and a leaf in its place."""
        depth = 1
        for part in inside:
            kept = self._depths.get(id(part))
            if kept is not None and kept.depth >= depth:
                depth = kept.depth + 1
        if depth > limits.now().depth:
            if not self._deep:
                self.error(
                    "S116",
                    f"this nests more than {limits.now().depth} levels deep",
                    Span(self.source, node.span.start, node.span.start + 1),
                    help="give parts of it names with `let`",
                )
            self._deep = True
            return tree.Number(0, "0", node.span)
        self._depths[id(node)] = _Kept(node, depth)
        return node

    # ------------------------------------------------------------ leaves

    def expression(self, c: Children) -> Any:
        return c[0]

    def number(self, c: Children) -> tree.Number:
        span = self.span(c[0], c[0])
        value = number(c[0])
        if value is None:
            self._too_big(c[0], span)
        return tree.Number(0 if value is None else value, str(c[0]), span)

    def size(self, c: Children) -> tree.Size:
        return tree.Size(self._sizes(c[0]), self.span(c[0], c[0]))

    def _sizes(self, token: Token) -> tuple[int, ...]:
        sizes = size(token)
        if sizes is None:
            self._too_big(token, self.span(token, token))
        return sizes or (1,)

    def _too_big(self, text: str, span: Span) -> None:
        shown = text if len(text) <= 20 else text[:17] + "..."
        self.error(
            "S117",
            f"`{shown}` is out of range",
            span,
            help=f"at most {MAX_DIGITS} digits and exponents from -{MAX_EXPONENT} to"
            f" {MAX_EXPONENT}",
        )

    def string(self, c: Children) -> tree.String:
        return tree.String(str(c[0])[1:-1], self.span(c[0], c[0]))

    def boolean(self, c: Children) -> tree.Boolean:
        return tree.Boolean(c[0].type == "TRUE", self.span(c[0], c[0]))

    def name(self, c: Children) -> tree.Name:
        return tree.Name(str(c[0]), self.span(c[0], c[0]))

    def in_attr(self, c: Children) -> tree.InAttr:
        return tree.InAttr(str(c[2]), self.span(c[0], c[2]))

    def bare_in(self, c: Children) -> tree.InAttr:
        return tree.InAttr("", self.span(c[0], c[0]))

    def ref_expr(self, c: Children) -> tree.RefExpr:
        return tree.RefExpr(self.reference(c[0]), self.span(c[0], c[0]))

    # ------------------------------------------------------------ compounds

    def unary(self, c: Children) -> Any:
        return self.nested(tree.Unary(str(c[0]), c[1], self.span(c[0], c[1])), c[1])

    def binary(self, c: Children) -> Any:
        left = c[0]
        for at in range(1, len(c), 2):
            right = c[at + 1]
            node = tree.Binary(str(c[at]), left, right, self.span(left, right))
            left = self.nested(node, left, right)
        return left

    def conditional(self, c: Children) -> Any:
        then, _, test, _, other = c
        node = tree.Conditional(test, then, other, self.span(then, other))
        return self.nested(node, test, then, other)

    def attr(self, c: Children) -> Any:
        return self.nested(tree.Attr(c[0], str(c[2]), self.span(c[0], c[2])), c[0])

    def index(self, c: Children) -> Any:
        return self.nested(tree.Index(c[0], c[2], self.span(c[0], c[3])), c[0], c[2])

    def slice_(self, c: Children) -> Any:
        node = tree.SliceExpr(c[0], c[2], c[4], self.span(c[0], c[5]))
        return self.nested(node, c[0], c[2], c[4])

    def call(self, c: Children) -> Any:
        node = tree.CallExpr(str(c[0]), c[1].items, self.span(c[0], c[0]), self.span(c[0], c[1]))
        return self.nested(node, *(arg.value for arg in c[1].items))

    def parentheses(self, c: Children) -> Any:
        # The brackets belong to what is underlined: `(a + b) * c`.
        return self.nested(replace(c[1], span=self.span(c[0], c[2])), c[1])

    def tuple_(self, c: Children) -> Any:
        items = tuple(c[1:-1])
        return self.nested(tree.TupleExpr(items, self.span(c[0], c[-1])), *items)

    def list_(self, c: Children) -> Any:
        items = tuple(c[1:-1])
        return self.nested(tree.ListExpr(items, self.span(c[0], c[-1])), *items)

    def comprehension(self, c: Children) -> Any:
        opening, body, _, target, _, iterable, closing = c
        node = tree.Comprehension(body, target, iterable, self.span(opening, closing))
        return self.nested(node, body, iterable)

    def target_one(self, c: Children) -> tree.Target:
        return tree.Target((str(c[0]),), True, self.span(c[0], c[0]))

    def target_row(self, c: Children) -> tree.Target:
        return tree.Target(tuple(map(str, c[1:-1])), False, self.span(c[0], c[-1]))

    # ------------------------------------------------------------ arguments

    def args(self, c: Children) -> Bracketed:
        return Bracketed(tuple(c[1:-1]), self.span(c[0], c[-1]))

    def arg_positional(self, c: Children) -> tree.Arg:
        return tree.Arg(None, c[0], False, c[0].span)

    def arg_keyword(self, c: Children) -> tree.Arg:
        return tree.Arg(str(c[0]), c[2], False, self.span(c[0], c[2]))

    def arg_stride(self, c: Children) -> tree.Arg:
        return tree.Arg("stride", c[1], True, self.span(c[0], c[1]))

    # ------------------------------------------------------------ labels and shapes

    def shape(self, c: Children) -> tree.ShapeExpr:
        token, span = c[0], self.span(c[0], c[0])
        if token.type == "SIZE":
            return tree.ShapeExpr(self._sizes(token), span)
        if token.type == "NUMBER":
            value = self.number(c).value
            if not isinstance(value, int):
                self.error("S115", f"a shape's size is a whole number, not `{token}`", span)
                value = 1
            return tree.ShapeExpr((value,), span)
        parts: list[int | tree.Expr] = []
        for part in re.finditer(r"\{([^}\n]*)\}|([0-9]+)", token):
            if part.group(2) is None:
                parts.append(self._embedded(span.start, part, "S115"))
            else:
                parts.append(int(part.group(2)[:MAX_DIGITS]))
        return tree.ShapeExpr(tuple(parts), span)

    def reference(self, token: Token) -> tree.Template:
        """The template of `@name`, without the `@`."""
        return self.template(str(token)[1:], self.span(token, token).start + 1, False)

    def template(self, text: str, start: int, quoted: bool) -> tree.Template:
        """A label's text, that stands at `start`, in its literal and computed parts."""
        span = Span(self.source, start - quoted, start + len(text) + quoted)
        if "{" not in text and "}" not in text:
            parts: list[str | tree.Expr] = [text]
        else:
            parts, at = [], 0
            # Up to the last `}`: each `{` without one would be looked for to the end.
            for match in _BRACES.finditer(text, 0, text.rfind("}") + 1):
                if match.start() > at:
                    parts.append(text[at : match.start()])
                parts.append(self._embedded(start, match, "S114"))
                at = match.end()
            if at < len(text):
                parts.append(text[at:])
        if quoted:
            self._check_quoted(parts, span)
        return tree.Template(tuple(parts), quoted, span)

    def _check_quoted(self, parts: list[str | tree.Expr], span: Span) -> None:
        literal = "".join(part for part in parts if isinstance(part, str))
        if not span.text[1:-1].strip():
            self.error("S114", "this label is empty", span)
        elif bad := re.search(r"[^A-Za-z0-9_-]", literal):
            self.error(
                "S114",
                f"a label can't hold {'a blank' if bad.group() == ' ' else f'`{bad.group()}`'}",
                span,
                help="letters, digits, `_` and `-`, and `{..}` around what is computed",
            )

    def _embedded(self, start: int, match: re.Match[str], code: str) -> tree.Expr:
        """The expression between the braces of `match`, whose text begins at `start`."""
        span = Span(self.source, start + match.start(), start + match.end())
        if not match.group(1).strip():
            self.error(code, "expected a value between `{` and `}`", span)
            return tree.Number(0, "0", span)
        found = self.parse_expression(span.start + 1, span.end - 1)
        return tree.Number(0, "0", span) if found is None else found
