"""Where a net begins, and where values are joined. Structure makes these, an emitter writes them
as operators: `x + y`, `torch.cat([x, y], 1)`, `x * y`."""

from __future__ import annotations

from typing import Annotated

from archdsl.ir.attributes import Field
from archdsl.ir.op import Arg, Call, KerasLowering, Op, OpError, Saved, ShapeAttr, Shapes
from archdsl.ir.shape import Shape
from archdsl.ops import codes


def _join_error(word: str, shapes: Shapes, need: str) -> OpError:
    listed = ", ".join(str(s) for s in shapes[:-1]) + f" and {shapes[-1]}"
    return OpError(codes.DONT_JOIN, f"{listed} don't join: {word} needs {need}")


class Input(Op):
    """A net's input, of the given shape."""

    keyword = "input"
    positional = ("shape",)

    shape: Annotated[ShapeAttr, Field("Its shape: height x width x channels.")]

    def infer(self, inputs: Shapes) -> Shape:
        return self.shape

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        return (Call("keras.Input", (Arg("shape", output.channels_last, positional=True),)),)


class Add(Op):
    """The sum of values of one shape."""

    keyword = "add"

    def infer(self, inputs: Shapes) -> Shape:
        if any(s != inputs[0] for s in inputs):
            raise _join_error("add", inputs, "equal shapes")
        return inputs[0]

    def flops(self, inputs: Shapes, output: Shape) -> int:
        return (len(inputs) - 1) * output.elements

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        return (Call("layers.Add"),)


class Concat(Op):
    """Values of one size, joined over their channels."""

    keyword = "concat"
    family = "move"

    def infer(self, inputs: Shapes) -> Shape:
        if any(s.spatial != inputs[0].spatial for s in inputs):
            raise _join_error("concat", inputs, "equal sizes in space")
        return Shape(inputs[0].spatial, sum(s.channels for s in inputs))

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        return (Call("layers.Concatenate"),)


class Mul(Op):
    """The product of values of one shape, or of 1x1xC for a factor for each channel."""

    keyword = "mul"

    def infer(self, inputs: Shapes) -> Shape:
        whole = max(inputs, key=lambda s: s.elements)
        for s in inputs:
            factor = s.rank == whole.rank and s.channels == whole.channels and set(s.spatial) <= {1}
            if s != whole and not factor:
                raise _join_error("mul", inputs, "equal shapes, or 1x1 with as many channels")
        return whole

    def flops(self, inputs: Shapes, output: Shape) -> int:
        return (len(inputs) - 1) * output.elements

    def saved(self, inputs: Shapes, output: Shape) -> Saved:
        # Both factors of each product, the product of those before among them.
        return Saved(tuple(range(len(inputs))), elements=(len(inputs) - 2) * output.elements)

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        return (Call("layers.Multiply"),)


OPS: tuple[type[Op], ...] = (Input, Add, Concat, Mul)
