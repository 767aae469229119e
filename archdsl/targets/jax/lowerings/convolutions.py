"""Convolutions, transposed ones, and linear layers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from archdsl.ir.op import MISSING, Arg, Call, Lowering, Op, Pads, Shapes
from archdsl.ir.shape import Shape
from archdsl.ops import geometry
from archdsl.ops.conv import Conv, Depthwise, Pointwise
from archdsl.ops.deconv import Deconv
from archdsl.ops.geometry import Window, scalar
from archdsl.ops.linear import Linear
from archdsl.targets.jax.lowerings.make import module

SAME = "SAME"


def window_padding(window: Window) -> object:
    """TensorFlow's `same` is JAX's word, found from the map that arrives; else numbers."""
    if window.is_tf and not geometry.symmetric(window.pads):
        return SAME
    return padding_value(window.pads)


def padding_value(pads: Pads) -> object:
    """As few numbers as say it: one, one for each axis, or all of them."""
    if geometry.symmetric(pads):
        return scalar(tuple(before for before, _ in pads))
    return pads


def _conv(op: Op, inputs: Shapes, output: Shape) -> Lowering:
    assert isinstance(op, Conv)
    return _made(op, inputs[0], ("c", "k", "groups"))


def _depthwise(op: Op, inputs: Shapes, output: Shape) -> Lowering:
    assert isinstance(op, Depthwise)
    out = "in.c" if op.multiplier == 1 else None
    return _made(op.conv(inputs[0]), inputs[0], (out, "k", "in.c"))


def _pointwise(op: Op, inputs: Shapes, output: Shape) -> Lowering:
    assert isinstance(op, Pointwise)
    return _made(op.conv(inputs[0]), inputs[0], ("c", None, "groups"))


def _made(conv: Conv, shape: Shape, of: tuple[str | None, str | None, str]) -> Lowering:
    """`of`: where output channels, kernel and groups come from."""
    window = conv.window(shape)
    padding = window_padding(window)
    single = all(k == 1 for k in window.kernel)  # "SAME", Flax's default, adds nothing then
    return module(
        "nnx.Conv",
        Arg("in_features", shape.channels, "in.c", positional=True),
        Arg("out_features", conv.c, of[0], positional=True),
        Arg("kernel_size", window.kernel, of[1], positional=True),
        Arg("strides", scalar(window.stride), "stride", default=1),
        Arg("padding", padding, "pad", default=0 if single and padding == 0 else MISSING),
        Arg("kernel_dilation", scalar(window.dilation), "dilation", default=1),
        Arg("feature_group_count", conv.groups, of[2], default=1),
        Arg("use_bias", conv.bias, "bias", default=True),
    )


def unified(calls: Sequence[Call], ops: Sequence[Op], inputs: Sequence[Shape]) -> list[Call]:
    """A convolution's calls with "SAME" in all of them, where some have it and all may."""
    if not any(a.name == "padding" and a.value == SAME for c in calls for a in c.args):
        return list(calls)
    windows = [
        conv.window(shape)
        for op, shape in zip(ops, inputs, strict=True)
        if (conv := _conv_of(op, shape)) is not None
    ]
    if len(windows) != len(calls) or not all(w.is_tf for w in windows):
        return list(calls)
    same = Arg("padding", SAME, default=SAME)  # Flax's default
    return [
        replace(c, args=tuple(same if a.name == "padding" else a for a in c.args)) for c in calls
    ]


def _conv_of(op: Op, shape: Shape) -> Conv | None:
    if isinstance(op, Depthwise | Pointwise):
        return op.conv(shape)
    return op if isinstance(op, Conv) else None


def _deconv(op: Op, inputs: Shapes, output: Shape) -> Lowering:
    """A convolution of the input spread out by the stride, whose padding is what the cut leaves."""
    assert isinstance(op, Deconv)
    shape = inputs[0]
    assert isinstance(op.k, tuple)
    assert isinstance(op.stride, tuple)
    assert isinstance(op.dilation, tuple)
    assert isinstance(op.output_pad, tuple)
    cut = geometry.edges(op.pad if not isinstance(op.pad, str) else 0, shape, "pad")
    reach = geometry.spans(op.k, op.dilation)
    pads = tuple(
        (n - 1 - a, n - 1 - b + extra)
        for n, (a, b), extra in zip(reach, cut, op.output_pad, strict=True)
    )
    first = (
        Arg("in_features", shape.channels, "in.c", positional=True),
        Arg("out_features", op.c, "c", positional=True),
        Arg("kernel_size", op.k, "k", positional=True),
    )
    dilation = Arg("kernel_dilation", scalar(op.dilation), "dilation", default=1)
    bias = Arg("use_bias", op.bias, "bias", default=True)
    if op.groups > 1:  # nnx.ConvTranspose knows no groups
        return module(
            "nnx.Conv",
            *first,
            Arg("padding", padding_value(pads)),
            Arg("input_dilation", scalar(op.stride), "stride", default=1),
            dilation,
            Arg("feature_group_count", op.groups, "groups"),
            bias,
        )
    return module(
        "nnx.ConvTranspose",
        *first,
        Arg("strides", scalar(op.stride), "stride", default=1),
        Arg("padding", padding_value(pads)),
        dilation,
        bias,
        Arg("transpose_kernel", True),
    )


def _linear(op: Op, inputs: Shapes, output: Shape) -> Lowering:
    assert isinstance(op, Linear)
    return module(
        "nnx.Linear",
        Arg("in_features", inputs[0].channels, "in.c", positional=True),
        Arg("out_features", op.c, "c", positional=True),
        Arg("use_bias", op.bias, "bias", default=True),
    )


LOWERINGS: Mapping[str, Callable[[Op, Shapes, Shape], Lowering | None]] = {
    "conv": _conv,
    "depthwise": _depthwise,
    "pointwise": _pointwise,
    "deconv": _deconv,
    "linear": _linear,
}
