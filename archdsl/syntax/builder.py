"""Builds the tree's items and declarations; see expressions.py for how."""

from __future__ import annotations

from typing import Any

from archdsl.diagnostics import Span
from archdsl.syntax import tree
from archdsl.syntax.expressions import Bracketed, Children, Expressions
from archdsl.syntax.keywords import KEYWORDS
from archdsl.syntax.lexer import Token
from archdsl.syntax.wording import FOREIGN, FOREIGN_FORMS

__all__ = ["Builder"]

_HEAD = 6  # words at most, and the body after them


def _items(bracketed: Bracketed | None) -> tuple[Any, ...] | None:
    return None if bracketed is None else bracketed.items


def _text(token: Token | None) -> str | None:
    return None if token is None else str(token)


def _bare(item: tree.Item) -> tree.Use | None:
    """An item that is a word alone."""
    stage = item.stages[0] if isinstance(item, tree.Chain) and len(item.stages) == 1 else None
    piece = stage.piece if stage and stage.label is None and stage.shape is None else None
    return piece if isinstance(piece, tree.Use) and piece.args is None else None


class Builder(Expressions):
    """The rules for everything that isn't an expression."""

    # Doc comments by the offset of the line after them, and where a declaration took one.
    docs: dict[int, str]
    documented: set[int]

    def _doc(self, keyword: Token) -> str | None:
        text = self.source.text
        line = text.rfind("\n", 0, keyword.start_pos) + 1
        if line not in self.docs or text[line : keyword.start_pos].strip():
            return None
        self.documented.add(line)
        return self.docs[line]

    # ------------------------------------------------------------ declarations

    def start(self, c: Children) -> tuple[tree.Decl, ...]:
        return tuple(c)

    def import_(self, c: Children) -> tree.Import:
        path = self.string([c[-1]])
        return tree.Import(tuple(c[1:-2]), path, self.span(c[0], c[-1]))

    def imported(self, c: Children) -> tree.Imported:
        name, _, alias = c
        return tree.Imported(str(name), _text(alias), self.span(name, alias or name))

    def op_decl(self, c: Children) -> tree.OpDecl:
        return tree.OpDecl(
            str(c[1]),
            tuple(c[3:-1]),
            self._doc(c[0]),
            self.span(c[1], c[1]),
            self.span(c[0], c[-1]),
        )

    def op_field(self, c: Children) -> tree.OpField:
        return tree.OpField(str(c[0]), c[2], self.span(c[0], c[2]))

    def block(self, c: Children) -> tree.Block:
        kind, name, params, body = c
        return tree.Block(
            str(kind),
            str(name),
            _items(params) or (),
            body,
            self._doc(kind),
            self.span(name, name),
            self.span(kind, body),
        )

    def variant(self, c: Children) -> tree.Variant:
        keyword, name, _, base, args, body = c
        return tree.Variant(
            str(name),
            str(base),
            _items(args),
            _items(body) or (),
            self._doc(keyword),
            self.span(base, base),
            self.span(name, name),
            self.span(keyword, body or args or base),
        )

    def variant_body(self, c: Children) -> Bracketed:
        return self.args(c)

    def params(self, c: Children) -> Bracketed:
        return self.args(c)

    def param(self, c: Children) -> tree.Param:
        name, _, kind, _, default = c
        return tree.Param(
            str(name),
            _text(kind),
            default,
            self.span(name, name),
            self.span(name, default or kind or name),
        )

    # ------------------------------------------------------------ recipes

    def recipe(self, c: Children) -> tree.Recipe:
        return tree.Recipe(
            str(c[1]),
            tuple(c[3:-1]),
            self._doc(c[0]),
            self.span(c[1], c[1]),
            self.span(c[0], c[-1]),
        )

    def clause(self, c: Children) -> tree.Clause:
        return tree.Clause(str(c[0]), c[1], self.span(c[0], c[0]), self.span(c[0], c[1]))

    def section(self, c: Children) -> tree.Section:
        return tree.Section(tuple(c[1:-1]), self.span(c[0], c[-1]))

    def steps(self, c: Children) -> tree.Steps:
        return tree.Steps(tuple(c), self.span(c[0], c[-1]))

    def setting(self, c: Children) -> tree.Setting:
        return tree.Setting(str(c[0]), c[2], self.span(c[0], c[0]), self.span(c[0], c[2]))

    # ------------------------------------------------------------ scalings

    def scaling(self, c: Children) -> tree.Scaling:
        keyword, net, by, variable = c[:4]
        if by != "by":
            self.error(
                "S107",
                f"expected `by` after `scaling {net}`, found `{by}`",
                self.span(by, by),
                help=f"`scaling {net} by phi {{ .. }}` says what the net grows with",
            )
        return tree.Scaling(
            str(net),
            str(variable),
            tuple(c[5:-1]),
            self._doc(keyword),
            self.span(net, net),
            self.span(variable, variable),
            self.span(keyword, c[-1]),
        )

    # ------------------------------------------------------------ items

    def let(self, c: Children) -> tree.Let:
        return tree.Let(str(c[1]), c[3], self.span(c[1], c[1]), self.span(c[0], c[3]))

    def defaults(self, c: Children) -> tree.Defaults:
        return tree.Defaults(tuple(c[2:-1]), self.span(c[0], c[-1]))

    def init(self, c: Children) -> tree.Init:
        return tree.Init(tuple(c[2:-1]), self.span(c[0], c[-1]))

    def init_rule(self, c: Children) -> tree.InitRule:
        return tree.InitRule(str(c[0]), c[2], self.span(c[0], c[0]), self.span(c[0], c[2]))

    def body(self, c: Children) -> tree.Body:
        return tree.Body(self._items(c[0], c[1:-1]), self.span(c[0], c[-1]))

    def leave_out(self, start: int, end: int) -> None:
        """What stands there in a body can't be read, and all in it."""
        while self._broken and self._broken[-1][0] >= start:
            self._broken.pop()
        self._broken.append((start, end))

    def _items(self, opening: Token, items: Children) -> tuple[tree.Item, ...]:
        """A body's items, what could not be read among them.

        That takes along what stands on its lines: an item there may be a piece of it, as `lett`
        is of `lett c = 3`.
        """
        pieces = self._foreign(items)
        while self._broken and self._broken[-1][0] > opening.start_pos:
            pieces.append(self._broken.pop())
        broken: list[tree.Item] = []
        for start, end in pieces:
            line = self.source.text.rfind("\n", 0, start) + 1
            kept = []
            for item in items:
                if line < item.span.end and item.span.start < end:
                    start = min(start, item.span.start)
                else:
                    kept.append(item)
            items = kept
            broken.append(tree.Broken(Span(self.source, start, end)))
        if broken:
            items = sorted([*items, *broken], key=lambda item: item.span.start)
        return tuple(items)

    def _foreign(self, items: Children) -> list[tuple[int, int]]:
        """`elif small { relu }`, `def f(x) { .. }`: layers and a group, as the grammar has it."""
        found = []
        for at, item in enumerate(items):
            head = _bare(item)
            if head is None or head.name not in FOREIGN_FORMS:
                continue
            for body in items[at + 2 : at + _HEAD]:
                start = item.span.start
                if "\n" in self.source.text[start : body.span.start]:
                    break
                if isinstance(body, tree.Chain) and isinstance(body.stages[0].piece, tree.Group):
                    self.diagnostics.error(
                        "S111", f"unexpected `{head.name}`", head.span, help=FOREIGN[head.name]
                    )
                    found.append((start, body.span.end))
                    break
        return found

    def input(self, c: Children) -> tree.Input:
        keyword, label, shape = c
        name = None
        if label is not None:
            template = self._label(label)
            name = template.literal
            if template.quoted or name is None:
                self.error("S114", "an input's name is a plain word", template.span)
        return tree.Input(name, shape, self.span(keyword, shape))

    def output(self, c: Children) -> tree.Output:
        refs = tuple(self.ref_expr([token]) for token in c[1:])
        return tree.Output(refs, self.span(c[0], c[-1]))

    def expect(self, c: Children) -> tree.Expect:
        keyword, left, op, right = c
        return tree.Expect(left, str(op), right, self.span(keyword, right))

    def chain(self, c: Children) -> tree.Chain:
        return tree.Chain(tuple(c), self.span(c[0], c[-1]))

    def stage(self, c: Children) -> tree.Stage:
        label, piece, shape = c
        return tree.Stage(
            None if label is None else self._label(label),
            piece,
            shape,
            self.span(label or piece, shape or piece),
        )

    def _label(self, token: Token) -> tree.Template:
        text = token[:-1].rstrip()
        start = self.span(token, token).start
        if text[0] == '"':
            return self.template(text[1:-1], start + 1, True)
        template = self.template(text, start, False)
        if text in KEYWORDS:
            self.error(
                "S106",
                f"`{text}` is a keyword and can't be a label",
                template.span,
                help=f'another name, such as `{text}1`; or in quotes, `"{text}": ..`, '
                "where the weights have this very name",
            )
        return template

    # ------------------------------------------------------------ pieces

    def use(self, c: Children) -> tree.Use:
        name, args = c
        return tree.Use(
            str(name), _items(args), self.span(name, name), self.span(name, args or name)
        )

    def join(self, c: Children) -> tree.Join:
        return tree.Join(str(c[0]), c[1].items, self.span(c[0], c[1]))

    def parallel(self, c: Children) -> tree.Parallel:
        return tree.Parallel(str(c[0]), tuple(c[2:-1]), self.span(c[0], c[-1]))

    def branch(self, c: Children) -> tree.Body:
        items = self._items(c[0], c[1:])
        if not items:
            self.error(
                "S112", "this branch is empty", self.span(c[0], c[0]), help="`| skip` passes on"
            )
        return tree.Body(items, self.span(c[0], items[-1] if items else c[0]))

    def group(self, c: Children) -> tree.Group:
        return tree.Group(c[0], c[0].span)

    def residual(self, c: Children) -> tree.Residual:
        keyword, args, _, condition, body, _, always, shortcut = c
        return tree.Residual(
            _items(args),
            condition,
            body,
            shortcut,
            always is not None,
            self.span(keyword, shortcut or body),
        )

    def gate(self, c: Children) -> tree.Gate:
        return tree.Gate(c[1], self.span(c[0], c[1]))

    def aux(self, c: Children) -> tree.Aux:
        return tree.Aux(_items(c[1]), c[2], self.span(c[0], c[2]))

    def repeat(self, c: Children) -> tree.Repeat:
        keyword, count, _, index, body = c
        return tree.Repeat(count, _text(index), body, self.span(keyword, body))

    def for_(self, c: Children) -> tree.For:
        keyword, target, _, rows, _, index, body = c
        return tree.For(target, rows, _text(index), body, self.span(keyword, body))

    def if_(self, c: Children) -> Any:
        keyword, condition, then, _, other = c
        body = other
        if isinstance(other, tree.If):  # `else if`
            stage = tree.Stage(None, other, None, other.span)
            body = tree.Body((tree.Chain((stage,), other.span),), other.span)
        node = tree.If(condition, then, body, self.span(keyword, body or then))
        return self.nested(node, other)

    def ref(self, c: Children) -> tree.Ref:
        return tree.Ref(self.reference(c[0]), self.span(c[0], c[0]))

    def skip(self, c: Children) -> tree.Skip:
        return tree.Skip(self.span(c[0], c[0]))
