"""`repeat`, `for` and `if`: decided now, their items added to the body they stand in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from archdsl.elaborate import codes
from archdsl.elaborate.context import Context
from archdsl.elaborate.expressions import evaluate, rows_of, truth, unpack
from archdsl.elaborate.naming import name_only
from archdsl.elaborate.problems import Problem
from archdsl.elaborate.values import Value, show, whole
from archdsl.ir import structure
from archdsl.ir.structure import Item
from archdsl.syntax import tree

_FAILING = 1_000  # rounds of a loop that fail: those after them would hardly say anything new


def repeat(ctx: Context, stage: tree.Stage, piece: tree.Repeat, label: str | None) -> Item:
    value = evaluate(piece.count, ctx.scope())
    count = whole(value)
    if count is None or count < 0:
        code = codes.WRONG_KIND if count is None else codes.OUT_OF_BOUNDS
        raise Problem(code, f"`repeat` wants a whole number, got {show(value)}", piece.count.span)
    ctx.run.room(count, piece.body, ctx.module, stage.span)
    index = piece.index
    rounds = ({index: i} if index is not None else {} for i in range(count))
    return _loop(ctx, stage, piece.body, rounds, label)


def for_rows(ctx: Context, stage: tree.Stage, piece: tree.For, label: str | None) -> Item:
    rows = rows_of(evaluate(piece.rows, ctx.scope()), piece.rows, "`for`")
    ctx.run.room(len(rows), piece.body, ctx.module, stage.span)
    rounds: list[Mapping[str, Value]] = []
    for i, row in enumerate(rows):
        values = unpack(piece.target, row, i, piece.rows)
        if piece.index is not None:
            values[piece.index] = i
        rounds.append(values)
    return _loop(ctx, stage, piece.body, rounds, label)


def _loop(
    ctx: Context,
    stage: tree.Stage,
    body: tree.Body,
    rounds: Iterable[Mapping[str, Value]],
    label: str | None,
) -> Item:
    start = ctx.cursor.value
    key, inner = _labelled(ctx, stage, label)
    made: list[structure.Round] = []
    failed = 0
    for values in rounds:
        if failed == _FAILING:
            break
        ctx.run.step(stage.span)
        before, problems = ctx.cursor.value, ctx.run.problems
        items = ctx.run.walk(inner.as_round(values), body)
        made.append(structure.Round(values, items, before, ctx.cursor.value))
        failed += ctx.run.problems > problems
    loop = structure.Loop(stage, tuple(made))
    return _wrapped(ctx, stage, key, loop, start)


def choice(ctx: Context, stage: tree.Stage, piece: tree.If, label: str | None) -> Item:
    taken = truth(piece.condition, ctx.scope(), "`if`")
    arm = piece.then if taken else piece.other
    if arm is None:
        name_only(ctx, label, stage)
        return structure.Choice(stage, "other", ())
    start = ctx.cursor.value
    key, inner = _labelled(ctx, stage, label)
    items = ctx.run.walk(inner.as_conditional(), arm)
    made = structure.Choice(stage, "then" if taken else "other", items)
    return _wrapped(ctx, stage, key, made, start)


def _labelled(ctx: Context, stage: tree.Stage, label: str | None) -> tuple[str | None, Context]:
    """With a label it is a group (rule 4)."""
    if label is None or stage.label is None:
        return None, ctx
    span = stage.label.span
    key = ctx.level.by_label(label, span, quoted=stage.label.quoted, counts=True)
    return key, ctx.open(key, "position", stage.piece)


def _wrapped(ctx: Context, stage: tree.Stage, key: str | None, item: Item, start: int) -> Item:
    if key is None:
        return item
    return structure.Group(stage, key, "position", (item,), start, ctx.cursor.value)
