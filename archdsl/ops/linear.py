"""The fully connected layer."""

from __future__ import annotations

from typing import Annotated, Self

from archdsl.ir.attributes import Field
from archdsl.ir.op import (
    KEEPS_INPUT,
    Arg,
    Call,
    Flag,
    KerasLowering,
    Op,
    OpError,
    Saved,
    Shapes,
    TorchLowering,
    Weight,
)
from archdsl.ir.shape import Shape
from archdsl.ops import codes
from archdsl.ops.conv import Bias, Out
from archdsl.ops.fields import WeightInit


class Linear(Op):
    """A fully connected layer on a vector; with `per_position=true` on the channels at every
    position of a map."""

    keyword = "linear"
    positional = ("c",)

    c: Out
    bias: Bias = True
    per_position: Annotated[Flag, Field("Act on the channels at every position of a map.")] = False
    init: WeightInit = None

    def resolve(self, inputs: Shapes) -> Self:
        shape = inputs[0]
        if shape.rank and not self.per_position:
            raise OpError(
                codes.WANTS_VECTOR,
                f"linear wants a vector, and its input is a map of {shape}",
                help="put `flatten` before it, or give per_position=true",
            )
        return self

    def infer(self, inputs: Shapes) -> Shape:
        return Shape(inputs[0].spatial, self.c)

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        kernel = Weight("weight", (self.c, inputs[0].channels), keras="kernel", axes=(1, 0))
        return (kernel, Weight("bias", (self.c,), keras="bias")) if self.bias else (kernel,)

    def macs(self, inputs: Shapes, output: Shape) -> int:
        return output.elements * inputs[0].channels

    def flops(self, inputs: Shapes, output: Shape) -> int:
        return 2 * self.macs(inputs, output) + (output.elements if self.bias else 0)

    def saved(self, inputs: Shapes, output: Shape) -> Saved:
        if inputs[0].rank:  # the channels are moved last, which copies
            return Saved(elements=inputs[0].elements)
        return KEEPS_INPUT

    def torch(self, inputs: Shapes, output: Shape) -> TorchLowering | None:
        args = (
            Arg("in_features", inputs[0].channels, "in.c", positional=True),
            Arg("out_features", self.c, "c", positional=True),
            Arg("bias", self.bias, "bias", default=True),
        )
        if inputs[0].rank:
            return TorchLowering(Call("LinearPerPosition", args, "linear_per_position"))
        return TorchLowering(Call("nn.Linear", args))

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        args = (
            Arg("units", self.c, "c", positional=True),
            Arg("use_bias", self.bias, "bias", default=True),
        )
        return (Call("layers.Dense", args),)


OPS: tuple[type[Op], ...] = (Linear,)
