"""Upsampling."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal, Self

from archdsl.ir.attributes import Field
from archdsl.ir.op import (
    Arg,
    Call,
    KerasLowering,
    Kind,
    Op,
    OpError,
    PerAxis,
    Reach,
    Shapes,
    TorchLowering,
)
from archdsl.ir.shape import Shape
from archdsl.ops import codes, geometry
from archdsl.ops.geometry import per_axis, scalar

OptionalSizes = Annotated[PerAxis | None, Kind("size")]
Mode = Annotated[Literal["nearest", "bilinear"], Kind("word", ("nearest", "bilinear"))]

_LINEAR = {1: "linear", 2: "bilinear", 3: "trilinear"}


class Upsample(Op):
    """A larger map, by a whole factor or to a given size; corners are not aligned."""

    keyword = "upsample"
    family = "move"
    positional = ("factor",)

    factor: Annotated[OptionalSizes, Field("How many times the size; not with `to`.")] = None
    to: Annotated[OptionalSizes, Field("The output's size.")] = None
    mode: Annotated[Mode, Field("`nearest`, or `bilinear`: linear along each axis.")] = "nearest"

    def resolve(self, inputs: Shapes) -> Self:
        shape = inputs[0]
        geometry.require_map(self.keyword, shape)
        if self.factor is None and self.to is None:
            raise OpError(
                codes.DONT_GO_TOGETHER,
                "upsample needs a factor or to=",
                help="write upsample(2), say",
            )
        if self.factor is not None and self.to is not None:
            raise OpError(codes.DONT_GO_TOGETHER, "to doesn't go with a factor", attribute="to")
        if self.to is not None:
            return self.changed(to=per_axis(self.to, shape, "to"))
        assert self.factor is not None
        return self.changed(factor=per_axis(self.factor, shape, "factor"))

    def infer(self, inputs: Shapes) -> Shape:
        shape = inputs[0]
        if self.factor is None:
            assert self.to is not None
            return Shape(per_axis(self.to, shape, "to"), shape.channels)
        factors = per_axis(self.factor, shape, "factor")
        sizes = tuple(n * f for n, f in zip(shape.spatial, factors, strict=True))
        return Shape(sizes, shape.channels)

    def stride_of(self, inputs: Shapes, output: Shape) -> tuple[int, int]:
        if self.factor is None:
            return 1, 1
        return 1, geometry.up_or_down(per_axis(self.factor, inputs[0], "factor"))

    def flops(self, inputs: Shapes, output: Shape) -> int:
        if self.mode == "nearest":
            return 0
        return output.elements * 3 * ((1 << output.rank) - 1)  # a tree of interpolations, 3 each

    def receptive(self, inputs: Shapes, output: Shape) -> Reach | None:
        sizes = zip(inputs[0].spatial, output.spatial, strict=True)
        extent = 1 if self.mode == "nearest" else 2
        return Reach((extent,) * output.rank, tuple(Fraction(n, m) for n, m in sizes))

    def torch(self, inputs: Shapes, output: Shape) -> TorchLowering | None:
        mode = "nearest" if self.mode == "nearest" else _LINEAR[output.rank]
        if self.factor is None:
            size = Arg("size", scalar(output.spatial), "to", positional=True)
        else:
            factors = per_axis(self.factor, inputs[0], "factor")
            size = Arg("scale_factor", scalar(factors), "factor")
        return TorchLowering(Call("nn.Upsample", (size, Arg("mode", mode, default="nearest"))))

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        rank = output.rank
        sizes = tuple(zip(inputs[0].spatial, output.spatial, strict=True))
        whole = all(m % n == 0 for n, m in sizes)
        if rank == 2 and self.mode == "bilinear" and not whole:
            height, width = output.spatial
            args = (
                Arg("height", height, positional=True),
                Arg("width", width, positional=True),
                Arg("interpolation", "bilinear", default="bilinear"),
            )
            return (Call("layers.Resizing", args),)
        if not whole or (self.mode == "bilinear" and rank != 2):
            return None
        factors = tuple(m // n for n, m in sizes)
        args = (
            Arg("size", scalar(factors), "factor", default=2, positional=True),
            *((Arg("interpolation", self.mode, default="nearest"),) if rank == 2 else ()),
        )
        return (Call(f"layers.UpSampling{rank}D", args),)


OPS: tuple[type[Op], ...] = (Upsample,)
