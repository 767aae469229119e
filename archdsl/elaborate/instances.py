"""A block used: its arguments bound, its body elaborated in a scope of its own."""

from __future__ import annotations

from collections.abc import Mapping

from archdsl import limits
from archdsl.diagnostics import Frame, Label
from archdsl.elaborate import calls, codes
from archdsl.elaborate.context import Context, Cursor
from archdsl.elaborate.expressions import evaluate
from archdsl.elaborate.files import Module
from archdsl.elaborate.levels import Level
from archdsl.elaborate.naming import check_certain, item_key
from archdsl.elaborate.problems import Poisoned, Problem
from archdsl.elaborate.scope import POISON, Scope, Variables
from archdsl.elaborate.values import TYPES, Value, show
from archdsl.ir import structure
from archdsl.ir.shape import Shape
from archdsl.ir.structure import Expectation, Instance, Item, Known
from archdsl.ir.values import BlockValue
from archdsl.syntax import tree


def call(
    ctx: Context,
    stage: tree.Stage,
    piece: tree.Use,
    value: BlockValue,
    param: str | None,
    label: str | None,
) -> Item:
    block = value.block
    if len(ctx.frames) >= limits.now().blocks:
        raise Problem(
            codes.TOO_DEEP,
            f"blocks are used within each other more than {limits.now().blocks} deep",
            piece.span,
        )
    assert isinstance(value.home, Module)
    ctx.run.room(1, block.body, value.home, piece.span)
    given = _given(ctx, piece, value)
    key = item_key(ctx, piece.name, label, stage)
    if given is None:
        raise Poisoned
    builder = ctx.run.builder
    before = builder.weights_made
    path = ctx.level.at(key)
    frames = (*ctx.frames, Frame(path, block.name, piece.span))
    with ctx.run.uses.of(piece, block, given):
        instance = elaborate(ctx, value, given, path, frames)
    check_certain(ctx, piece, label, builder.weights_made > before)
    return structure.Call(stage, key, instance, param)


def _given(ctx: Context, piece: tree.Use, value: BlockValue) -> dict[str, Known] | None:
    """Arguments by name; None where one is wrong or missing: reported."""
    signature = calls.of_block(value.block)
    given = {name: Known(bound) for name, bound in value.bound}
    problems: list[Problem] = []
    found = calls.bind(signature, piece.args or (), problems.append, tuple(given))
    scope = ctx.scope()
    for name, arg in found.items():
        try:
            given[name] = Known(evaluate(arg.value, scope), arg.value)
        except Problem as problem:
            ctx.report(problem)
            given[name] = Known(POISON, arg.value)
        except Poisoned:
            given[name] = Known(POISON, arg.value)
    if not problems:
        declared = Label(value.block.name_span, "declared here")
        lacking = calls.missing(signature, given, piece.span, where=declared)
        problems += [lacking] if lacking else []
    for wrong in problems:
        ctx.report(wrong)
    return None if problems else given


def elaborate(
    ctx: Context,
    value: BlockValue,
    given: Mapping[str, Known],
    path: str,
    frames: tuple[Frame, ...],
) -> Instance:
    """The instance of a block on the current value, which it moves along."""
    run, block = ctx.run, value.block
    home = value.home
    assert isinstance(home, Module)
    start = ctx.cursor.value
    inflow = run.builder.nodes[start].shape if start >= 0 else None
    inner = Context(
        run,
        home,
        Variables(),
        Level(
            path,
            "position" if block.kind == "seq" else "name",
            run.words(block.body),
            None,
            strict=True,
        ),
        ctx.flowing,
        Cursor(start),
        frames,
        aux=ctx.aux,
    )
    args = bind_params(inner, block, given, inflow)
    first = len(run.builder.nodes)
    items = run.walk(inner, block.body)
    instance = Instance(
        block,
        home.name,
        path,
        args,
        home.globals,
        start,
        inner.cursor.value,
        first,
        len(run.builder.nodes),
        items,
    )
    run.expectations += [Expectation(expect, scope, instance) for expect, scope in inner.pending]
    ctx.cursor.value = inner.cursor.value
    return instance


def bind_params(
    ctx: Context,
    block: tree.Block,
    given: Mapping[str, Known],
    inflow: Shape | None,
    *,
    bare: bool = False,
) -> dict[str, Known]:
    """Every parameter in order, in the block's own scope; defaults see the earlier ones."""
    args: dict[str, Known] = {}
    own = ctx.variables.own
    for param in block.params:
        known = given.get(param.name)
        if known is None:
            known = Known(_default(ctx, param, inflow, bare), None, default=True)
        if known.value is not POISON and not _fits(ctx, block, param, known):
            known = Known(POISON, known.expr)
        own[param.name] = known.value
        args[param.name] = known
    return args


def _default(ctx: Context, param: tree.Param, inflow: Shape | None, bare: bool) -> Value:
    if param.default is None:
        return POISON
    scope = Scope(ctx.module, ctx.variables, inflow, bare, meter=ctx.run.meter)
    try:
        return evaluate(param.default, scope)
    except Problem as problem:
        ctx.report(problem)
    except Poisoned:
        pass
    return POISON


def _fits(ctx: Context, block: tree.Block, param: tree.Param, known: Known) -> bool:
    if param.type is None:
        return True
    found = TYPES.get(param.type)
    if found is None:  # reported by the resolver
        return True
    wanted, test = found
    if test(known.value):
        return True
    where = known.expr or param.default
    span = where.span if where is not None else param.span
    if known.expr is None and not known.default and ctx.frames:
        span = ctx.frames[-1].span
    ctx.report(
        Problem(
            codes.WRONG_TYPE,
            f"{block.name}'s `{param.name}` wants {wanted}, got {show(known.value)}",
            span,
            secondary=[Label(param.span, f"declared `{param.name}: {param.type}`")]
            if span != param.span
            else (),
        )
    )
    return False
