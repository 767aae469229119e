"""A net elaborated: its parameters set, its body walked, the graph checked and closed.

Input: a program's net, settings and input shapes from outside. Output: `structure.Net`, or None
with the errors reported.
"""

from __future__ import annotations

from collections.abc import Mapping

from archdsl.diagnostics import Diagnostics, Frame, nearest
from archdsl.elaborate import codes, flowing, liveness, net_arguments
from archdsl.elaborate.body import walk
from archdsl.elaborate.context import Context, Cursor, Run
from archdsl.elaborate.defaults import Flowing
from archdsl.elaborate.levels import Level
from archdsl.elaborate.net_arguments import Declared, NetInfo, Settings
from archdsl.elaborate.problems import Problem, TooMuch
from archdsl.elaborate.scope import NO_VALUE, Scope, Variables
from archdsl.ir.graph import Graph
from archdsl.ir.shape import Shape
from archdsl.ir.structure import Expectation, Instance, Item, Known, Net
from archdsl.syntax import tree

Shapes = Shape | Mapping[str, Shape] | None


def elaborate(
    info: NetInfo, diagnostics: Diagnostics, settings: Settings, shapes: Shapes
) -> Net | None:
    before = len(diagnostics)
    run = Run(diagnostics, walk)
    ctx = context(run, info)
    declared = net_arguments.chain(ctx, info)
    given = net_arguments.settings(ctx, info, dict(declared[-1].given), settings)
    run.shapes = _input_shapes(ctx, info, shapes)
    lacking = net_arguments.lacking(info, given)
    if lacking is not None and not run.failed:
        ctx.report(lacking)
    if run.failed:
        return None
    args = net_arguments.bind(ctx, info, given)
    ctx.variables = Variables(None, {name: known.value for name, known in args.items()})
    try:
        run.least.check(0, info.block.body, info.home)
        items = walk(ctx, info.block.body)
    except TooMuch:
        return None
    except Problem as problem:
        ctx.report(problem)
        return None
    graph = _graph(ctx, info)
    if graph is None:
        if len(diagnostics) == before and not diagnostics.failed and not run.broken:
            ctx.report(Problem(codes.NOT_ELABORATED, f"{info.name} can't be elaborated", info.span))
        return None
    outside = _outside(declared[-1], args, settings, shapes)
    return Net(
        info.name,
        info.doc,
        info.file.name,
        info.block,
        graph,
        _root(info, args, graph, items),
        tuple(_expectations(ctx, declared, args, outside)),
        outside,
        {label: value for label, value in ctx.level.labels.items() if value >= 0},
    )


def context(run: Run, info: NetInfo) -> Context:
    """The net's own body, with the defaults of its variants around it."""
    level = Level("", "name", run.words(info.block.body), None, strict=False)
    ctx = Context(run, info.home, Variables(), level, Flowing(), Cursor(NO_VALUE), root=True)
    if info.variants:
        variant = info.variants[0][0]
        ctx.frames = (Frame(variant.name, info.block.name, variant.name_span),)
    for variant, home in info.variants:
        items = [i for i in variant.items if isinstance(i, (tree.Defaults, tree.Init))]
        ctx.flowing = ctx.flowing.with_own(flowing.table_of(items, home.scope(), ctx.report))
    return ctx


def _root(
    info: NetInfo, args: Mapping[str, Known], graph: Graph, items: tuple[Item, ...]
) -> Instance:
    return Instance(
        info.block,
        info.home.name,
        "",
        args,
        info.home.globals,
        graph.inputs[0][1],
        graph.outputs[0][1],
        0,
        len(graph),
        items,
    )


def _input_shapes(ctx: Context, info: NetInfo, shapes: Shapes) -> dict[str | None, Shape]:
    """Shapes from outside, by the label of the input (None: of one without)."""
    if shapes is None or any(isinstance(i, tree.Broken) for i in info.block.body.items):
        return {}
    labels = [i.label for i in info.block.body.items if isinstance(i, tree.Input)]
    if isinstance(shapes, Shape):
        if len(labels) == 1:
            return {labels[0]: shapes}
        message = f"{info.name} has {len(labels)} inputs: one shape doesn't say which it is for"
        ctx.report(Problem(codes.INPUT_SHAPE, message, info.span))
        return {}
    for label in shapes:
        if label not in labels:
            guess = nearest(label, [known for known in labels if known])
            ctx.report(
                Problem(
                    codes.INPUT_SHAPE,
                    f"{info.name} has no input `{label}`",
                    info.span,
                    help=f"did you mean `{guess}`?" if guess else "",
                )
            )
    return {label: shapes[label] for label in shapes}


# -------------------------------------------------------------------------------- the graph


def _graph(ctx: Context, info: NetInfo) -> Graph | None:
    run = ctx.run
    if not run.failed and run.inputs and run.outputs is None and ctx.cursor.value < 0:
        message = f"{info.name} has several inputs, and nothing is made of them"
        ctx.report(Problem(codes.NO_OUTPUT, message, info.block.name_span))
    if run.failed or not run.inputs:
        return None
    outputs = run.outputs if run.outputs is not None else [(None, ctx.cursor.value)]
    ends = [value for _, value in outputs] + [head.value for head in run.aux]
    if not liveness.check(run, ends):
        return None
    return Graph(run.builder.finish(), tuple(run.inputs), tuple(outputs), tuple(run.aux))


# ----------------------------------------------------------------------------- expectations


def _outside(
    last: Declared, args: Mapping[str, Known], settings: Settings, shapes: Shapes
) -> tuple[str, ...]:
    """What was changed from outside; a value that is the declared one is no change."""
    if last.values is None:
        names = tuple(name for name in args if name in settings)
    else:
        names = last.differing(args)
    return (*names, "input") if shapes is not None else names


def _expectations(
    ctx: Context, declared: list[Declared], args: Mapping[str, Known], outside: tuple[str, ...]
) -> list[Expectation]:
    """Those of block instances, of the net itself, of its variants.

    A declaration whose parameters all have values speaks of these, and of no others; one with
    required parameters speaks of every net made of it.
    """

    def changed(by: Declared) -> tuple[str, ...]:
        names = outside if by.values is None else by.differing(args)
        return (*names, "input") if "input" in outside and "input" not in names else names

    found = list(ctx.run.expectations)
    net, *variants = declared
    found += [Expectation(expect, scope, None, changed(net)) for expect, scope in ctx.pending]
    values = Variables(None, {name: known.value for name, known in args.items()})
    for variant in variants:
        scope = Scope(variant.home, values, meter=ctx.run.meter, flowing=ctx.flowing)
        found += [Expectation(expect, scope, None, changed(variant)) for expect in variant.expects]
    return found
