"""What moves, cuts or repeats elements without computing on them."""

from __future__ import annotations

from typing import Annotated, Self

from archdsl.ir.attributes import Field
from archdsl.ir.op import (
    Arg,
    Call,
    Count,
    Edges,
    KerasLowering,
    Op,
    OpError,
    Reach,
    ShapeAttr,
    Shapes,
    Sizes,
    TorchLowering,
    Whole,
)
from archdsl.ir.shape import Shape
from archdsl.ops import codes, geometry
from archdsl.ops.fields import check_divides
from archdsl.ops.geometry import per_axis, scalar
from archdsl.ops.keras_padding import pads_value, zero_padding


class Flatten(Op):
    """A map as a vector, channel after channel: PyTorch's order."""

    keyword = "flatten"

    def infer(self, inputs: Shapes) -> Shape:
        return Shape((), inputs[0].elements)

    def receptive(self, inputs: Shapes, output: Shape) -> Reach | None:
        return Reach(inputs[0].spatial, (0,) * inputs[0].rank)

    def is_view(self, training: bool) -> bool:
        return True

    def torch(self, inputs: Shapes, output: Shape) -> TorchLowering | None:
        start = Arg("start_dim", 1, positional=True)
        return TorchLowering(Call("nn.Flatten"), Call("torch.flatten", (start,), inline=True))

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        return (Call("layers.Flatten"),)  # whoever converts weights permutes what reads it


class Reshape(Op):
    """The same elements in another shape, in channels-first order (PyTorch's)."""

    keyword = "reshape"
    positional = ("shape",)

    shape: Annotated[ShapeAttr, Field("The new shape: height x width x channels.")]

    def infer(self, inputs: Shapes) -> Shape:
        if self.shape.elements != inputs[0].elements:
            raise OpError(
                codes.OTHER_ELEMENTS,
                f"{inputs[0]} has {inputs[0].elements} elements, and {self.shape} has "
                f"{self.shape.elements}",
                attribute="shape",
            )
        return self.shape

    def receptive(self, inputs: Shapes, output: Shape) -> Reach | None:
        return Reach(inputs[0].spatial, (0,) * inputs[0].rank)

    def is_view(self, training: bool) -> bool:
        return True

    def torch(self, inputs: Shapes, output: Shape) -> TorchLowering | None:
        first = output.channels_first
        if not output.rank:
            start = Arg("start_dim", 1, positional=True)
            return TorchLowering(Call("nn.Flatten"), Call("torch.flatten", (start,), inline=True))
        inline = Call("torch.reshape", (Arg("shape", (-1, *first), positional=True),), inline=True)
        if not inputs[0].rank:
            args = (Arg("dim", 1, positional=True), Arg("unflattened_size", first, positional=True))
            return TorchLowering(Call("nn.Unflatten", args), inline)
        shape = Arg("shape", first, positional=True)
        return TorchLowering(Call("Reshape", (shape,), "reshape"), inline)

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        rank, new = inputs[0].rank, output.rank
        if not new:
            return (Call("layers.Flatten"),)  # as `flatten`
        # Keras has the channels last: they go first for the reshape, and back after it.
        first = (rank + 1, *range(1, rank + 1))
        last = (*range(2, new + 2), 1)
        target = Arg("target_shape", output.channels_first, positional=True)
        return (
            *((Call("layers.Permute", (Arg("dims", first, positional=True),)),) if rank else ()),
            Call("layers.Reshape", (target,)),
            Call("layers.Permute", (Arg("dims", last, positional=True),)),
        )


class Slice(Op):
    """Some of the channels: from `from` to before `to`."""

    keyword = "slice"
    positional = ("from", "to")

    from_: Annotated[Whole, Field("First channel, from 0.")]
    to: Annotated[Whole, Field("The channel after the last.")]

    def infer(self, inputs: Shapes) -> Shape:
        channels = inputs[0].channels
        if not 0 <= self.from_ < self.to:
            raise OpError(
                codes.OUT_OF_RANGE,
                f"a slice from {self.from_} to {self.to} has no channels",
                attribute="to",
            )
        if self.to > channels:
            raise OpError(
                codes.OUT_OF_RANGE,
                f"to={self.to} is beyond the {channels} input channels",
                attribute="to",
            )
        return Shape(inputs[0].spatial, self.to - self.from_)

    def is_view(self, training: bool) -> bool:
        return True

    def torch(self, inputs: Shapes, output: Shape) -> TorchLowering | None:
        start = Arg("start", self.from_, "from", positional=True)
        dim = Arg("dim", 1, positional=True)
        length = Arg("length", output.channels, positional=True)
        stop = Arg("stop", self.to, "to", positional=True)
        return TorchLowering(
            Call("SliceChannels", (start, stop), "slice_channels"),
            Call("torch.narrow", (dim, start, length), inline=True),
        )

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        args = (
            Arg("start", self.from_, "from", positional=True),
            Arg("stop", self.to, "to", positional=True),
        )
        return (Call("SliceChannels", args, "slice_channels"),)


