"""Users' own ops: declared in a file, found by name in the user's package."""

from __future__ import annotations

import keyword as python
from typing import Annotated

from archdsl.ir.attributes import Field
from archdsl.ir.op import (
    KEEPS_INPUT,
    Call,
    KerasLowering,
    Kind,
    Op,
    OpError,
    Saved,
    Shapes,
    TorchLowering,
)
from archdsl.ir.shape import Shape
from archdsl.ops import codes


def _check_path(path: str | None, attribute: str) -> None:
    """These go into generated code as they are, so nothing but names may pass."""
    if path is None:
        return
    parts = path.split(".")
    if len(parts) < 2 or not all(
        p.isidentifier() and p.isascii() and not python.iskeyword(p) for p in parts
    ):
        raise OpError(
            codes.BAD_NAME,
            f'"{path}" is not the name of something to import',
            attribute=attribute,
            help='write it as "package.Name"',
        )


class Custom(Op):
    """A user's own op: its shape and cost are declared, never guessed."""

    keyword = "custom"

    name: Annotated[str, Field("The word it is used by.")]
    torch_path: Annotated[str | None, Field("The nn.Module's dotted name.")] = None
    keras_path: Annotated[str | None, Field("The Keras layer's dotted name.")] = None
    output: Annotated[Shape | None, Field("Shape of what comes out; the input's if not given.")] = (
        None
    )
    parameters: Annotated[int, Field("Trainable elements.")] = 0
    macs_count: Annotated[int, Field("Multiply-accumulates for a sample.")] = 0

    @classmethod
    def attributes(cls) -> dict[str, Kind]:
        return {}  # declared once, not given where it is used

    def check(self) -> None:
        _check_path(self.torch_path, "torch")
        _check_path(self.keras_path, "keras")
        if self.parameters < 0 or self.macs_count < 0:
            raise TypeError(f"{self.name}'s parameters and MACs are counts")

    @property
    def parameters_are_costed(self) -> bool:
        return self.parameters == 0  # the count is known, the tensors are not

    def infer(self, inputs: Shapes) -> Shape:
        return inputs[0] if self.output is None else self.output

    def macs(self, inputs: Shapes, output: Shape) -> int:
        return self.macs_count

    def saved(self, inputs: Shapes, output: Shape) -> Saved:
        return KEEPS_INPUT  # not known, and least where a layer learns

    def torch(self, inputs: Shapes, output: Shape) -> TorchLowering | None:
        return None if self.torch_path is None else TorchLowering(_call(self.torch_path))

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        return None if self.keras_path is None else (_call(self.keras_path),)


def _call(path: str) -> Call:
    module, _, name = path.rpartition(".")
    return Call(name, module=module)


OPS: tuple[type[Op], ...] = ()  # not a keyword of the language: the elaborator makes it by name
