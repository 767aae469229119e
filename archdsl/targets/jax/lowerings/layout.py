"""What moves, cuts, repeats or scales elements."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from archdsl.ir.op import Arg, Call, Lowering, Op, Shapes
from archdsl.ir.shape import Shape
from archdsl.ops import geometry
from archdsl.ops.geometry import per_axis
from archdsl.ops.layout import ChannelShuffle, PadChannels, Slice, ZeroPad
from archdsl.ops.resize import Upsample
from archdsl.ops.scale import LayerScale, Rescale
from archdsl.targets.jax.lowerings.make import function


def _flatten(op: Op, inputs: Shapes, output: Shape) -> Lowering:
    """In the map's own order: whoever converts weights permutes what reads it."""
    return function("lax.collapse", Arg("start_dimension", 1, positional=True))


def flatten_channels_first() -> Lowering:
    """Where more than linear layers see the order."""
    return function("flatten_channels_first", helper="flatten_channels_first")


def _reshape(op: Op, inputs: Shapes, output: Shape) -> Lowering:
    if not output.rank:
        return _flatten(op, inputs, output)
    shape = Arg("shape", output.channels_first, positional=True)
    return function("reshape_channels_first", shape, helper="reshape_channels_first")


def _slice(op: Op, inputs: Shapes, output: Shape) -> Lowering:
    assert isinstance(op, Slice)
    return function(
        "lax.slice_in_dim",
        Arg("start_index", op.from_, "from", positional=True),
        Arg("limit_index", op.to, "to", positional=True),
        Arg("axis", -1),
    )


def _crop(op: Op, inputs: Shapes, output: Shape) -> Lowering:
    size = Arg("size", output.spatial, "size", positional=True)
    return function("center_crop", size, helper="center_crop")


def _channel_shuffle(op: Op, inputs: Shapes, output: Shape) -> Lowering:
    assert isinstance(op, ChannelShuffle)
    groups = Arg("groups", op.groups, "groups", positional=True)
    return function("channel_shuffle", groups, helper="channel_shuffle")


def _zero_pad(op: Op, inputs: Shapes, output: Shape) -> Lowering:
    assert isinstance(op, ZeroPad)
    pads = geometry.edges(op.amounts, inputs[0], "amounts")
    return function("jnp.pad", Arg("pad_width", ((0, 0), *pads, (0, 0)), positional=True))


def _pad_channels(op: Op, inputs: Shapes, output: Shape) -> Lowering:
    assert isinstance(op, PadChannels)
    amount = Arg("amount", op.amount, "amount", positional=True)
    return function("pad_channels", amount, helper="pad_channels")


def _upsample(op: Op, inputs: Shapes, output: Shape) -> Lowering:
    assert isinstance(op, Upsample)
    method = Arg("method", "nearest" if op.mode == "nearest" else "linear", default="nearest")
    if op.factor is None:
        size = Arg("size", output.spatial, "to", positional=True)
        return function("resize", size, method, helper="resize")
    factors = per_axis(op.factor, inputs[0], "factor")
    factor = Arg("factor", factors, "factor", positional=True)
    return function("upsample", factor, method, helper="upsample")


def _layer_scale(op: Op, inputs: Shapes, output: Shape) -> Lowering:
    assert isinstance(op, LayerScale)
    return Lowering(parameter=(op.init, (inputs[0].channels,)))


def _rescale(op: Op, inputs: Shapes, output: Shape) -> Lowering:
    assert isinstance(op, Rescale)
    return function(
        "rescale",
        Arg("scale", op.scale, "scale", positional=True),
        Arg("offset", op.offset, "offset", default=0.0, positional=True),
        helper="rescale",
    )


def _standardize(op: Op, inputs: Shapes, output: Shape) -> Lowering:
    channels = Arg("channels", inputs[0].channels, "in.c", positional=True)
    return Lowering(Call("Standardize", (channels,), "standardize"))


LOWERINGS: Mapping[str, Callable[[Op, Shapes, Shape], Lowering | None]] = {
    "flatten": _flatten,
    "reshape": _reshape,
    "slice": _slice,
    "crop": _crop,
    "channel_shuffle": _channel_shuffle,
    "zero_pad": _zero_pad,
    "pad_channels": _pad_channels,
    "upsample": _upsample,
    "layer_scale": _layer_scale,
    "rescale": _rescale,
    "standardize": _standardize,
}
