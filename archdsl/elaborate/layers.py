"""A layer or block by name: `conv(64, 3x3)`, `act`, `B(64)`."""

from __future__ import annotations

from archdsl.diagnostics import Label, Span, nearest
from archdsl.elaborate import calls, codes, elsewhere, instances
from archdsl.elaborate.coerce import coerce
from archdsl.elaborate.context import Context
from archdsl.elaborate.expressions import evaluate
from archdsl.elaborate.functions import FUNCTIONS
from archdsl.elaborate.naming import check_certain, item_key, name_only
from archdsl.elaborate.problems import Poisoned, Problem
from archdsl.elaborate.references import (
    MISSING,
    check_attribute,
    find,
    kinds_of,
    known_layers,
    language_value,
    signature_of,
)
from archdsl.elaborate.scope import POISON, NetValue, Scope
from archdsl.elaborate.values import Value, show
from archdsl.ir import structure
from archdsl.ir.op import OpError
from archdsl.ir.structure import Item, Known
from archdsl.ir.values import BlockValue, Initializer, NoLayer, OpValue, Word
from archdsl.ops import Custom
from archdsl.syntax import tree
from archdsl.syntax.wording import FACTORS, FOREIGN


def use(ctx: Context, stage: tree.Stage, piece: tree.Use, label: str | None) -> Item | None:
    callee, param = find_layer(ctx, piece)
    match callee:
        case NoLayer():
            _only_check(ctx, piece)
            name_only(ctx, label, stage)
            return structure.Skip(stage, ctx.cursor.value) if label is not None else None
        case OpValue():
            return layer(ctx, stage, piece, callee, param, label)
        case BlockValue():
            return instances.call(ctx, stage, piece, callee, param, label)
    _only_check(ctx, piece)
    raise not_a_layer(piece, callee)


def find_layer(ctx: Context, piece: tree.Use) -> tuple[Value, str | None]:
    """What a layer's name stands for, and the name where that is a variable."""
    scope = ctx.scope()
    value = find(piece.name, scope)
    if value is POISON:
        _only_check(ctx, piece)
        raise Poisoned
    if value is MISSING:
        value = language_value(piece.name)
        if value is None or isinstance(value, (Word, Initializer)):
            _only_check(ctx, piece)
            raise unknown_layer(piece, scope)
        return value, None
    named = piece.name in ctx.module.globals or piece.name not in ctx.module.declared
    return value, piece.name if named else None


def unknown_layer(piece: tree.Use, scope: Scope) -> Problem:
    if piece.name in FUNCTIONS:
        return Problem(
            codes.NOT_A_LAYER,
            f"`{piece.name}` is a function of expressions, no layer",
            piece.name_span,
        )
    factor = FACTORS.get(piece.name.lower())
    before = piece.span.source.text[: piece.span.start].rstrip()
    if factor and before[-1:].isdigit():
        return Problem(
            codes.UNKNOWN_NAME,
            f"unknown layer `{piece.name}`",
            piece.name_span,
            help=f"a number's factor is joined to it: `5{factor}`; the factors are k, M, G and T",
        )
    if piece.name in scope.labels():
        guess: str | None = f"@{piece.name}"
    else:
        guess = elsewhere.layer(piece.name) or nearest(piece.name, known_layers(scope))
    return Problem(
        codes.UNKNOWN_NAME,
        f"unknown layer `{piece.name}`",
        piece.name_span,
        help=FOREIGN.get(piece.name) or (f"did you mean `{guess}`?" if guess else ""),
    )


def not_a_layer(piece: tree.Use, value: Value) -> Problem:
    if isinstance(value, NetValue):
        return Problem(
            codes.NOT_A_LAYER,
            f"`{piece.name}` is a net, and only blocks are used within others",
            piece.name_span,
            help="make its body a `block`, and use that in both",
        )
    return Problem(
        codes.NOT_A_LAYER,
        f"`{piece.name}` is {show(value)}, no layer",
        piece.name_span,
        help="a layer is an op or a block",
    )


def _only_check(ctx: Context, piece: tree.Use) -> None:
    """The arguments of what can't be applied: what is wrong in them is wrong all the same."""
    for arg in piece.args or ():
        try:
            evaluate(arg.value, ctx.scope())
        except Problem as problem:
            ctx.report(problem)
        except Poisoned:
            pass


# ---------------------------------------------------------------------------------- layers


def layer(
    ctx: Context,
    stage: tree.Stage,
    piece: tree.Use,
    value: OpValue,
    param: str | None,
    label: str | None,
    *,
    written: bool = False,
) -> Item:
    """written: what is bound to the op is written at this very place"""
    op = value.op
    custom = op is Custom
    attributes = dict(ctx.flowing.of(op, ctx.module.defaults))
    kinds = {} if custom else kinds_of(op)
    for key, given in value.bound:
        attributes[key] = given if custom else coerce(kinds[key], given)
    sources = {key: Known(given) for key, given in value.bound} if written else {}
    sound = True
    if piece.args:
        sound = _written(ctx, piece, value, attributes, sources)
    signature = signature_of(value)
    if sound and not custom:
        lacking = calls.missing(signature, attributes, piece.span)
        if lacking:
            ctx.report(lacking)
            sound = False
    key = item_key(ctx, piece.name, label, stage)
    if not sound:
        raise Poisoned
    inflow = ctx.inflow(piece.span)
    builder = ctx.run.builder
    before = builder.weights_made
    path = ctx.level.at(key)
    try:
        node = builder.add(op, attributes, (inflow,), path, stage.span, aux=ctx.aux)
    except OpError as error:
        raise op_problem(ctx, error, piece, attributes, sources, inflow) from None
    ctx.cursor.value = node
    check_certain(ctx, piece, label, builder.weights_made > before)
    return structure.Layer(stage, key, node, builder.nodes[node].op, sources, param)


def _written(
    ctx: Context,
    piece: tree.Use,
    value: OpValue,
    attributes: dict[str, object],
    sources: dict[str, Known],
) -> bool:
    """The attributes written at the layer; whether all of them are known."""
    reported: list[Problem] = []
    bound = [key for key, _ in value.bound]
    signature = signature_of(value)
    found = calls.bind(signature, piece.args or (), reported.append, bound)
    for problem in reported:
        ctx.report(problem)
    sound = not reported
    scope = ctx.scope()
    for key, arg in found.items():
        try:
            given = evaluate(arg.value, scope)
            attributes[key] = check_attribute(value, key, given, arg.value)
            sources[key] = Known(given, arg.value)
        except Problem as problem:
            ctx.report(problem)
            sound = False
        except Poisoned:
            sound = False
    return sound


def op_problem(
    ctx: Context,
    error: OpError,
    piece: tree.Use,
    attributes: dict[str, object],
    sources: dict[str, Known],
    inflow: int,
) -> Problem:
    """An op's own complaint, at the argument that it is about."""
    known = sources.get(error.attribute) if error.attribute else None
    span: Span = piece.span
    notes: list[str] = []
    if error.attribute in attributes and known is None:
        notes.append(f"`{error.attribute}` isn't written here: it was set by default or bound")
    if known is not None and known.expr is not None:
        span = known.expr.span
    elif error.attribute and piece.args is not None:
        span = piece.name_span
    secondary: list[Label] = []
    if error.attribute is None or error.code != "S214":
        secondary = ctx.origin(inflow, span)
    return Problem(
        error.code, error.message, span, secondary=secondary, notes=notes, help=error.help
    )
