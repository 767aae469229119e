"""Normalisation."""

from __future__ import annotations

from typing import Annotated, Self

from archdsl.ir.attributes import Field
from archdsl.ir.op import (
    Arg,
    Call,
    Count,
    Flag,
    KerasLowering,
    Op,
    OpError,
    Real,
    Saved,
    Shapes,
    TorchLowering,
    Weight,
)
from archdsl.ir.shape import Shape
from archdsl.ops import codes, geometry
from archdsl.ops.fields import Eps, WeightInit, check_divides, check_positive


def _affine(channels: int) -> tuple[Weight, Weight]:
    return (
        Weight("weight", (channels,), keras="gamma"),
        Weight("bias", (channels,), keras="beta"),
    )


class BatchNorm(Op):
    """Batch normalisation over the channels: by the batch while training, by running figures after.

    PyTorch keeps the unbiased variance, Keras the biased one: they differ by n / (n - 1).
    """

    keyword = "bn"
    family = "norm"

    eps: Eps = 1e-5
    momentum: Annotated[
        Real, Field("PyTorch's: the share of the new batch in the running figures.")
    ] = 0.1
    scale: Annotated[Flag, Field("Learn a factor for each channel.")] = True
    shift: Annotated[Flag, Field("Learn an offset for each channel.")] = True
    init: WeightInit = None

    def resolve(self, inputs: Shapes) -> Self:
        check_positive(self.eps, "eps")
        if not 0 <= self.momentum <= 1:
            raise OpError(
                codes.BAD_VALUE,
                f"momentum={self.momentum:g} is not between 0 and 1",
                attribute="momentum",
            )
        return self

    def infer(self, inputs: Shapes) -> Shape:
        return inputs[0]

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        shape = (inputs[0].channels,)
        gamma, beta = _affine(inputs[0].channels)
        return (
            *((gamma,) if self.scale else ()),
            *((beta,) if self.shift else ()),
            Weight("running_mean", shape, trainable=False, keras="moving_mean"),
            Weight("running_var", shape, trainable=False, keras="moving_variance"),
            Weight("num_batches_tracked", (), trainable=False, dtype="int64"),
        )

    def flops(self, inputs: Shapes, output: Shape) -> int:
        return 2 * output.elements

    def saved(self, inputs: Shapes, output: Shape) -> Saved:
        return Saved(inputs=(0,), once=2 * inputs[0].channels)  # the batch's mean and deviation

    def torch(self, inputs: Shapes, output: Shape) -> TorchLowering | None:
        rank = max(inputs[0].rank, 1)
        target, helper = f"nn.BatchNorm{rank}d", None
        extra: tuple[Arg, ...] = ()
        if not self.scale and not self.shift:
            extra = (Arg("affine", False),)
        elif not self.scale or not self.shift:
            target, helper = f"PartialBatchNorm{rank}d", f"partial_batch_norm_{rank}d"
            extra = (
                Arg("scale", self.scale, "scale", default=True),
                Arg("shift", self.shift, "shift", default=True),
            )
        args = (
            Arg("num_features", inputs[0].channels, "in.c", positional=True),
            Arg("eps", self.eps, "eps", default=1e-5),
            Arg("momentum", self.momentum, "momentum", default=0.1),
            *extra,
        )
        return TorchLowering(Call(target, args, helper))

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        args = (
            Arg("momentum", round(1 - self.momentum, 12), default=0.99),
            Arg("epsilon", self.eps, "eps"),
            Arg("center", self.shift, "shift", default=True),
            Arg("scale", self.scale, "scale", default=True),
        )
        return (Call("layers.BatchNormalization", args),)


