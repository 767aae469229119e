"""Calls of PyTorch: from lowerings (data, one for each row) to one piece of code for all rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archdsl.ir import structure
from archdsl.ir.op import MISSING, Arg, Call, Op, TorchLowering
from archdsl.targets.layout import Brackets, Doc, call
from archdsl.targets.outline.rows import Mismatch, Row, value_of
from archdsl.targets.outline.scope import Scope, product
from archdsl.targets.outline.unit import Unit
from archdsl.targets.symbolic import Bin, Ex, Lit, simplify
from archdsl.targets.written import literal, text


def lowering(row: Row, layer: structure.Layer) -> TorchLowering:
    """The lowering of a row's layer; gaps were reported before emission began."""
    node = row.graph.nodes[layer.node]
    found = node.op.torch(row.graph.input_shapes(node), node.shape)
    if found is None:
        raise AssertionError(f"no lowering of {node.op.keyword} for torch")
    return found


def call_doc(
    unit: Unit,
    scope: Scope,
    rows: Sequence[Row],
    layers: Sequence[structure.Layer],
    calls: Sequence[Call],
) -> Brackets:
    """`nn.Conv2d(in_channels, c, 3, stride, padding=1)`, right for every row."""
    return call(calls[0].target, arguments(unit, scope, rows, layers, calls))


def arguments(
    unit: Unit,
    scope: Scope,
    rows: Sequence[Row],
    layers: Sequence[structure.Layer],
    calls: Sequence[Call],
) -> list[Doc]:
    """A call's arguments: those that differ from the framework's default in some row."""
    first = calls[0]
    if any(c.target != first.target or _names(c) != _names(first) for c in calls):
        raise Mismatch("different calls at one place")
    written: list[Doc] = []
    positional = True
    for i, arg in enumerate(first.args):
        values = [_plain(c.args[i].value) for c in calls]
        if arg.default is not MISSING and all(_is_default(c.args[i]) for c in calls):
            positional = False
            continue
        default = arg.default if isinstance(arg.default, bool | int | float | str) else MISSING
        found = candidates(arg, scope, layers[0])
        ex = unit.settle(rows, values, found, arg.name, default)
        positional = positional and arg.positional
        written.append(text(ex) if positional else f"{arg.name}={text(ex)}")
    return written


def literals(calls: Sequence[Call]) -> list[str]:
    """A function's arguments in forward, where the constructor's names aren't seen."""
    if any(c != calls[0] for c in calls):
        raise Mismatch("a function's argument that differs")
    return [
        literal(_plain(a.value)) if a.positional else f"{a.name}={literal(_plain(a.value))}"
        for a in calls[0].args
        if a.default is MISSING or not _is_default(a)
    ]


def _names(c: Call) -> tuple[str, ...]:
    return tuple(a.name for a in c.args)


def _is_default(arg: Arg) -> bool:
    value = _plain(arg.value)
    return type(value) is type(arg.default) and value == arg.default


def _plain(value: object) -> object:
    return value_of(value)


def candidates(arg: Arg, scope: Scope, layer: structure.Layer) -> Iterator[Ex | None]:
    """Expressions that might stand for an argument, the source's own first."""
    if arg.of is None:
        return
    if arg.of == "in.c":
        yield scope.channels
        return
    known = layer.sources.get(arg.of)
    if known is not None and known.expr is not None:
        ex = scope.convert(known.expr)
        yield ex
        if isinstance(ex, Lit) and isinstance(ex.value, tuple) and len(set(ex.value)) == 1:
            yield Lit(ex.value[0])
    if arg.of == "pad" and "k" in layer.sources:
        yield same_padding(scope, layer)


def same_padding(scope: Scope, layer: structure.Layer) -> Ex | None:
    """`(k - 1) // 2`, with the dilation where there is one."""
    k = layer.sources["k"].expr
    kernel = scope.convert(k) if k is not None else None
    if kernel is None or isinstance(kernel, Lit):
        return None
    reach: Ex = Bin("-", kernel, Lit(1))
    dilation = layer.sources.get("dilation")
    if dilation is not None and dilation.expr is not None:
        times = scope.convert(dilation.expr)
        if times is None:
            return None
        reach = simplify(Bin("*", times, reach))
    return Bin("//", reach, Lit(2))


def channels_after(
    unit: Unit,
    scope: Scope,
    rows: Sequence[Row],
    layers: Sequence[structure.Layer],
) -> Ex | None:
    """The channels that a layer leaves, as an expression that holds in every row."""
    values: list[object] = [
        row.graph.nodes[layer.node].shape.channels for row, layer in zip(rows, layers, strict=True)
    ]
    return unit.try_settle(rows, values, _channel_candidates(scope, rows, layers[0]))


def _channel_candidates(
    scope: Scope, rows: Sequence[Row], layer: structure.Layer
) -> Iterator[Ex | None]:
    op: Op = layer.op
    if "c" in layer.sources and layer.sources["c"].expr is not None:
        yield scope.convert(layer.sources["c"].expr)
    yield scope.channels
    spatial = {row.shape.spatial for row in rows}
    if op.keyword == "flatten" and len(spatial) == 1:
        yield product(scope.channels, spatial.pop())
    if "multiplier" in layer.sources and scope.channels is not None:
        expr = layer.sources["multiplier"].expr
        times = scope.convert(expr) if expr is not None else None
        if times is not None:
            yield simplify(Bin("*", scope.channels, times))
