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


@record
class InitSpec:
    """What an initialiser is called with: parameters in order, with their defaults."""

    name: str
    params: Mapping[str, float | str]


INITIALIZERS: dict[str, InitSpec] = {
    spec.name: spec
    for spec in (
        InitSpec("kaiming_normal", {"mode": "fan_in", "gain": math.sqrt(2)}),
        InitSpec("kaiming_uniform", {"mode": "fan_in", "gain": math.sqrt(2)}),
        InitSpec("xavier_normal", {"gain": 1.0}),
        InitSpec("xavier_uniform", {"gain": 1.0}),
        InitSpec("normal", {"std": 1.0, "mean": 0.0}),
        InitSpec("trunc_normal", {"std": 1.0, "mean": 0.0, "bound": 2.0}),
        InitSpec("uniform", {"low": 0.0, "high": 1.0}),
        InitSpec("constant", {"value": 0.0}),
        InitSpec("zeros", {}),
        InitSpec("ones", {}),
    )
}
