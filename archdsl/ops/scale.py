"""Products and sums with constants, with a parameter, or with figures kept beside the weights."""

from __future__ import annotations

from typing import Annotated, Self

from archdsl.ir.attributes import Field
from archdsl.ir.op import (
    KEEPS_INPUT,
    KEEPS_NOTHING,
    Arg,
    Call,
    KerasLowering,
    Op,
    OpError,
    Real,
    Reals,
    Saved,
    Shapes,
    TorchLowering,
    Weight,
)
from archdsl.ir.shape import Shape
from archdsl.ops import codes
from archdsl.ops.geometry import count


class LayerScale(Op):
    """One learnt factor for each channel, which all start at `init` (ConvNeXt)."""

    keyword = "layer_scale"
    lone_parameter = True
    positional = ("init",)

    init: Annotated[Real, Field("What the factors start at.")]

    def infer(self, inputs: Shapes) -> Shape:
        return inputs[0]

    def _shape(self, inputs: Shapes) -> tuple[int, ...]:
        return (inputs[0].channels, *(1,) * inputs[0].rank)

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        shape = self._shape(inputs)
        return (Weight("", shape, keras="gamma", keras_shape=shape[:1]),)

    def flops(self, inputs: Shapes, output: Shape) -> int:
        return output.elements

    def saved(self, inputs: Shapes, output: Shape) -> Saved:
        return KEEPS_INPUT

    def torch(self, inputs: Shapes, output: Shape) -> TorchLowering | None:
        return TorchLowering(parameter=(self.init, self._shape(inputs)))

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        args = (Arg("init", self.init, "init", positional=True),)
        return (Call("LayerScale", args, "layer_scale"),)


class Rescale(Op):
    """x * scale + offset, with constants: what brings pixels into a network's range. Each is a
    number, or a list of one for each channel."""

    keyword = "rescale"
    positional = ("scale", "offset")

    scale: Annotated[Reals, Field("Factor.")]
    offset: Annotated[Reals, Field("Added after the product.")] = 0.0

    def resolve(self, inputs: Shapes) -> Self:
        channels = inputs[0].channels
        for name in ("scale", "offset"):
            value = self.value(name)
            if isinstance(value, tuple) and len(value) != channels:
                raise OpError(
                    codes.WRONG_LENGTH,
                    f"{name} has {count(len(value), 'number')}, and the input {inputs[0]} has "
                    f"{count(channels, 'channel')}",
                    attribute=name,
                    help="one number does for all channels",
                )
        return self

    def infer(self, inputs: Shapes) -> Shape:
        return inputs[0]

    def flops(self, inputs: Shapes, output: Shape) -> int:
        return 2 * output.elements

    def saved(self, inputs: Shapes, output: Shape) -> Saved:
        if isinstance(self.scale, tuple):  # as a tensor, as a lone number beside offsets is
            return Saved(once=len(self.scale))
        return Saved(once=1) if isinstance(self.offset, tuple) else KEEPS_NOTHING

    def torch(self, inputs: Shapes, output: Shape) -> TorchLowering | None:
        if isinstance(self.scale, tuple) or isinstance(self.offset, tuple):
            return TorchLowering(Call("RescaleChannels", self._args(), "rescale_channels"))
        return TorchLowering(Call("Rescale", self._args(), "rescale"))

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        if isinstance(self.scale, tuple) or isinstance(self.offset, tuple):
            # layers.Rescaling takes such lists by the user's settings, not by the map's layout
            return (Call("RescaleChannels", self._args(), "rescale_channels"),)
        return (Call("layers.Rescaling", self._args()),)

    def _args(self) -> tuple[Arg, ...]:
        return (
            Arg("scale", self.scale, "scale", positional=True),
            Arg("offset", self.offset, "offset", default=0.0, positional=True),
        )


class Standardize(Op):
    """(x - mean) / sqrt(variance), each channel by figures of the data that are kept beside the
    weights and not learnt: loaded with them, or set by hand. They start at 0 and 1."""

    keyword = "standardize"

    def infer(self, inputs: Shapes) -> Shape:
        return inputs[0]

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        shape = (inputs[0].channels,)
        return (
            Weight("mean", shape, trainable=False, keras="mean"),
            Weight("variance", shape, trainable=False, keras="variance"),
        )

    def flops(self, inputs: Shapes, output: Shape) -> int:
        return 2 * output.elements

    def saved(self, inputs: Shapes, output: Shape) -> Saved:
        return Saved(once=inputs[0].channels)  # the deviations

    def torch(self, inputs: Shapes, output: Shape) -> TorchLowering | None:
        channels = Arg("channels", inputs[0].channels, "in.c", positional=True)
        return TorchLowering(Call("Standardize", (channels,), "standardize"))

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        return (Call("layers.Normalization"),)


OPS: tuple[type[Op], ...] = (LayerScale, Rescale, Standardize)
