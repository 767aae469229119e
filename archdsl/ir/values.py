"""The values of the language's expressions, beside int, Fraction, bool, str and list.

`3x3` and `(k, 1)` are Size / tuple; a bare word (`same`) is a Word; an op or a block is a value,
also with some arguments given.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from archdsl.records import record

if TYPE_CHECKING:
    from archdsl.ir.op import Op
    from archdsl.syntax import tree


class Size(tuple[int, ...]):
    """`3x3` or `1x7`."""

    __slots__ = ()

    def __str__(self) -> str:
        return "x".join(str(n) for n in self)


@record
class Word:
    """A bare word that an attribute takes: `same`, `nearest`."""

    word: str


@record
class NoLayer:
    """`none`: the layer that does nothing."""


NONE = NoLayer()


@record
class OpValue:
    """An op as a value, with the attributes already given (language values, by name)."""

    op: type[Op]
    bound: tuple[tuple[str, object], ...] = ()


@record
class BlockValue:
    """A block as a value, with the arguments already given, by name.

    `home` is the file that declares it (an elaborator's own object).
    """

    block: tree.Block
    home: object = field(compare=False, repr=False)
    bound: tuple[tuple[str, object], ...] = ()


@record
class Initializer:
    """`kaiming_normal(mode="fan_out")`: name and arguments, each set (defaults filled in).

    `bias` is what the biases beside such weights start at: a number, or "fan_in" for uniform
    within 1 / sqrt(fan_in), as PyTorch has it where nothing is said.
    """

    name: str
    args: tuple[tuple[str, float | str], ...] = ()
    bias: float | str = 0.0

    def uncut(self) -> Initializer:
        """A truncated normal that is cut where there is nothing, one value in 500 million, as the
        normal that it is; any other is itself."""
        if self.name != "trunc_normal":
            return self
        args = dict(self.args)
        mean, std = float(args["mean"]), float(args["std"])
        if float(args["bound"]) - abs(mean) < 6 * std:
            return self
        return Initializer("normal", (("std", std), ("mean", mean)), self.bias)


@record
class InitSpec:
    """What an initialiser is called with: parameters in order, with their defaults.

    required:   parameters without a default
    positive:   parameters that are more than 0
    unsigned:   parameters that are 0 or more
    ordered:    (low, high): the second is not less than the first
    by_fans:    whether it counts what comes in and goes out, by a weight's first two axes

    What is required stands in `params` too, for its kind.
    """

    name: str
    params: Mapping[str, float | str]
    required: tuple[str, ...] = ()
    positive: tuple[str, ...] = ()
    unsigned: tuple[str, ...] = ()
    ordered: tuple[str, str] | None = None
    by_fans: bool = False


def _fans(name: str, **params: float | str) -> InitSpec:
    return InitSpec(name, {**params}, positive=("gain",), by_fans=True)


_RELU = math.sqrt(2)

INITIALIZERS: dict[str, InitSpec] = {
    spec.name: spec
    for spec in (
        _fans("kaiming_normal", mode="fan_in", gain=_RELU),
        _fans("kaiming_uniform", mode="fan_in", gain=_RELU),
        _fans("xavier_normal", gain=1.0),
        _fans("xavier_uniform", gain=1.0),
        InitSpec("normal", {"std": 1.0, "mean": 0.0}, unsigned=("std",)),
        InitSpec(
            "trunc_normal", {"std": 1.0, "mean": 0.0, "bound": 2.0}, positive=("std", "bound")
        ),
        InitSpec("uniform", {"low": 0.0, "high": 1.0}, ordered=("low", "high")),
        InitSpec("constant", {"value": 0.0}, required=("value",)),
        InitSpec("zeros", {}),
        InitSpec("ones", {}),
    )
}
