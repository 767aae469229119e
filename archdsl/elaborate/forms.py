"""Groups, gates, side heads, `@x` and `skip`."""

from __future__ import annotations

from archdsl.elaborate import calls, codes
from archdsl.elaborate.builder import Dropped
from archdsl.elaborate.context import Context, Cursor
from archdsl.elaborate.expressions import evaluate, text_of
from archdsl.elaborate.naming import enter, leave, name_only
from archdsl.elaborate.problems import Poisoned, Problem
from archdsl.elaborate.values import is_number, show
from archdsl.elaborate.vocabulary import structural
from archdsl.ir import structure
from archdsl.ir.graph import AuxOutput
from archdsl.ir.structure import Item, Known
from archdsl.syntax import tree


def group(ctx: Context, stage: tree.Stage, piece: tree.Group, label: str | None) -> Item:
    start = ctx.cursor.value
    key, inner = enter(ctx, stage, label, "position")
    items = ctx.run.walk(inner, piece.body)
    naming = inner.level.naming
    return structure.Group(stage, key, naming, items, start, ctx.cursor.value)


def gate(ctx: Context, stage: tree.Stage, piece: tree.Gate, label: str | None) -> Item:
    start = ctx.cursor.value
    key, inner = enter(ctx, stage, label, "name")
    branch = Cursor(start, start)
    items = ctx.run.walk(inner.with_cursor(branch), piece.body)
    start = ctx.inflow(stage.span)
    if branch.value < 0:
        raise Poisoned
    builder = ctx.run.builder
    whole, factor = builder.shape(start), builder.shape(branch.value)
    if factor != whole and not (
        factor.rank == whole.rank
        and factor.channels == whole.channels
        and set(factor.spatial) <= {1}
    ):
        ones = "x".join(["1"] * whole.rank + [str(whole.channels)])
        wanted = f"{whole}" if not whole.rank else f"{whole} or {ones}"
        raise Problem(
            codes.GATE_SHAPE,
            f"the gate's body gives {factor}, and its input is {whole}",
            piece.span,
            secondary=[*ctx.origin(branch.value, None), *ctx.origin(start, None)],
            help=f"let the body end in {wanted}",
        )
    path = inner.level.at(inner.level.join_key("mul"))
    node = builder.add(structural("mul"), {}, (start, branch.value), path, stage.span, aux=ctx.aux)
    ctx.cursor.value = node
    made = structure.Gate(stage, items, node, start, branch.value)
    return leave(ctx, stage, key, "name", made, start)


def aux(ctx: Context, stage: tree.Stage, piece: tree.Aux, label: str | None) -> Item:
    run = ctx.run
    if not ctx.root:
        raise Problem(codes.MISPLACED, "`aux` stands in a net's own body alone", piece.span)
    weight = _aux_weight(ctx, piece)
    start = ctx.cursor.value
    title = label or _title(ctx, piece) or f"aux{len(run.aux) + 1}"
    key, inner = enter(ctx, stage, label, "name")
    inner = inner.with_cursor(Cursor(start, start))
    inner.aux = True
    items = run.walk(inner, piece.body)
    end = inner.cursor.value
    ctx.inflow(stage.span)
    if end < 0:
        return structure.Aux(stage, title, weight, items, start, end)
    number = weight.value
    run.aux.append(AuxOutput(title, float(number) if is_number(number) else 1.0, end))
    made = structure.Aux(stage, title, weight, items, start, end)
    return leave(ctx, stage, key, "name", made, start)


def _title(ctx: Context, piece: tree.Aux) -> str | None:
    """The label of the one stage in the head's body."""
    chains = [item for item in piece.body.items if isinstance(item, tree.Chain)]
    if len(chains) != 1 or len(chains[0].stages) != 1 or chains[0].stages[0].label is None:
        return None
    return text_of(chains[0].stages[0].label, ctx.scope())


def _aux_weight(ctx: Context, piece: tree.Aux) -> Known:
    signature = calls.of_words("aux", "weight")
    for arg in calls.bind(signature, piece.args or (), ctx.report).values():
        value = evaluate(arg.value, ctx.scope())
        if not is_number(value):
            raise Problem(
                codes.WRONG_KIND, f"aux's `weight` wants a number, got {show(value)}", arg.span
            )
        return Known(value, arg.value)
    return Known(1, None, True)


def ref(ctx: Context, stage: tree.Stage, piece: tree.Ref, label: str | None) -> Item:
    text = text_of(piece.label, ctx.scope())
    value = ctx.labelled(text, piece.label)
    cursor = ctx.cursor
    if cursor.value >= 0 and cursor.value != value:
        ctx.run.builder.dropped.append(Dropped(cursor.value, piece.span, text, ctx.frames))
    cursor.value = value
    if cursor.fixed is not None:
        cursor.fixed = value
    name_only(ctx, label, stage)
    return structure.Ref(stage, text, value)


def skip(ctx: Context, stage: tree.Stage, piece: tree.Skip, label: str | None) -> Item:
    name_only(ctx, label, stage)
    return structure.Skip(stage, ctx.inflow(stage.span))
