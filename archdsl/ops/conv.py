"""Convolutions. Depthwise and pointwise ones are a Conv with attributes filled in."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, Self

from archdsl.ir.attributes import Field, attributes_of
from archdsl.ir.op import (
    Arg,
    Call,
    Count,
    Flag,
    KerasLowering,
    Op,
    Padding,
    Reach,
    Saved,
    Shapes,
    Sizes,
    TorchLowering,
    Weight,
)
from archdsl.ir.shape import Shape
from archdsl.ops import geometry
from archdsl.ops.fields import WeightInit, check_divides
from archdsl.ops.geometry import Window, per_axis, scalar
from archdsl.ops.keras_padding import conv_padding, strides_and_dilates, subsampled

Out = Annotated[Count, Field("Output channels.")]
Kernel = Annotated[Sizes, Field("Kernel size; one number stands for every axis.")]
Stride = Annotated[Sizes, Field("Stride, also written `/2`.")]
Pad = Annotated[
    Padding,
    Field("Zeros around the input: `same`, `same_tf`, a number, or one per side."),
]
Dilation = Annotated[Sizes, Field("Distance between the kernel's elements.")]
Groups = Annotated[Count, Field("Groups of channels, each convolved on its own.")]
Bias = Annotated[Flag, Field("Add a bias for each output channel.")]


class Conv(Op):
    """A convolution over one, two or three axes in space, as its input has."""

    keyword = "conv"
    positional = ("c", "k")

    c: Out
    k: Kernel
    stride: Stride = 1
    pad: Pad = "same"
    dilation: Dilation = 1
    groups: Groups = 1
    bias: Bias = True
    init: WeightInit = None

    def window(self, shape: Shape) -> Window:
        kernel = per_axis(self.k, shape, "k")
        stride = per_axis(self.stride, shape, "stride")
        dilation = per_axis(self.dilation, shape, "dilation")
        pads = geometry.resolve_pad(self.pad, shape, geometry.spans(kernel, dilation), stride)
        return Window(shape.spatial, kernel, stride, pads, dilation)

    def resolve(self, inputs: Shapes) -> Self:
        shape = inputs[0]
        geometry.require_map(self.keyword, shape)
        check_divides(self.groups, "groups", shape.channels, "input")
        check_divides(self.groups, "groups", self.c, "output")
        window = self.window(shape)
        return self.changed(
            k=window.kernel,
            stride=window.stride,
            pad=window.pads,
            dilation=window.dilation,
        )

    def infer(self, inputs: Shapes) -> Shape:
        window = self.window(inputs[0])
        window.check_fit()
        return Shape(window.outputs(), self.c)

    def stride_of(self, inputs: Shapes, output: Shape) -> tuple[int, int]:
        return geometry.up_or_down(per_axis(self.stride, inputs[0], "stride")), 1

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        window = self.window(inputs[0])
        shape = (self.c, inputs[0].channels // self.groups, *window.kernel)
        bias = self.c if self.bias else 0
        if self.is_depthwise(inputs[0]):
            return depthwise_weights(shape, bias, self.groups)
        return conv_weights(shape, bias)

    def is_depthwise(self, shape: Shape) -> bool:
        """Whether it is a DepthwiseConv in Keras, which has none for volumes.

        That is what TensorFlow is fast at: with a Conv in as many groups a training step of
        EfficientNet-B0 took ten times as long (11.3 s to 1.1 s, 32 maps of 96x96, two cores).
        """
        return 1 < self.groups == shape.channels and shape.rank < 3

    def macs(self, inputs: Shapes, output: Shape) -> int:
        kernel = geometry.volume(per_axis(self.k, inputs[0], "k"))
        return output.elements * kernel * (inputs[0].channels // self.groups)

    def flops(self, inputs: Shapes, output: Shape) -> int:
        return 2 * self.macs(inputs, output) + (output.elements if self.bias else 0)

    def receptive(self, inputs: Shapes, output: Shape) -> Reach | None:
        window = self.window(inputs[0])
        return Reach(window.reach, window.stride)

    def saved(self, inputs: Shapes, output: Shape) -> Saved:
        return self.window(inputs[0]).saved(inputs[0])

    def torch(self, inputs: Shapes, output: Shape) -> TorchLowering | None:
        return self.torch_from(inputs[0], ("c", "k", "groups"))

    def torch_from(self, shape: Shape, of: tuple[str | None, str | None, str]) -> TorchLowering:
        """`of`: where output channels, kernel and groups come from."""
        window = self.window(shape)
        rank = shape.rank
        padding = scalar(tuple(before for before, _ in window.pads))
        target, helper = f"nn.Conv{rank}d", None
        pads: tuple[Arg, ...] = (Arg("padding", padding, "pad", default=0),)
        if not geometry.symmetric(window.pads):
            if window.is_tf:  # found from the map that arrives: right for other sizes too
                target, helper, pads = f"Conv{rank}dSame", f"conv_{rank}d_same", ()
            else:
                target, helper = f"PaddedConv{rank}d", f"padded_conv_{rank}d"
                pads = (Arg("pad", geometry.torch_order(window.pads)),)
        args = (
            Arg("in_channels", shape.channels, "in.c", positional=True),
            Arg("out_channels", self.c, of[0], positional=True),
            Arg("kernel_size", scalar(window.kernel), of[1], positional=True),
            Arg("stride", scalar(window.stride), "stride", default=1, positional=True),
            *pads,
            Arg("dilation", scalar(window.dilation), "dilation", default=1),
            Arg("groups", self.groups, of[2], default=1),
            Arg("bias", self.bias, "bias", default=True),
        )
        return TorchLowering(Call(target, args, helper))

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        window = self.window(inputs[0])
        if self.is_depthwise(inputs[0]):
            multiplier = Arg("depth_multiplier", self.c // self.groups, default=1)
            return _keras_depthwise(window, multiplier, self.bias)
        size = (
            Arg("filters", self.c, "c", positional=True),
            Arg("kernel_size", scalar(window.kernel), "k", positional=True),
        )
        rest = (
            Arg("dilation_rate", scalar(window.dilation), "dilation", default=1),
            Arg("groups", self.groups, "groups", default=1),
            Arg("use_bias", self.bias, "bias", default=True),
        )
        return _keras(window, "Conv", size, rest)


def conv_weights(shape: tuple[int, ...], bias: int) -> tuple[Weight, ...]:
    axes = (*range(2, len(shape)), 1, 0)
    found = (Weight("weight", shape, keras="kernel", axes=axes),)
    return (*found, Weight("bias", (bias,), keras="bias")) if bias else found


def depthwise_weights(shape: tuple[int, ...], bias: int, channels: int) -> tuple[Weight, ...]:
    """`channels`: of the input; in Keras they have an axis, and what is made of each another."""
    kernel = Weight(
        "weight",
        shape,
        keras="kernel",
        axes=(*range(2, len(shape)), 0, 1),
        keras_shape=(*shape[2:], channels, shape[0] // channels),
    )
    return (kernel, *conv_weights(shape, bias)[1:])


def _keras_depthwise(window: Window, multiplier: Arg, bias: bool) -> KerasLowering:
    size = (Arg("kernel_size", scalar(window.kernel), "k", positional=True),)
    rest = (
        multiplier,
        Arg("dilation_rate", scalar(window.dilation), "dilation", default=1),
        Arg("use_bias", bias, "bias", default=True),
    )
    # TensorFlow has no depthwise convolution of unequal strides.
    apart = len(set(window.stride)) > 1
    return _keras(window, "DepthwiseConv", size, rest, apart=apart)


def _keras(
    window: Window, kind: str, size: tuple[Arg, ...], rest: tuple[Arg, ...], *, apart: bool = False
) -> KerasLowering:
    """
    kind:  `Conv` or `DepthwiseConv`
    rest:  the arguments that stand after the stride
    apart: the stride is taken from the map that comes out, as it is where it dilates too
    """
    if apart or strides_and_dilates(window):
        return subsampled(window, kind, (*size, *rest))
    before, padding = conv_padding(window)
    strides = (
        Arg("strides", scalar(window.stride), "stride", default=1),
        Arg("padding", padding, default="valid"),
    )
    args = (*size, *strides, *rest)
    return (*before, Call(f"layers.{kind}{len(window.kernel)}D", args))


class _AsConv(Op):
    """What is a Conv with some attributes given: everything but its own attributes is Conv's."""

    @abstractmethod
    def conv(self, shape: Shape) -> Conv:
        """The convolution that this is on an input of this shape."""

    def resolve(self, inputs: Shapes) -> Self:
        geometry.require_map(self.keyword, inputs[0])
        conv = self.conv(inputs[0]).resolve(inputs)
        update = {n: getattr(conv, n) for n in ("k", "stride", "pad", "dilation")}
        own = attributes_of(type(self))
        return self.changed(**{n: v for n, v in update.items() if n in own})

    def infer(self, inputs: Shapes) -> Shape:
        return self.conv(inputs[0]).infer(inputs)

    def stride_of(self, inputs: Shapes, output: Shape) -> tuple[int, int]:
        return self.conv(inputs[0]).stride_of(inputs, output)

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        return self.conv(inputs[0]).weights(inputs)

    def macs(self, inputs: Shapes, output: Shape) -> int:
        return self.conv(inputs[0]).macs(inputs, output)

    def flops(self, inputs: Shapes, output: Shape) -> int:
        return self.conv(inputs[0]).flops(inputs, output)

    def receptive(self, inputs: Shapes, output: Shape) -> Reach | None:
        return self.conv(inputs[0]).receptive(inputs, output)

    def saved(self, inputs: Shapes, output: Shape) -> Saved:
        return self.conv(inputs[0]).saved(inputs, output)

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        return self.conv(inputs[0]).keras(inputs, output)


