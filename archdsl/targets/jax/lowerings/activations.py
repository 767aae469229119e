"""Activations: functions, but for the one that learns."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from archdsl.ir.op import Arg, Call, Lowering, Op, Shapes
from archdsl.ir.shape import Shape
from archdsl.ops.activation import ELU, GELU, LeakyReLU, PReLU
from archdsl.targets.jax.lowerings.make import function

Lower = Callable[[Op, Shapes, Shape], Lowering | None]


def _plain(name: str) -> Lower:
    return lambda op, inputs, output: function(name)


def _leaky_relu(op: Op, inputs: Shapes, output: Shape) -> Lowering:
    assert isinstance(op, LeakyReLU)
    return function("nnx.leaky_relu", Arg("negative_slope", op.slope, "slope", default=0.01))


def _elu(op: Op, inputs: Shapes, output: Shape) -> Lowering:
    assert isinstance(op, ELU)
    return function("nnx.elu", Arg("alpha", op.alpha, "alpha", default=1.0))


def _gelu(op: Op, inputs: Shapes, output: Shape) -> Lowering:
    assert isinstance(op, GELU)
    return function("nnx.gelu", Arg("approximate", op.approximate, "approximate", default=True))


def _prelu(op: Op, inputs: Shapes, output: Shape) -> Lowering:
    """It draws nothing at random, so it takes no `rngs`."""
    assert isinstance(op, PReLU)
    if op.shared:
        start = Arg("negative_slope_init", 0.25, positional=True)
        return Lowering(Call("nnx.PReLU", (start,)))
    channels = Arg("num_features", inputs[0].channels, "in.c", positional=True)
    return Lowering(Call("ChannelPReLU", (channels,), "channel_prelu"))


LOWERINGS: Mapping[str, Lower] = {
    "relu": _plain("nnx.relu"),
    "relu6": _plain("nnx.relu6"),
    "leaky_relu": _leaky_relu,
    "prelu": _prelu,
    "elu": _elu,
    "sigmoid": _plain("nnx.sigmoid"),
    "tanh": _plain("nnx.tanh"),
    "silu": _plain("nnx.silu"),
    "gelu": _gelu,
    "hardswish": _plain("nnx.hard_swish"),
    "hardsigmoid": _plain("nnx.hard_sigmoid"),
    "softmax": _plain("nnx.softmax"),
}
