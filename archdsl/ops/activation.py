"""Element-wise activations, and softmax over the channels."""

from __future__ import annotations

from typing import Annotated, ClassVar

from archdsl.ir.attributes import Field
from archdsl.ir.op import (
    KEEPS_INPUT,
    KEEPS_OUTPUT,
    Arg,
    Call,
    Flag,
    KerasLowering,
    Op,
    Real,
    Saved,
    Shapes,
    TorchLowering,
    Weight,
)
from archdsl.ir.shape import Shape
from archdsl.ops.fields import WeightInit


class _Activation(Op):
    """A function that leaves the shape as it is."""

    cost: ClassVar[int]  # operations for an element, an exponential counted as one
    torch_name: ClassVar[str]
    keras_word: ClassVar[str] = ""
    keeps: ClassVar[Saved] = KEEPS_INPUT

    def infer(self, inputs: Shapes) -> Shape:
        return inputs[0]

    def flops(self, inputs: Shapes, output: Shape) -> int:
        return self.cost * output.elements

    def saved(self, inputs: Shapes, output: Shape) -> Saved:
        return self.keeps

    def torch(self, inputs: Shapes, output: Shape) -> TorchLowering | None:
        return TorchLowering(Call(self.torch_name, self._torch_args(inputs[0])))

    def _torch_args(self, shape: Shape) -> tuple[Arg, ...]:
        return ()

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        return (Call("layers.Activation", (Arg("activation", self.keras_word, positional=True),)),)


class ReLU(_Activation):
    """max(x, 0)."""

    keyword = "relu"
    cost = 1
    keeps = KEEPS_OUTPUT
    torch_name = "nn.ReLU"

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        return (Call("layers.ReLU"),)


class ReLU6(_Activation):
    """min(max(x, 0), 6)."""

    keyword = "relu6"
    cost = 2
    torch_name = "nn.ReLU6"

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        return (Call("layers.ReLU", (Arg("max_value", 6.0, positional=True),)),)


class LeakyReLU(_Activation):
    """x where it is positive, `slope` times x elsewhere."""

    keyword = "leaky_relu"
    positional = ("slope",)
    cost = 2
    torch_name = "nn.LeakyReLU"

    slope: Annotated[Real, Field("Factor of negative values.")] = 0.01

    def _torch_args(self, shape: Shape) -> tuple[Arg, ...]:
        return (Arg("negative_slope", self.slope, "slope", default=0.01, positional=True),)

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        return (Call("layers.LeakyReLU", (Arg("negative_slope", self.slope, "slope"),)),)


class PReLU(_Activation):
    """leaky_relu whose slope is learnt, from 0.25: one for all, or one for each channel."""

    keyword = "prelu"
    cost = 2
    torch_name = "nn.PReLU"

    shared: Annotated[Flag, Field("One slope for all channels.")] = True
    init: WeightInit = None

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        number = 1 if self.shared else inputs[0].channels
        there = (*(1,) * inputs[0].rank, number)
        return (Weight("weight", (number,), keras="alpha", keras_shape=there),)

    def _torch_args(self, shape: Shape) -> tuple[Arg, ...]:
        number = 1 if self.shared else shape.channels
        of = None if self.shared else "in.c"
        return (Arg("num_parameters", number, of, default=1, positional=True),)

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        rank = inputs[0].rank
        axes = list(range(1, rank + 2 if self.shared else rank + 1))
        start = Call("initializers.Constant", (Arg("value", 0.25, positional=True),))
        args = (Arg("alpha_initializer", start), Arg("shared_axes", axes or None, default=None))
        return (Call("layers.PReLU", args),)


class ELU(_Activation):
    """x where it is positive, `alpha` * (exp(x) - 1) elsewhere."""

    keyword = "elu"
    family = "function"
    cost = 3
    torch_name = "nn.ELU"

    alpha: Annotated[Real, Field("Factor of negative values.")] = 1.0

    def _torch_args(self, shape: Shape) -> tuple[Arg, ...]:
        return (Arg("alpha", self.alpha, "alpha", default=1.0, positional=True),)

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        return (Call("layers.ELU", (Arg("alpha", self.alpha, "alpha", default=1.0),)),)


class Sigmoid(_Activation):
    """1 / (1 + exp(-x))."""

    keyword = "sigmoid"
    family = "function"
    cost = 4
    keeps = KEEPS_OUTPUT
    torch_name = "nn.Sigmoid"
    keras_word = "sigmoid"


class Tanh(_Activation):
    """The hyperbolic tangent."""

    keyword = "tanh"
    family = "function"
    cost = 4
    keeps = KEEPS_OUTPUT
    torch_name = "nn.Tanh"
    keras_word = "tanh"


class SiLU(_Activation):
    """x * sigmoid(x), also called swish."""

    keyword = "silu"
    family = "function"
    cost = 5
    torch_name = "nn.SiLU"
    keras_word = "silu"


class GELU(_Activation):
    """x times the normal distribution's share below x; exact, or by the tanh approximation."""

    keyword = "gelu"
    family = "function"
    cost = 5
    torch_name = "nn.GELU"

    approximate: Annotated[Flag, Field("Use the tanh approximation.")] = False

    def _torch_args(self, shape: Shape) -> tuple[Arg, ...]:
        return (Arg("approximate", "tanh" if self.approximate else "none", default="none"),)

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        if self.approximate:
            return (Call("TanhGELU", helper="tanh_gelu"),)
        return (Call("layers.Activation", (Arg("activation", "gelu", positional=True),)),)


class HardSwish(_Activation):
    """x * min(max(x + 3, 0), 6) / 6, MobileNetV3's silu."""

    keyword = "hardswish"
    cost = 5
    torch_name = "nn.Hardswish"
    keras_word = "hard_silu"


class HardSigmoid(_Activation):
    """min(max(x + 3, 0), 6) / 6, MobileNetV3's sigmoid."""

    keyword = "hardsigmoid"
    cost = 4
    torch_name = "nn.Hardsigmoid"
    keras_word = "hard_sigmoid"


class Softmax(_Activation):
    """Probabilities over the channels; a classifier's loss wants its input instead."""

    keyword = "softmax"
    family = "function"
    cost = 5
    keeps = KEEPS_OUTPUT
    torch_name = "nn.Softmax"

    def _torch_args(self, shape: Shape) -> tuple[Arg, ...]:
        return (Arg("dim", 1),)

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        return (Call("layers.Softmax"),)


OPS: tuple[type[Op], ...] = (
    ReLU,
    ReLU6,
    LeakyReLU,
    PReLU,
    ELU,
    Sigmoid,
    Tanh,
    SiLU,
    GELU,
    HardSwish,
    HardSigmoid,
    Softmax,
)
