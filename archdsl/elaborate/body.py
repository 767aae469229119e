"""A body's items, in order: the walk that everything else is called from.

Input: a body and its context, the flow at its start. Output: the items made of it; the context's
cursor is at its end. An error in an item is reported here, and the flow goes on as poison, of
which nothing more is said.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from archdsl import limits
from archdsl.elaborate import (
    codes,
    flowing,
    forms,
    inputs,
    layers,
    loops,
    merges,
    residuals,
)
from archdsl.elaborate.context import Context
from archdsl.elaborate.expressions import evaluate, shape_of, text_of
from archdsl.elaborate.problems import Poisoned, Problem, TooMuch
from archdsl.elaborate.references import lost
from archdsl.elaborate.scope import POISON, POISON_VALUE
from archdsl.elaborate.values import Value
from archdsl.ir import structure
from archdsl.ir.structure import Item
from archdsl.syntax import tree

_PIECES: dict[type, Callable[[Context, tree.Stage, Any, str | None], Item | None]] = {
    tree.Use: layers.use,
    tree.Group: forms.group,
    tree.Residual: residuals.residual,
    tree.Gate: forms.gate,
    tree.Parallel: merges.parallel,
    tree.Join: merges.join,
    tree.Repeat: loops.repeat,
    tree.For: loops.for_rows,
    tree.If: loops.choice,
    tree.Aux: forms.aux,
    tree.Ref: forms.ref,
    tree.Skip: forms.skip,
}

_SCOPED = (tree.Let, tree.Defaults, tree.Init, tree.Broken)


def walk(ctx: Context, body: tree.Body) -> tuple[Item, ...]:
    """The items of a body; the cursor moves along."""
    run = ctx.run
    run.depth += 1
    if run.depth > limits.now().bodies:
        raise Problem(
            codes.TOO_DEEP, f"more than {limits.now().bodies} bodies within each other", body.span
        )
    if any(isinstance(item, _SCOPED) for item in body.items):
        ctx = ctx.with_variables()
        for late in late_defaults(body):
            _defaults(ctx, late)
    items: list[Item] = []
    begun = False
    for item in body.items:
        match item:
            case tree.Chain():
                begun = True
                for stage in item.stages:
                    _stage(ctx, stage, items)
            case tree.Broken():
                _broken(ctx, item)
            case tree.Let():
                items.append(structure.Let(item, _let(ctx, item)))
            case tree.Expect():
                ctx.pending.append((item, ctx.scope()))
            case tree.Defaults() | tree.Init():
                if not begun:
                    _defaults(ctx, item)
            case tree.Input():
                _guarded(ctx, inputs.add_input, item)
            case tree.Output():
                _guarded(ctx, inputs.add_outputs, item)
    run.depth -= 1
    return tuple(items)


def _guarded(ctx: Context, make: Callable[[Context, Any], None], item: tree.Item) -> None:
    try:
        make(ctx, item)
    except Problem as problem:
        ctx.report(problem)
        ctx.cursor.value = POISON_VALUE
    except Poisoned:
        ctx.cursor.value = POISON_VALUE


def _let(ctx: Context, item: tree.Let) -> Value:
    value: Value = POISON
    try:
        value = evaluate(item.value, ctx.scope())
    except Problem as problem:
        ctx.report(problem)
    except Poisoned:
        pass
    ctx.variables.own[item.name] = value
    return value


def _broken(ctx: Context, item: tree.Broken) -> None:
    ctx.variables.own.update(lost(item, ctx.scope()))
    _poison(ctx)
    ctx.run.broken = True
    if ctx.cursor.fixed is not None:
        ctx.cursor.fixed = POISON_VALUE  # by an `@x` in it
    ctx.level.poisoned = True  # labels in it may be missing


def _defaults(ctx: Context, item: tree.Defaults | tree.Init) -> None:
    table = flowing.table_of([item], ctx.scope(), ctx.report)
    ctx.flowing = ctx.flowing.with_own(table)


def late_defaults(body: tree.Body) -> list[tree.Defaults | tree.Init]:
    """Those that stand after the first layer: they hold for the whole body, and so come first."""
    begun = False
    late = []
    for item in body.items:
        if isinstance(item, tree.Chain):
            begun = True
        elif begun and isinstance(item, (tree.Defaults, tree.Init)):
            late.append(item)
    return late


# ---------------------------------------------------------------------------------- stages


def _stage(ctx: Context, stage: tree.Stage, items: list[Item]) -> None:
    label = None
    try:
        ctx.run.step(stage.span)
        if stage.label is not None:
            label = text_of(stage.label, ctx.scope())
            if len(label) > limits.now().label:
                raise Problem(
                    codes.TOO_DEEP, f"a label of {len(label)} characters", stage.label.span
                )
        item = _PIECES[type(stage.piece)](ctx, stage, stage.piece, label)
        if item is not None:
            items.append(item)
    except Problem as problem:
        ctx.report(problem)
        if problem.code in codes.LIMITS:
            raise TooMuch from None
        _poison_stage(ctx, stage, label)
    except Poisoned:
        _poison_stage(ctx, stage, label)
    if label is not None and not isinstance(stage.piece, tree.Aux):
        ctx.level.labels.setdefault(label, ctx.cursor.value)
    if stage.shape is not None:
        _assert_shape(ctx, stage, stage.shape)


def _poison(ctx: Context) -> None:
    ctx.cursor.value = POISON_VALUE
    ctx.run.failed = True


def _poison_stage(ctx: Context, stage: tree.Stage, label: str | None) -> None:
    _poison(ctx)
    if ctx.cursor.fixed is not None and isinstance(stage.piece, tree.Ref):
        ctx.cursor.fixed = POISON_VALUE
    if not isinstance(stage.piece, tree.Use) or (stage.label is not None and label is None):
        ctx.level.poisoned = True  # labels in it may be missing


def _assert_shape(ctx: Context, stage: tree.Stage, written: tree.ShapeExpr) -> None:
    try:
        expected = shape_of(written, ctx.scope())
        if ctx.cursor.value < 0:
            return
        found = ctx.run.builder.shape(ctx.cursor.value)
        if found != expected:
            raise Problem(
                codes.OTHER_SHAPE,
                f"expected {expected}, found {found}",
                written.span,
                label=f"the value here is {found}",
                secondary=ctx.origin(ctx.cursor.value, stage.span),
            )
    except Problem as problem:
        ctx.report(problem)
    except Poisoned:
        ctx.run.failed = True
