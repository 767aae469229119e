"""A net's inputs and outputs."""

from __future__ import annotations

from archdsl.elaborate import codes
from archdsl.elaborate.context import Context
from archdsl.elaborate.expressions import shape_of, text_of
from archdsl.elaborate.names import is_keyword
from archdsl.elaborate.problems import Problem
from archdsl.elaborate.scope import NO_VALUE
from archdsl.elaborate.vocabulary import structural
from archdsl.syntax import tree


def add_input(ctx: Context, item: tree.Input) -> None:
    run = ctx.run
    if not ctx.root:
        raise Problem(codes.MISPLACED, "`input` stands in a net's own body alone", item.span)
    label = item.label
    shape = shape_of(item.shape, ctx.scope())
    given = run.shapes.get(label)
    shape = shape if given is None else given
    level = ctx.level
    if label is not None:
        if is_keyword(label):
            raise Problem(
                codes.OWNED_LABEL,
                f"`{label}` can't be a label: it is a keyword of Python",
                item.span,
            )
        level.take(label, item.span)
    path = level.at(label if label is not None else level.join_key("input"))
    node = run.builder.add(structural("input"), {"shape": shape}, (), path, item.span)
    run.inputs.append((label, node))
    if label is not None:
        level.labels[label] = node
    ctx.cursor.value = node if len(run.inputs) == 1 else NO_VALUE


def add_outputs(ctx: Context, item: tree.Output) -> None:
    run = ctx.run
    if not ctx.root:
        raise Problem(codes.MISPLACED, "`output` stands in a net's own body alone", item.span)
    if run.outputs is not None:
        raise Problem(
            codes.OUTPUTS_TWICE,
            "the outputs are given twice",
            item.span,
            help="write them in one: `output @a, @b`",
        )
    outputs: list[tuple[str | None, int]] = []
    run.outputs = []
    for ref in item.refs:
        text = text_of(ref.label, ctx.scope())
        value = ctx.labelled(text, ref.label)
        outputs.append((text, value))
    run.outputs = outputs
