"""Bodies, checked where they stand: nothing is evaluated.

Input: a body with the names that it sees. Output: errors for layers and names that mean nothing,
for arguments that fit no parameter, for forms that stand where they can't, for empty bodies.
"""

from __future__ import annotations

from archdsl.diagnostics import Label, Span
from archdsl.elaborate import calls, codes, flowing, layers, merges, references
from archdsl.elaborate.problems import Problem
from archdsl.elaborate.scope import NetValue
from archdsl.elaborate.static_names import Names
from archdsl.ir.values import BlockValue, Initializer, NoLayer, OpValue, Word
from archdsl.syntax import tree


def check_body(names: Names, body: tree.Body, *, root: bool, outer: bool = False) -> None:
    """`root`: where `aux` may stand; `outer`: the declaration's own body, not one in it."""
    names = names.inner() if not outer else names
    begun = False
    defaults = [item for item in body.items if isinstance(item, (tree.Defaults, tree.Init))]
    flowing.set_twice(defaults, names.report)
    for item in body.items:
        match item:
            case tree.Chain():
                begun = True
                for stage in item.stages:
                    _stage(names, stage, root)
            case tree.Broken():
                begun = True
                names.lose(item)
            case tree.Let():
                names.value_of(item.name, item.value)
                depends = names.argument_in(item.value) is not None
                names.declare(item.name, item.name_span, by_arguments=depends)
            case tree.Expect():
                check_expect(names, item)
            case tree.Defaults() | tree.Init():
                check_defaults(names, item)
            case tree.Input():
                names.shape(item.shape)
                if not (root and outer):
                    names.report(_misplaced("input", item))
                elif begun:
                    names.report(
                        Problem(
                            codes.LATE_INPUT,
                            "`input` stands before the net's first layer",
                            item.span,
                        )
                    )
            case tree.Output():
                for ref in item.refs:
                    names.label(ref.label)
                if not (root and outer):
                    names.report(_misplaced("output", item))
    if not begun and not _says_output(body):
        names.report(
            Problem(
                codes.EMPTY_BODY,
                "this body is empty",
                body.span,
                help="`skip` is the layer that does nothing",
            )
        )


def _says_output(body: tree.Body) -> bool:
    return any(isinstance(item, tree.Output) for item in body.items)


def _head(loop: tree.Repeat | tree.For) -> Span:
    """A loop up to its body."""
    start, end = loop.span.start, loop.body.span.start
    return Span(loop.span.source, start, start + len(loop.span.text[: end - start].rstrip()))


def _misplaced(word: str, item: tree.Input | tree.Output | tree.Aux) -> Problem:
    return Problem(
        codes.MISPLACED,
        f"`{word}` stands in a net's own body alone",
        item.span,
        help="what goes into a block or a form is what flows there" if word == "input" else "",
    )


def check_expect(names: Names, item: tree.Expect) -> None:
    inner = names.in_expect()
    inner.check(item.left)
    inner.check(item.right)


def check_defaults(names: Names, item: tree.Defaults | tree.Init) -> None:
    scope = names.scope()
    if isinstance(item, tree.Init):
        for rule in item.rules:
            names.check(rule.value)
            try:
                flowing.initialised_op(rule, scope)
            except Problem as problem:
                names.report(problem)
        return
    for use in item.uses:
        for arg in use.args or ():
            names.check(arg.value)
        try:
            op = flowing.op_named(tree.Name(use.name, use.name_span), scope, "defaults")
            calls.bind(calls.of_op(op), use.args or (), names.report)
        except Problem as problem:
            names.report(problem)


# ------------------------------------------------------------------------------------ stages


def _stage(names: Names, stage: tree.Stage, root: bool) -> None:
    if stage.label is not None:
        names.given_label(stage.label)
    if stage.shape is not None:
        names.shape(stage.shape)
    piece = stage.piece
    match piece:
        case tree.Use():
            _use(names, piece)
        case tree.Join():
            for arg in piece.args:
                if arg.name is None and isinstance(arg.value, tree.RefExpr):
                    names.check(arg.value)
                else:
                    names.report(merges.no_operand(piece, arg))
        case tree.Ref():
            names.label(piece.label)
        case tree.Skip():
            pass
        case tree.Repeat():
            names.check(piece.count)
            inner = names.inner()
            if piece.index is not None:
                inner.declare(piece.index, _head(piece))
            check_body(inner, piece.body, root=root)
        case tree.For():
            names.check(piece.rows)
            inner = names.inner()
            inner.declare_target(piece.target)
            if piece.index is not None:
                inner.declare(piece.index, _head(piece))
            check_body(inner, piece.body, root=root)
        case tree.If():
            names.check(piece.condition)
            check_body(names, piece.then, root=root)
            if piece.other is not None:
                check_body(names, piece.other, root=root)
        case _:
            _form(names, piece, root)


_Form = tree.Group | tree.Residual | tree.Gate | tree.Parallel | tree.Aux


def _form(names: Names, piece: _Form, root: bool) -> None:
    match piece:
        case tree.Residual():
            _form_args(names, "residual", piece.args, "drop_path")
            if piece.condition is not None:
                names.check(piece.condition)
                if piece.shortcut is not None:
                    names.report(
                        Problem(
                            codes.IDLE_SHORTCUT,
                            "`residual if` takes no shortcut: it adds the input itself or nothing",
                            piece.shortcut.span,
                        )
                    )
            check_body(names, piece.body, root=False)
            if piece.shortcut is not None:
                check_body(names, piece.shortcut, root=False)
        case tree.Parallel():
            for branch in piece.branches:
                check_body(names, branch, root=False)
        case tree.Aux():
            if not root:
                names.report(_misplaced("aux", piece))
            _form_args(names, "aux", piece.args, "weight")
            check_body(names, piece.body, root=False)
        case tree.Group() | tree.Gate():
            check_body(names, piece.body, root=False)


def _form_args(names: Names, owner: str, args: tuple[tree.Arg, ...] | None, *known: str) -> None:
    for arg in args or ():
        names.check(arg.value)
    calls.bind(calls.of_words(owner, *known), args or (), names.report)


def _use(names: Names, piece: tree.Use) -> None:
    for arg in piece.args or ():
        names.check(arg.value)
    scope = names.scope()
    value = references.find(piece.name, scope)
    if value is references.MISSING:
        value = references.language_value(piece.name)
        if value is None or isinstance(value, (Word, Initializer)):
            names.report(layers.unknown_layer(piece, scope))
            return
    known = piece.name not in names.variables
    if known and not isinstance(value, (OpValue, BlockValue, NoLayer)):
        if isinstance(value, (int, str, bool, tuple, list, NetValue)):
            names.report(layers.not_a_layer(piece, value))
        return
    found = names.arguments(value, piece.args or ())
    if found is not None and isinstance(value, BlockValue):
        given = (*found, *(name for name, _ in value.bound))
        where = Label(value.block.name_span, "declared here")
        lacking = calls.missing(calls.of_block(value.block), given, piece.span, where=where)
        if lacking is not None:
            names.report(lacking)
