"""Parallel branches, and values joined to the current one."""

from __future__ import annotations

from archdsl.diagnostics import Label, Span
from archdsl.elaborate import codes
from archdsl.elaborate.context import Context, Cursor
from archdsl.elaborate.expressions import text_of
from archdsl.elaborate.naming import enter, leave
from archdsl.elaborate.problems import Poisoned, Problem
from archdsl.elaborate.vocabulary import structural
from archdsl.ir import structure
from archdsl.ir.op import OpError
from archdsl.ir.structure import Item
from archdsl.syntax import tree


def parallel(ctx: Context, stage: tree.Stage, piece: tree.Parallel, label: str | None) -> Item:
    start = ctx.cursor.value
    key, inner = enter(ctx, stage, label, "name")
    branches: list[structure.Branch] = []
    for body in piece.branches:
        branch = inner.with_cursor(Cursor(start, start))
        items = ctx.run.walk(branch, body)
        branches.append(structure.Branch(items, branch.cursor.value))
    ends = tuple(branch.output for branch in branches)
    if start == -1 or any(end == -1 for end in ends):
        raise Poisoned
    if min(ends) < 0:
        ctx.inflow(stage.span)
    path = inner.level.at(inner.level.join_key(piece.kind))
    builder = ctx.run.builder
    try:
        node = builder.add(structural(piece.kind), {}, ends, path, stage.span, aux=ctx.aux)
    except OpError as error:
        places = [
            Label(body.span, f"gives {builder.shape(end)}")
            for body, end in zip(piece.branches, ends, strict=True)
        ]
        raise Problem(
            error.code, error.message, _head(stage, piece), secondary=places, help=error.help
        ) from None
    ctx.cursor.value = node
    made = structure.Merge(stage, tuple(branches), node, start)
    return leave(ctx, stage, key, "name", made, start)


def _head(stage: tree.Stage, piece: tree.Parallel) -> Span:
    """The word `concat` alone: the branches have places of their own."""
    return Span(piece.span.source, piece.span.start, piece.span.start + len(piece.kind))


def join(ctx: Context, stage: tree.Stage, piece: tree.Join, label: str | None) -> Item:
    labels: list[str] = []
    values: list[int] = []
    for arg in piece.args:
        text, value = _operand(ctx, piece, arg)
        labels.append(text)
        values.append(value)
    if not values:
        raise Problem(
            codes.MISSING_ARGUMENT,
            f"{piece.kind} needs a value to join: `{piece.kind}(@x)`",
            piece.span,
            help=f"branches from the current value are `{piece.kind} {{ | .. | .. }}`",
        )
    key = _key(ctx, stage, piece, label)
    start = ctx.inflow(piece.span)
    if min(values) < 0:
        raise Poisoned
    builder = ctx.run.builder
    inputs = (start, *values)
    path = ctx.level.at(key)
    try:
        node = builder.add(structural(piece.kind), {}, inputs, path, stage.span, aux=ctx.aux)
    except OpError as error:
        places = ctx.origin(start, piece.span) + [
            Label(arg.span, f"is {builder.shape(value)}")
            for arg, value in zip(piece.args, values, strict=True)
        ]
        raise Problem(
            error.code, error.message, piece.span, secondary=places, help=error.help
        ) from None
    ctx.cursor.value = node
    return structure.Join(stage, tuple(labels), tuple(values), node)


def no_operand(piece: tree.Join, arg: tree.Arg) -> Problem:
    named = isinstance(arg.value, tree.Name) and arg.name is None
    example = f"@{arg.span.text}" if named else "@x"
    return Problem(
        codes.NOT_JOINED,
        f"{piece.kind} joins values of the flow, which have an `@`",
        arg.span,
        help=f"label the value and write `{piece.kind}({example})`",
    )


def _operand(ctx: Context, piece: tree.Join, arg: tree.Arg) -> tuple[str, int]:
    if arg.name is not None or not isinstance(arg.value, tree.RefExpr):
        raise no_operand(piece, arg)
    text = text_of(arg.value.label, ctx.scope())
    return text, ctx.labelled(text, arg.value.label)


def _key(ctx: Context, stage: tree.Stage, piece: tree.Join, label: str | None) -> str:
    """A label names it; in a group it is one item; else it takes no part in the names."""
    level = ctx.level
    if label is not None and stage.label is not None:
        return level.by_label(label, stage.label.span, quoted=stage.label.quoted, counts=True)
    if level.naming == "position":
        return level.by_position(stage.span)
    return level.join_key(piece.kind)