class Depthwise(_AsConv):
    """A convolution of each channel on its own, giving `multiplier` channels for each."""

    keyword = "depthwise"
    positional = ("k",)

    k: Kernel
    multiplier: Annotated[Count, Field("Output channels for each input channel.")] = 1
    stride: Stride = 1
    pad: Pad = "same"
    dilation: Dilation = 1
    bias: Bias = True
    init: WeightInit = None

    def conv(self, shape: Shape) -> Conv:
        return Conv(
            c=shape.channels * self.multiplier,
            k=self.k,
            stride=self.stride,
            pad=self.pad,
            dilation=self.dilation,
            groups=shape.channels,
            bias=self.bias,
        )

    def torch(self, inputs: Shapes, output: Shape) -> TorchLowering | None:
        out_of = "in.c" if self.multiplier == 1 else None
        return self.conv(inputs[0]).torch_from(inputs[0], (out_of, "k", "in.c"))

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        conv = self.conv(inputs[0])
        if not conv.is_depthwise(inputs[0]):
            return conv.keras(inputs, output)
        multiplier = Arg("depth_multiplier", self.multiplier, "multiplier", default=1)
        return _keras_depthwise(conv.window(inputs[0]), multiplier, self.bias)


class Pointwise(_AsConv):
    """A convolution with a kernel of 1: a linear layer over the channels at every position."""

    keyword = "pointwise"
    positional = ("c",)

    c: Out
    stride: Stride = 1
    pad: Pad = "same"
    dilation: Dilation = 1
    groups: Groups = 1
    bias: Bias = True
    init: WeightInit = None

    def conv(self, shape: Shape) -> Conv:
        return Conv(
            c=self.c,
            k=1,
            stride=self.stride,
            pad=self.pad,
            dilation=self.dilation,
            groups=self.groups,
            bias=self.bias,
        )

    def torch(self, inputs: Shapes, output: Shape) -> TorchLowering | None:
        return self.conv(inputs[0]).torch_from(inputs[0], ("c", None, "groups"))


OPS: tuple[type[Op], ...] = (Conv, Depthwise, Pointwise)
