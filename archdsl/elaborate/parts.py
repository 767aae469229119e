"""One op or block on its own: `macs(Block(..), 28x28x192)`."""

from __future__ import annotations

from archdsl.diagnostics import Diagnostics, Frame, Span
from archdsl.elaborate import calls, codes, instances, layers
from archdsl.elaborate.body import walk
from archdsl.elaborate.context import Context, Cursor, Run
from archdsl.elaborate.defaults import Flowing
from archdsl.elaborate.files import Module
from archdsl.elaborate.levels import Level
from archdsl.elaborate.problems import Poisoned, Problem, TooMuch
from archdsl.elaborate.scope import Scope, Variables
from archdsl.elaborate.values import Value, show
from archdsl.elaborate.vocabulary import structural
from archdsl.ir.graph import Graph
from archdsl.ir.shape import Shape
from archdsl.ir.structure import Instance, Item, Known, Net
from archdsl.ir.values import BlockValue, OpValue
from archdsl.syntax import tree


def elaborate(
    scope: Scope, value: Value, shape: Shape, span: Span, diagnostics: Diagnostics
) -> Net | None:
    """A net of this op or block alone, on an input of this shape."""
    run = Run(diagnostics, walk)
    level = Level("", "name", {}, None, strict=False)
    flowing = scope.flowing or Flowing()
    ctx = Context(run, scope.module, Variables(), level, flowing, Cursor(-1))
    node = run.builder.add(structural("input"), {"shape": shape}, (), "input", span)
    run.inputs.append((None, node))
    ctx.cursor.value = node
    try:
        if isinstance(value, BlockValue):
            root = _block(ctx, value, span)
        elif isinstance(value, OpValue):
            root = _op(ctx, value, span)
        else:
            raise Problem(codes.NOT_A_LAYER, f"a part is an op or a block, got {show(value)}", span)
    except Problem as problem:
        ctx.report(problem)
        return None
    except (TooMuch, Poisoned):
        return None
    if run.failed or ctx.cursor.value < 0:
        return None
    end = ctx.cursor.value
    graph = Graph(run.builder.finish(), tuple(run.inputs), ((None, end),))
    return Net(root.block.name, root.block.doc, root.file, root.block, graph, root)


def _block(ctx: Context, value: BlockValue, span: Span) -> Instance:
    given = {name: Known(bound) for name, bound in value.bound}
    lacking = calls.missing(calls.of_block(value.block), given, span)
    if lacking is not None:
        raise lacking
    frames = (Frame("", value.block.name, span),)
    return instances.elaborate(ctx, value, given, "", frames)


def _op(ctx: Context, value: OpValue, span: Span) -> Instance:
    use = tree.Use(value.op.keyword, None, span, span)
    stage = tree.Stage(None, use, None, span)
    body = tree.Body((tree.Chain((stage,), span),), span)
    block = tree.Block("block", value.op.keyword, (), body, None, span, span)
    start = ctx.cursor.value
    ctx.level.words = {use.name: 1}
    item: Item = layers.layer(ctx, stage, use, value, None, None, written=True)
    last = len(ctx.run.builder.nodes)
    home = ctx.module
    assert isinstance(home, Module)
    return Instance(block, home.name, "", {}, {}, start, ctx.cursor.value, start + 1, last, (item,))