class Crop(Op):
    """The centre of a map; where the rest is odd, one more goes from the right and bottom."""

    keyword = "crop"
    positional = ("size",)

    size: Annotated[Sizes, Field("What is left.")]

    def resolve(self, inputs: Shapes) -> Self:
        geometry.require_map(self.keyword, inputs[0])
        return self.changed(size=per_axis(self.size, inputs[0], "size"))

    def infer(self, inputs: Shapes) -> Shape:
        size = per_axis(self.size, inputs[0], "size")
        if any(n > m for n, m in zip(size, inputs[0].spatial, strict=True)):
            wanted, there = geometry.size_text(size), geometry.size_text(inputs[0].spatial)
            raise OpError(
                codes.CROP_TOO_LARGE,
                f"a crop of {wanted} is larger than its input of {there}",
                attribute="size",
            )
        return Shape(size, inputs[0].channels)

    def is_view(self, training: bool) -> bool:
        return True

    def torch(self, inputs: Shapes, output: Shape) -> TorchLowering | None:
        size = Arg("size", output.spatial, positional=True)
        return TorchLowering(Call("CenterCrop", (size,), "center_crop"))

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        rest = tuple(n - m for n, m in zip(inputs[0].spatial, output.spatial, strict=True))
        cut = pads_value(tuple((n // 2, n - n // 2) for n in rest))
        return (Call(f"layers.Cropping{output.rank}D", (Arg("cropping", cut, positional=True),)),)


class ChannelShuffle(Op):
    """Mixes groups of channels: the first of each group, then the second of each (ShuffleNet)."""

    keyword = "channel_shuffle"
    family = "move"
    positional = ("groups",)

    groups: Annotated[Count, Field("Groups that the channels are in.")]

    def resolve(self, inputs: Shapes) -> Self:
        geometry.require_map(self.keyword, inputs[0])
        check_divides(self.groups, "groups", inputs[0].channels, "input")
        return self

    def infer(self, inputs: Shapes) -> Shape:
        return inputs[0]

    def torch(self, inputs: Shapes, output: Shape) -> TorchLowering | None:
        groups = Arg("groups", self.groups, "groups", positional=True)
        return TorchLowering(Call("nn.ChannelShuffle", (groups,)))

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        groups = Arg("groups", self.groups, "groups", positional=True)
        return (Call("ChannelShuffle", (groups,), "channel_shuffle"),)


class ZeroPad(Op):
    """Zeros around a map: as many on each side, for each axis, or for each side."""

    keyword = "zero_pad"
    family = "move"
    positional = ("amounts",)

    amounts: Annotated[Edges, Field("A number, HxW, or (top, bottom, left, right).")]

    def resolve(self, inputs: Shapes) -> Self:
        geometry.require_map(self.keyword, inputs[0])
        pads = geometry.edges(self.amounts, inputs[0], "amounts")
        return self.changed(amounts=pads)

    def infer(self, inputs: Shapes) -> Shape:
        pads = geometry.edges(self.amounts, inputs[0], "amounts")
        sizes = tuple(n + a + b for n, (a, b) in zip(inputs[0].spatial, pads, strict=True))
        return Shape(sizes, inputs[0].channels)

    def torch(self, inputs: Shapes, output: Shape) -> TorchLowering | None:
        pads = geometry.torch_order(geometry.edges(self.amounts, inputs[0], "amounts"))
        padding = Arg("padding", scalar(pads), "amounts", positional=True)
        return TorchLowering(Call(f"nn.ZeroPad{output.rank}d", (padding,)))

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        return (zero_padding(geometry.edges(self.amounts, inputs[0], "amounts")),)


class PadChannels(Op):
    """Channels of zeros after the others: the shortcut without weights (He et al., 2015, 3.3)."""

    keyword = "pad_channels"
    family = "move"
    positional = ("amount",)

    amount: Annotated[Whole, Field("How many channels are added.")]

    def infer(self, inputs: Shapes) -> Shape:
        return Shape(inputs[0].spatial, inputs[0].channels + self.amount)

    def torch(self, inputs: Shapes, output: Shape) -> TorchLowering | None:
        amount = Arg("amount", self.amount, "amount", positional=True)
        return TorchLowering(Call("PadChannels", (amount,), "pad_channels"))

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        amount = Arg("amount", self.amount, "amount", positional=True)
        return (Call("PadChannels", (amount,), "pad_channels"),)


OPS: tuple[type[Op], ...] = (Flatten, Reshape, Slice, Crop, ChannelShuffle, ZeroPad, PadChannels)
