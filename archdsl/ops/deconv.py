"""The transposed convolution."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Self

from archdsl.ir.attributes import Field
from archdsl.ir.op import (
    KEEPS_INPUT,
    Arg,
    Call,
    KerasLowering,
    Kind,
    Op,
    OpError,
    Pads,
    PerAxis,
    Reach,
    Saved,
    Shapes,
    TorchLowering,
    Weight,
)
from archdsl.ir.shape import Shape
from archdsl.ops import codes, geometry
from archdsl.ops.conv import Bias, Dilation, Groups, Kernel, Out, Pad, Stride, conv_weights
from archdsl.ops.fields import WeightInit, check_divides
from archdsl.ops.geometry import per_axis, scalar

OutputPad = Annotated[
    PerAxis,
    Kind("edges"),
    Field("Added to the output's size, on the right and bottom."),
]


class Deconv(Op):
    """A transposed convolution: with `pad=same` the output is the input's size times the stride."""

    keyword = "deconv"
    positional = ("c", "k")

    c: Out
    k: Kernel
    stride: Stride = 1
    pad: Pad = "same"
    output_pad: OutputPad = 0
    dilation: Dilation = 1
    groups: Groups = 1
    bias: Bias = True
    init: WeightInit = None

    def _axes(self, shape: Shape) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
        """Kernel, stride and dilation for each axis."""
        kernel = per_axis(self.k, shape, "k")
        stride = per_axis(self.stride, shape, "stride")
        return kernel, stride, per_axis(self.dilation, shape, "dilation")

    def _edges(self, shape: Shape) -> tuple[Pads, tuple[int, ...]]:
        """What is cut from the full output on each side, and added at its end."""
        kernel, stride, dilation = self._axes(shape)
        reach = geometry.spans(kernel, dilation)
        extra = per_axis(self.output_pad, shape, "output_pad")
        if not isinstance(self.pad, str):
            for n, s, d in zip(extra, stride, dilation, strict=True):
                if n and n >= max(s, d):
                    what = f"stride {s}" if s >= d else f"dilation {d}"
                    raise OpError(
                        codes.OUTPUT_PAD,
                        f"output_pad={n} must be less than the {what}",
                        attribute="output_pad",
                    )
            return geometry.edges(self.pad, shape, "pad"), extra
        if any(extra):
            raise OpError(
                codes.OUTPUT_PAD,
                f"output_pad doesn't go with pad={self.pad}, which sets it",
                attribute="output_pad",
                help="give the padding as a number",
            )
        make = geometry.deconv_same if self.pad == "same" else geometry.deconv_same_tf
        return make(reach, stride)

    def resolve(self, inputs: Shapes) -> Self:
        shape = inputs[0]
        geometry.require_map(self.keyword, shape)
        check_divides(self.groups, "groups", shape.channels, "input")
        check_divides(self.groups, "groups", self.c, "output")
        kernel, stride, dilation = self._axes(shape)
        pads, extra = self._edges(shape)
        return self.changed(
            k=kernel,
            stride=stride,
            pad=pads,
            output_pad=extra,
            dilation=dilation,
        )

    def infer(self, inputs: Shapes) -> Shape:
        shape = inputs[0]
        kernel, stride, dilation = self._axes(shape)
        pads, extra = self._edges(shape)
        reach = geometry.spans(kernel, dilation)
        each = zip(shape.spatial, reach, stride, pads, extra, strict=True)
        sizes = tuple((n - 1) * s + k - a - b + e for n, k, s, (a, b), e in each)
        if min(sizes) < 1:
            raise OpError(
                codes.COLLAPSES,
                f"the padding leaves nothing: the output would be {geometry.size_text(sizes)}",
                attribute="pad",
                help="give less padding",
            )
        return Shape(sizes, self.c)

    def stride_of(self, inputs: Shapes, output: Shape) -> tuple[int, int]:
        return 1, geometry.up_or_down(per_axis(self.stride, inputs[0], "stride"))

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        kernel = per_axis(self.k, inputs[0], "k")
        shape = (inputs[0].channels, self.c // self.groups, *kernel)
        return conv_weights(shape, self.c if self.bias else 0)

    def macs(self, inputs: Shapes, output: Shape) -> int:
        kernel = geometry.volume(per_axis(self.k, inputs[0], "k"))
        return inputs[0].elements * kernel * (self.c // self.groups)

    def flops(self, inputs: Shapes, output: Shape) -> int:
        return 2 * self.macs(inputs, output) + (output.elements if self.bias else 0)

    def receptive(self, inputs: Shapes, output: Shape) -> Reach | None:
        kernel, stride, dilation = self._axes(inputs[0])
        # Only every stride-th element of the spread-out input is one.
        reach = geometry.spans(kernel, dilation)
        seen = tuple(-(-k // s) for k, s in zip(reach, stride, strict=True))
        return Reach(seen, tuple(Fraction(1, s) for s in stride))

    def saved(self, inputs: Shapes, output: Shape) -> Saved:
        return KEEPS_INPUT

    def torch(self, inputs: Shapes, output: Shape) -> TorchLowering | None:
        shape = inputs[0]
        kernel, stride, dilation = self._axes(shape)
        pads, extra = self._edges(shape)
        # PyTorch cuts `padding` from both ends and gives `output_padding` back at the end.
        back = tuple(a - b + e for (a, b), e in zip(pads, extra, strict=True))
        limits = zip(back, stride, dilation, strict=True)
        if all(n == 0 or 0 < n < max(s, d) for n, s, d in limits):
            target, helper = f"nn.ConvTranspose{shape.rank}d", None
            cut = (
                Arg("padding", scalar(tuple(a for a, _ in pads)), "pad", default=0),
                Arg("output_padding", scalar(back), "output_pad", default=0),
            )
        else:
            target, helper = (
                f"CroppedConvTranspose{shape.rank}d",
                f"cropped_conv_transpose_{shape.rank}d",
            )
            cut = (
                Arg("crop", geometry.torch_order(pads)),
                Arg("output_padding", scalar(extra), "output_pad", default=0),
            )
        args = (
            Arg("in_channels", shape.channels, "in.c", positional=True),
            Arg("out_channels", self.c, "c", positional=True),
            Arg("kernel_size", scalar(kernel), "k", positional=True),
            Arg("stride", scalar(stride), "stride", default=1, positional=True),
            *cut,
            Arg("groups", self.groups, "groups", default=1),
            Arg("bias", self.bias, "bias", default=True),
            Arg("dilation", scalar(dilation), "dilation", default=1),
        )
        return TorchLowering(Call(target, args, helper))

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        shape = inputs[0]
        kernel, stride, dilation = self._axes(shape)
        pads, extra = self._edges(shape)
        if self.groups > 1 or any(d > 1 for d in dilation):
            return None  # Keras has no groups here, TensorFlow no dilation on a CPU
        target, helper = f"layers.Conv{shape.rank}DTranspose", None
        cut: tuple[Arg, ...] = ()
        if (pads, extra) == geometry.deconv_same_tf(geometry.spans(kernel, dilation), stride):
            padding = "same"
        else:
            target, helper = (
                f"CroppedConv{shape.rank}DTranspose",
                f"cropped_conv_{shape.rank}d_transpose",
            )
            padding = "valid"
            cut = (Arg("crop", pads), Arg("output_padding", scalar(extra)))
        args = (
            Arg("filters", self.c, "c", positional=True),
            Arg("kernel_size", scalar(kernel), "k", positional=True),
            Arg("strides", scalar(stride), "stride", default=1),
            Arg("padding", padding, default="valid"),
            *cut,
            Arg("use_bias", self.bias, "bias", default=True),
        )
        return (Call(target, args, helper),)


OPS: tuple[type[Op], ...] = (Deconv,)
