"""Products with a constant or with a parameter."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from archdsl.ir.op import Arg, Call, KerasLowering, Op, Real, Shapes, TorchLowering, Weight
from archdsl.ir.shape import Shape


class LayerScale(Op):
    """One learnt factor for each channel, which all start at `init` (ConvNeXt)."""

    keyword = "layer_scale"
    lone_parameter = True
    positional = ("init",)

    init: Annotated[Real, Field(description="What the factors start at.")]

    def infer(self, inputs: Shapes) -> Shape:
        return inputs[0]

    def _shape(self, inputs: Shapes) -> tuple[int, ...]:
        return (inputs[0].channels, *(1,) * inputs[0].rank)

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        return (Weight("", self._shape(inputs), keras="gamma"),)

    def flops(self, inputs: Shapes, output: Shape) -> int:
        return output.elements

    def torch(self, inputs: Shapes, output: Shape) -> TorchLowering | None:
        return TorchLowering(parameter=(self.init, self._shape(inputs)))

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        args = (Arg("init", self.init, "init", positional=True),)
        return (Call("LayerScale", args, "layer_scale"),)


class Rescale(Op):
    """x * scale + offset, with constants: what brings pixels into a network's range."""

    keyword = "rescale"
    positional = ("scale", "offset")

    scale: Annotated[Real, Field(description="Factor.")]
    offset: Annotated[Real, Field(description="Added after the product.")] = 0.0

    def infer(self, inputs: Shapes) -> Shape:
        return inputs[0]

    def flops(self, inputs: Shapes, output: Shape) -> int:
        return 2 * output.elements

    def torch(self, inputs: Shapes, output: Shape) -> TorchLowering | None:
        return TorchLowering(Call("Rescale", self._args(), "rescale"))

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        return (Call("layers.Rescaling", self._args()),)

    def _args(self) -> tuple[Arg, ...]:
        return (
            Arg("scale", self.scale, "scale", positional=True),
            Arg("offset", self.offset, "offset", default=0.0, positional=True),
        )


OPS: tuple[type[Op], ...] = (LayerScale, Rescale)
