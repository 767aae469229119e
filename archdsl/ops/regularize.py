"""What acts only while training."""

from __future__ import annotations

from typing import Annotated, Self

from archdsl.ir.attributes import Field
from archdsl.ir.op import (
    KEEPS_NOTHING,
    Arg,
    Call,
    KerasLowering,
    Op,
    Real,
    Saved,
    Shapes,
    TorchLowering,
)
from archdsl.ir.shape import Shape
from archdsl.ops.fields import check_probability


class Dropout(Op):
    """Zeroes elements at random while training, and scales up the rest."""

    keyword = "dropout"
    positional = ("p",)

    p: Annotated[Real, Field("Probability to drop an element.")] = 0.5

    def resolve(self, inputs: Shapes) -> Self:
        check_probability(self.p)
        return self

    def infer(self, inputs: Shapes) -> Shape:
        return inputs[0]

    def saved(self, inputs: Shapes, output: Shape) -> Saved:
        return Saved(elements=output.elements) if self.p else KEEPS_NOTHING  # the mask

    def is_view(self, training: bool) -> bool:
        return not training or not self.p

    def torch(self, inputs: Shapes, output: Shape) -> TorchLowering | None:
        return TorchLowering(
            Call("nn.Dropout", (Arg("p", self.p, "p", default=0.5, positional=True),))
        )

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        return (Call("layers.Dropout", (Arg("rate", self.p, "p", positional=True),)),)


class DropPath(Op):
    """Stochastic depth: drops whole samples of a residual body while training."""

    keyword = "drop_path"
    positional = ("p",)

    p: Annotated[Real, Field("Probability to drop a sample.")]

    def resolve(self, inputs: Shapes) -> Self:
        check_probability(self.p)
        return self

    def infer(self, inputs: Shapes) -> Shape:
        return inputs[0]

    def saved(self, inputs: Shapes, output: Shape) -> Saved:
        return Saved(elements=1) if self.p else KEEPS_NOTHING

    def is_view(self, training: bool) -> bool:
        return not training or not self.p

    def torch(self, inputs: Shapes, output: Shape) -> TorchLowering | None:
        args = (Arg("p", self.p, "p", positional=True),)
        return TorchLowering(Call("DropPath", args, "drop_path"))

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        args = (
            Arg("rate", self.p, "p", positional=True),
            Arg("noise_shape", (None, *(1,) * (inputs[0].rank + 1))),
        )
        return (Call("layers.Dropout", args),)


OPS: tuple[type[Op], ...] = (Dropout, DropPath)
