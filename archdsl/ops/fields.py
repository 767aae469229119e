"""Annotations and checks of attributes that ops of several families share."""

from __future__ import annotations

from typing import Annotated

from archdsl.ir.attributes import Field
from archdsl.ir.op import Init, OpError, Real
from archdsl.ops import codes

WeightInit = Annotated[Init, Field("How its weights start; the framework's own way if not given.")]
Eps = Annotated[Real, Field("Added to the variance before the root.")]


def check_probability(value: float, attribute: str = "p") -> None:
    if not 0 <= value < 1:
        raise OpError(
            codes.BAD_VALUE,
            f"{attribute}={value:g} is not a probability of at least 0 and less than 1",
            attribute=attribute,
        )


def check_positive(value: float, attribute: str) -> None:
    if not value > 0:
        raise OpError(
            codes.BAD_VALUE, f"{attribute}={value:g} must be more than 0", attribute=attribute
        )


def check_divides(value: int, attribute: str, channels: int, which: str) -> None:
    if channels % value:
        raise OpError(
            codes.NOT_A_DIVISOR,
            f"{attribute}={value} doesn't divide the {channels} {which} channels",
            attribute=attribute,
            help=_dividing(value, channels),
        )


def _dividing(value: int, channels: int) -> str:
    """The nearest numbers that do."""
    span = range(max(1, value - 1000), min(channels, value + 1000) + 1)
    near = sorted((n for n in span if channels % n == 0), key=lambda n: abs(n - value))[:3]
    words = [f"`{n}`" for n in sorted(near)]
    if not words:
        return ""
    if len(words) == 1:
        return f"{words[0]} does"
    return f"{', '.join(words[:-1])} and {words[-1]} do"
