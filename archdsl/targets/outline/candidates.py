"""Expressions of the source that may stand for an argument, or for the channels that come out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archdsl.ir import structure
from archdsl.ir.op import Arg, Op
from archdsl.targets.outline.rows import Row
from archdsl.targets.outline.scope import Scope, product
from archdsl.targets.outline.unit import Unit
from archdsl.targets.symbolic import Bin, Ex, Lit, simplify


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
    if "from" in layer.sources and "to" in layer.sources:  # a slice
        ends = [layer.sources[end].expr for end in ("to", "from")]
        said = [scope.convert(end) if end is not None else None for end in ends]
        if said[0] is not None and said[1] is not None:
            yield simplify(Bin("-", said[0], said[1]))
    if "multiplier" in layer.sources and scope.channels is not None:
        expr = layer.sources["multiplier"].expr
        times = scope.convert(expr) if expr is not None else None
        if times is not None:
            yield simplify(Bin("*", scope.channels, times))
