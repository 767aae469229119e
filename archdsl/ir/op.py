"""What an op is: typed attributes, shape rule, cost rule, and its calls in the frameworks.

One op is one class in `archdsl/ops/`; archdsl/ir/attributes.py has what its attributes are. An op
is made twice: as written, and then `resolve`d against its inputs' shapes to explicit values per
axis, which every target shares.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import ClassVar, Self

from archdsl.ir.attributes import (
    REQUIRED,
    Attributes,
    Count,
    Edges,
    Field,
    Flag,
    Init,
    Kind,
    Padding,
    Pads,
    PerAxis,
    Real,
    Reals,
    ShapeAttr,
    Sizes,
    Whole,
    attributes_of,
)
from archdsl.ir.shape import Shape
from archdsl.records import record

__all__ = [
    "KEEPS_INPUT",
    "KEEPS_NOTHING",
    "KEEPS_OUTPUT",
    "MISSING",
    "Arg",
    "Call",
    "Count",
    "Edges",
    "Field",
    "Flag",
    "Init",
    "KerasLowering",
    "Kind",
    "Lowering",
    "Op",
    "OpError",
    "Padding",
    "Pads",
    "PerAxis",
    "Reach",
    "Real",
    "Reals",
    "Saved",
    "ShapeAttr",
    "Shapes",
    "Sizes",
    "TorchLowering",
    "Weight",
    "Whole",
    "parameter_count",
]

Shapes = tuple[Shape, ...]


class OpError(Exception):
    """An op that can't be: `attribute` says which argument is at fault (None: the input)."""

    def __init__(
        self, code: str, message: str, *, attribute: str | None = None, help: str = ""
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.attribute = attribute
        self.help = help


# ------------------------------------------------------------------- calls in a framework


class _Missing:
    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"


MISSING = _Missing()


@record
class Arg:
    """One argument of a call: its value for this node.

    `of` names the attribute whose source expression may be written in its place (`"c"`, `"k"`; or
    `"in.c"`, the channels of the input), wherever that gives this very value. An argument equal to
    `default` is not written. `positional`: written without its name where those before it are.
    A value may be a Call in its turn (`initializers.Constant(0.25)`).
    """

    name: str
    value: object
    of: str | None = None
    default: object = MISSING
    positional: bool = False


@record
class Call:
    """A call in a framework, as data: `nn.Conv2d(...)`, with nothing of text in it.

    target:  dotted name of the callable, or a helper's class name
    helper:  the helper file (templates/<target>/helpers/<helper>.py) that defines it, if any
    module:  where a user's own op is imported from
    inline:  a function applied to the value itself (`torch.flatten(x, 1)`): args follow the value
    """

    target: str
    args: tuple[Arg, ...] = ()
    helper: str | None = None
    module: str | None = None
    inline: bool = False


@record
class Lowering:
    """An op in a framework whose models are classes, such as PyTorch.

    module:    the module (needed where an item must be one: among others that are applied in
               turn); an inline call here is a function that stands as one, its arguments bound
    inline:    a function call that a person would write where the value flows instead, if any
    parameter: the op is a lone parameter times the value (layer_scale): initial value and shape
    """

    module: Call | None = None
    inline: Call | None = None
    parameter: tuple[float, tuple[int, ...]] | None = None


TorchLowering = Lowering


KerasLowering = tuple[Call, ...]  # layers applied in turn; the last one carries the node's name


@record
class Weight:
    """One tensor of an op: PyTorch's name and shape, and its twin in Keras.

    keras:       the Keras variable's name ("kernel", "gamma", ..), None where there is no twin
    axes:        permutation that makes the Keras layout of the PyTorch one, None for none
    keras_shape: what the result is then reshaped to, None where it is the twin's shape already
    """

    name: str
    shape: tuple[int, ...]
    trainable: bool = True
    keras: str | None = None
    axes: tuple[int, ...] | None = None
    dtype: str = "float32"
    keras_shape: tuple[int, ...] | None = None

    @property
    def elements(self) -> int:
        total = 1
        for n in self.shape:
            total *= n
        return total


@record
class Reach:
    """A window on a map, for each axis in space: its extent, and the step between two of them.

    A step is a fraction where the map grows, and 0 where one window sees all.
    """

    extent: tuple[int, ...]
    step: tuple[Fraction | int, ...]


@record
class Saved:
    """What an op keeps from the forward pass to the backward pass.

    inputs:   places of the inputs whose values it keeps; output: whether it keeps its own
    elements: further elements for each sample, in the net's type (a mask, a padded copy)
    once:     further elements for the whole batch (statistics)
    indices:  further integers of 64 bits for each sample
    """

    inputs: tuple[int, ...] = ()
    output: bool = False
    elements: int = 0
    once: int = 0
    indices: int = 0


KEEPS_NOTHING = Saved()
KEEPS_INPUT = Saved(inputs=(0,))
KEEPS_OUTPUT = Saved(output=True)

# ------------------------------------------------------------------------------- the op itself


class Op(Attributes):
    """Base of all ops. A subclass gives `keyword`, attributes, and the rules below."""

    keyword: ClassVar[str]
    positional: ClassVar[tuple[str, ...]] = ()
    lone_parameter: ClassVar[bool] = False  # its weight's path is the layer's own
    # What its time goes by where it has no multiply-accumulates: elementwise, function (an
    # exponential for each element), norm, pool or move (of elements as they are).
    family: ClassVar[str] = "elementwise"

    @classmethod
    def attributes(cls) -> dict[str, Kind]:
        """Attribute names in order, with their kinds."""
        every = attributes_of(cls).values()
        return {attribute.name: attribute.kind for attribute in every if attribute.kind}

    @classmethod
    def required(cls) -> tuple[str, ...]:
        every = attributes_of(cls).values()
        return tuple(attribute.name for attribute in every if attribute.default is REQUIRED)

    def value(self, attribute: str) -> object:
        """An attribute's value, by the name that users give it."""
        for field, known in attributes_of(type(self)).items():
            if attribute == known.name:
                return getattr(self, field)
        raise KeyError(attribute)

    def resolve(self, inputs: Shapes) -> Self:
        """The same op with explicit values for these inputs; raises OpError."""
        return self

    def infer(self, inputs: Shapes) -> Shape:
        """The output's shape, of a resolved op; raises OpError."""
        raise NotImplementedError

    def stride_of(self, inputs: Shapes, output: Shape) -> tuple[int, int]:
        """(down, up): by how much the op's stride divides and multiplies the size in space.

        As written, not by the sizes that come out: a stride of 2 on a 1x1 map is still 2.
        """
        return (1, 1)

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        """Parameters (trainable) and buffers (not), in PyTorch's order."""
        return ()

    def macs(self, inputs: Shapes, output: Shape) -> int:
        """Multiply-accumulates for one sample; only convolutions and linear layers have any."""
        return 0

    def flops(self, inputs: Shapes, output: Shape) -> int:
        """Floating point operations for one sample, element-wise work included."""
        return 2 * self.macs(inputs, output)

    def torch(self, inputs: Shapes, output: Shape) -> TorchLowering | None:
        """The op in PyTorch, or None where there is none."""
        return None

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        """The op in Keras, or None where there is none."""
        return None

    def receptive(self, inputs: Shapes, output: Shape) -> Reach | None:
        """What an element sees of the input's map, as a window; None: its own position alone."""
        return None

    def saved(self, inputs: Shapes, output: Shape) -> Saved:
        """What PyTorch's autograd keeps of it for the backward pass, beside its weights."""
        return KEEPS_NOTHING

    def is_view(self, training: bool) -> bool:
        """Whether its value is (a part of) its first input's memory, and takes none of its own."""
        return False

    @property
    def parameters_are_costed(self) -> bool:
        return True


def parameter_count(weights: Iterable[Weight]) -> int:
    """Trainable elements, as PyTorch's and the papers' parameter counts have it."""
    return sum(w.elements for w in weights if w.trainable)
