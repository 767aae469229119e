"""`residual`: the sum of a value and what a body makes of it."""

from __future__ import annotations

from fractions import Fraction

from archdsl.elaborate import calls, codes, coerce
from archdsl.elaborate.context import Context, Cursor
from archdsl.elaborate.expressions import evaluate, truth
from archdsl.elaborate.naming import enter, leave
from archdsl.elaborate.problems import Poisoned, Problem
from archdsl.elaborate.references import check_attribute
from archdsl.elaborate.vocabulary import op_values, structural
from archdsl.ir import structure
from archdsl.ir.op import OpError
from archdsl.ir.shape import Shape
from archdsl.ir.structure import Item, Known
from archdsl.syntax import tree


def residual(ctx: Context, stage: tree.Stage, piece: tree.Residual, label: str | None) -> Item:
    builder = ctx.run.builder
    start = ctx.cursor.value
    active = piece.condition is None or truth(piece.condition, ctx.scope(), "`residual if`")
    drop = _drop_path(ctx, piece)
    key, inner = enter(ctx, stage, label, "name")
    first = len(builder.nodes)
    items = ctx.run.walk(inner, piece.body)
    drop_key = None
    if drop is not None:
        drop_key = inner.level.by_word("drop_path", piece.span, in_loop=inner.in_loop)
    end = ctx.cursor.value
    if not active:
        made = structure.Residual(stage, False, items, None, drop, drop_key, None, None, start, end)
        return leave(ctx, stage, key, "name", made, start)
    _same_flow(ctx, start, end)
    shortcut, other = _shortcut(inner, piece, start, end, first)
    drop_node = None
    body_output = end
    if drop is not None and drop_key is not None and drop.value:
        drop_node = _add_drop(inner, piece, drop, drop_key, end)
        end = drop_node
    path = inner.level.at(inner.level.join_key("add"))
    node = builder.add(structural("add"), {}, (other, end), path, stage.span, aux=ctx.aux)
    ctx.cursor.value = node
    made = structure.Residual(
        stage, True, items, shortcut, drop, drop_key, drop_node, node, start, body_output
    )
    return leave(ctx, stage, key, "name", made, start)


def _same_flow(ctx: Context, start: int, end: int) -> None:
    if end < 0:
        raise Poisoned
    if start < 0:
        raise Problem(
            codes.NOTHING_FLOWS, "nothing flows into this residual", ctx.run.builder.nodes[end].span
        )


def _drop_path(ctx: Context, piece: tree.Residual) -> Known | None:
    signature = calls.of_words("residual", "drop_path")
    bound = calls.bind(signature, piece.args or (), ctx.report)
    arg = bound.get("drop_path")
    if arg is None:
        return None
    value = evaluate(arg.value, ctx.scope())
    op = op_values()["drop_path"]
    try:
        probability = check_attribute(op, "p", value, arg.value)
        op.op.of({"p": probability}).resolve((Shape((), 1),))
    except OpError as error:
        message = error.message.replace("p=", "drop_path=", 1)
        raise Problem(error.code, message, arg.value.span, help=error.help) from None
    except Problem as problem:
        message = problem.message.replace("drop_path's `p`", "residual's `drop_path`")
        raise Problem(problem.code, message, problem.span, help=problem.help) from None
    return Known(value, arg.value)


def _add_drop(ctx: Context, piece: tree.Residual, drop: Known, key: str, end: int) -> int:
    op = op_values()["drop_path"].op
    attributes: dict[str, object] = {"p": coerce.number(drop.value)}
    span = drop.expr.span if drop.expr is not None else piece.span
    path = ctx.level.at(key)
    return ctx.run.builder.add(op, attributes, (end,), path, span, aux=ctx.aux)


def _shortcut(
    ctx: Context, piece: tree.Residual, start: int, end: int, first: int
) -> tuple[tuple[Item, ...] | None, int]:
    """The projection's items where it is used, and the value to add."""
    nodes = ctx.run.builder.nodes
    before, after = nodes[start], nodes[end]
    strides = after.stride / before.stride
    needed = before.shape != after.shape or strides > 1
    if piece.shortcut is None:
        if needed:
            raise _offer(ctx, piece, start, end, first)
        return None, start
    if not needed and not piece.always:
        return None, start
    branch = ctx.as_conditional().with_cursor(Cursor(start, start))
    items = ctx.run.walk(branch, piece.shortcut)
    value = branch.cursor.value
    if value < 0:
        raise Poisoned
    if nodes[value].shape != after.shape:
        raise Problem(
            codes.SHORTCUT_SHAPE,
            f"the shortcut gives {nodes[value].shape}, and the body {after.shape}",
            piece.shortcut.span,
            label=f"gives {nodes[value].shape}",
            secondary=ctx.origin(end, None),
        )
    return items, value


def _offer(ctx: Context, piece: tree.Residual, start: int, end: int, first: int) -> Problem:
    nodes = ctx.run.builder.nodes
    before, after = nodes[start].shape, nodes[end].shape
    strides = nodes[end].stride / nodes[start].stride
    if before == after:
        message = f"the body strides by {strides}, and this residual has no shortcut"
        notes = [f"both values are {before}, but they stand for different places"]
    else:
        message = f"can't add: the body gives {after}, and its input is {before}"
        notes = []
    normed = any(node.op.keyword == "bn" for node in nodes[first:])
    return Problem(
        codes.NEEDS_SHORTCUT,
        message,
        piece.body.span,
        secondary=[*ctx.origin(end, None), *ctx.origin(start, None)],
        notes=notes,
        help=_projection(before, after, strides, normed),
    )


def _projection(before: Shape, after: Shape, strides: Fraction, normed: bool) -> str:
    """A shortcut that would do, as one would write it."""
    if before.rank == 0 and after.rank == 0:
        return f"add `shortcut {{ linear({after.channels}) }}`"
    if before.rank != after.rank:
        return "let the body give the shape that it takes"
    down = strides if strides >= 1 and strides.denominator == 1 else Fraction(1)
    if tuple(-(-n // int(down)) for n in before.spatial) != after.spatial:
        return "let the body keep the size, or give a `shortcut { .. }` that changes it alike"
    ones = "x".join("1" * before.rank) if before.rank > 1 else "1"
    stride = f", /{down}" if down > 1 else ""
    norm = " -> bn" if normed else ""
    return f"add `shortcut {{ conv({after.channels}, {ones}{stride}){norm} }}`"
