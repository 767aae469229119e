"""Pooling. Padding of a maximum is minus infinity in JAX too."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from archdsl.ir.op import Arg, Lowering, Op, Shapes
from archdsl.ir.shape import Shape
from archdsl.ops.pool import AvgPool, MaxPool
from archdsl.targets.jax.lowerings.make import function


def _pool(op: Op, inputs: Shapes, output: Shape) -> Lowering:
    assert isinstance(op, MaxPool | AvgPool)
    shape = inputs[0]
    short = op.short.lower()
    if op.to is not None:
        if all(n == 1 for n in output.spatial):
            return _global(op, inputs, output)
        size = Arg("output_size", output.spatial, "to", positional=True)
        name = f"adaptive_{short}_pool"
        return function(name, size, helper=name)
    window = op.window(shape)
    count: tuple[Arg, ...] = ()
    if isinstance(op, AvgPool):
        count = (Arg("count_include_pad", op.count_pad, "count_pad", default=True),)
    if op.ceil:
        name = f"{short}_pool_ceil"
        return function(
            name,
            Arg("window_shape", window.kernel, "k", positional=True),
            Arg("strides", window.stride, "stride", positional=True),
            Arg("padding", window.pads, positional=True),
            *count,
            helper=name,
        )
    pads: object = window.pads
    if window.is_tf and any(a != b for a, b in window.pads):
        pads = "SAME"
    padding = Arg("padding", pads, default=((0, 0),) * shape.rank)
    return function(
        f"nnx.{short}_pool",
        Arg("window_shape", window.kernel, "k", positional=True),
        Arg("strides", window.stride, "stride", default=(1,) * shape.rank),
        padding,
        *count,
    )


def _global(op: Op, inputs: Shapes, output: Shape) -> Lowering:
    axes = tuple(range(1, inputs[0].rank + 1))
    name = "jnp.max" if "max" in op.keyword else "jnp.mean"
    return function(name, Arg("axis", axes), Arg("keepdims", True))


LOWERINGS: Mapping[str, Callable[[Op, Shapes, Shape], Lowering | None]] = {
    "maxpool": _pool,
    "avgpool": _pool,
    "global_avgpool": _global,
    "global_maxpool": _global,
}