class GroupNorm(Op):
    """Group normalisation: each of `n` groups of channels by its own mean and variance."""

    keyword = "groupnorm"
    family = "norm"
    positional = ("n",)

    n: Annotated[Count, Field("Number of groups.")]
    eps: Eps = 1e-5
    init: WeightInit = None

    def resolve(self, inputs: Shapes) -> Self:
        check_positive(self.eps, "eps")
        check_divides(self.n, "n", inputs[0].channels, "input")
        return self

    def infer(self, inputs: Shapes) -> Shape:
        return inputs[0]

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        return _affine(inputs[0].channels)

    def flops(self, inputs: Shapes, output: Shape) -> int:
        return 8 * output.elements

    def saved(self, inputs: Shapes, output: Shape) -> Saved:
        return Saved(inputs=(0,), elements=2 * self.n)

    def torch(self, inputs: Shapes, output: Shape) -> TorchLowering | None:
        args = (
            Arg("num_groups", self.n, "n", positional=True),
            Arg("num_channels", inputs[0].channels, "in.c", positional=True),
            Arg("eps", self.eps, "eps", default=1e-5),
        )
        return TorchLowering(Call("nn.GroupNorm", args))

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        args = (Arg("groups", self.n, "n", positional=True), Arg("epsilon", self.eps, "eps"))
        return (Call("layers.GroupNormalization", args),)


class LayerNorm(Op):
    """Layer normalisation over the channels, at every position on its own."""

    keyword = "layernorm"
    family = "norm"

    eps: Eps = 1e-5
    init: WeightInit = None

    def resolve(self, inputs: Shapes) -> Self:
        check_positive(self.eps, "eps")
        return self

    def infer(self, inputs: Shapes) -> Shape:
        return inputs[0]

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        return _affine(inputs[0].channels)

    def flops(self, inputs: Shapes, output: Shape) -> int:
        return 8 * output.elements

    def saved(self, inputs: Shapes, output: Shape) -> Saved:
        positions = inputs[0].elements // inputs[0].channels
        return Saved(inputs=(0,), elements=2 * positions)

    def torch(self, inputs: Shapes, output: Shape) -> TorchLowering | None:
        args = (
            Arg("normalized_shape", inputs[0].channels, "in.c", positional=True),
            Arg("eps", self.eps, "eps", default=1e-5),
        )
        if inputs[0].rank:  # nn.LayerNorm wants the channels last
            return TorchLowering(Call("LayerNormPerPosition", args, "layer_norm_per_position"))
        return TorchLowering(Call("nn.LayerNorm", args))

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        return (Call("layers.LayerNormalization", (Arg("epsilon", self.eps, "eps"),)),)


class LocalResponseNorm(Op):
    """AlexNet's normalisation across channels: x / (k + alpha * sum of squares) ** beta.

    `alpha` is the paper's, which multiplies the sum; PyTorch's multiplies the mean.
    """

    keyword = "lrn"
    family = "norm"

    size: Annotated[Count, Field("Number of neighbouring channels.")] = 5
    alpha: Annotated[Real, Field("Factor of the sum of squares.")] = 1e-4
    beta: Annotated[Real, Field("Exponent.")] = 0.75
    k: Annotated[Real, Field("Added to the sum.")] = 2.0

    def resolve(self, inputs: Shapes) -> Self:
        geometry.require_map(self.keyword, inputs[0])
        return self

    def infer(self, inputs: Shapes) -> Shape:
        return inputs[0]

    def flops(self, inputs: Shapes, output: Shape) -> int:
        return (self.size + 4) * output.elements

    def saved(self, inputs: Shapes, output: Shape) -> Saved:
        # PyTorch composes it: squares padded by channels, their mean, its power.
        shape = inputs[0]
        padded = shape.elements // shape.channels * (shape.channels + self.size - 1)
        return Saved(inputs=(0,), elements=padded + 2 * shape.elements)

    def torch(self, inputs: Shapes, output: Shape) -> TorchLowering | None:
        # Rounded to what a person would write: 3 * 1e-4 is 0.00030000000000000003.
        alpha = float(f"{self.alpha * self.size:.15g}")
        args = (
            Arg("size", self.size, "size", positional=True),
            Arg("alpha", alpha, default=1e-4),
            Arg("beta", self.beta, "beta", default=0.75),
            Arg("k", self.k, "k", default=1.0),
        )
        return TorchLowering(Call("nn.LocalResponseNorm", args))

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        args = (
            Arg("size", self.size, "size", default=5, positional=True),
            Arg("alpha", self.alpha, "alpha", default=1e-4),
            Arg("beta", self.beta, "beta", default=0.75),
            Arg("k", self.k, "k", default=2.0),
        )
        return (Call("LocalResponseNormalization", args, "local_response_normalization"),)


OPS: tuple[type[Op], ...] = (BatchNorm, GroupNorm, LayerNorm, LocalResponseNorm)
