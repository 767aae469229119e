"""The builtin functions of expressions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import ceil, floor

from archdsl import limits
from archdsl.elaborate import codes
from archdsl.elaborate.values import Value, is_number, show, type_name, whole

Number = int | Fraction


class BadCall(Exception):
    """What is wrong with a builtin's arguments; `argument` is its place, None for all."""

    def __init__(
        self, message: str, argument: int | None = None, code: str = codes.BAD_CALL
    ) -> None:
        super().__init__(message)
        self.message = message
        self.argument = argument
        self.code = code


def _number(name: str, args: Sequence[Value], at: int = 0) -> Number:
    value = args[at]
    if not is_number(value):
        raise BadCall(f"{name} wants a number, got {show(value)}", at)
    return value


def _list(name: str, value: Value, at: int = 0) -> Sequence[Value]:
    if not isinstance(value, (list, tuple)):
        raise BadCall(f"{name} wants a list, got {show(value)}", at)
    return value


def _count(name: str, low: int, high: int, args: Sequence[Value]) -> None:
    if low <= len(args) <= high:
        return
    wants = str(low) if low == high else f"{low} to {high}"
    noun = "argument" if wants == "1" else "arguments"
    raise BadCall(f"{name} takes {wants} {noun}, got {len(args)}")


def _extreme(name: str, args: Sequence[Value]) -> Number:
    if not args:
        raise BadCall(f"{name} wants numbers or a list of them")
    values = _list(name, args[0]) if len(args) == 1 else args
    if not values:
        raise BadCall(f"{name} of an empty list", 0)
    one = len(args) == 1
    for at, value in enumerate(values):
        if not is_number(value):
            raise BadCall(f"{name} wants numbers, got {show(value)}", 0 if one else at)
    numbers = [value for value in values if is_number(value)]
    return min(numbers) if name == "min" else max(numbers)


def _least(*args: Value) -> Value:
    return _extreme("min", args)


def _most(*args: Value) -> Value:
    return _extreme("max", args)


def _round(*args: Value) -> Value:
    _count("round", 1, 1, args)
    return round(_number("round", args))


def _ceil(*args: Value) -> Value:
    _count("ceil", 1, 1, args)
    return ceil(_number("ceil", args))


def _floor(*args: Value) -> Value:
    _count("floor", 1, 1, args)
    return floor(_number("floor", args))


def _abs(*args: Value) -> Value:
    _count("abs", 1, 1, args)
    return abs(_number("abs", args))


def _len(*args: Value) -> Value:
    _count("len", 1, 1, args)
    return len(_list("len", args[0]))


def _sum(*args: Value) -> Value:
    _count("sum", 1, 1, args)
    total: Number = 0
    for value in _list("sum", args[0]):
        if not is_number(value):
            raise BadCall(f"sum wants numbers, got {show(value)}", 0)
        total += value
        if total.denominator.bit_length() > limits.now().bits:
            raise BadCall("the number gets too large", None, codes.NO_RESULT)
    return total


def _range(*args: Value) -> Value:
    _count("range", 1, 3, args)
    bounds: list[int] = []
    for at, value in enumerate(args):
        number = whole(value)
        if number is None:
            raise BadCall(f"range wants whole numbers, got {show(value)}", at)
        bounds.append(number)
    if len(bounds) == 3 and bounds[2] == 0:
        raise BadCall("range can't go in steps of 0", 2)
    start, stop, step = (0, bounds[0], 1) if len(bounds) == 1 else (*bounds, 1)[:3]
    length = max(0, -(-(stop - start) // step))
    if length > limits.now().list:
        raise BadCall(
            f"a range of more than {limits.now().list:,} numbers", None, codes.LISTS_TOO_LONG
        )
    return list(range(start, stop, step))


def _round_to(*args: Value) -> Value:
    """Nearest multiple of d, ties up, at least d, never more than 10% below x."""
    _count("round_to", 1, 2, args)
    x = _number("round_to", args)
    d = whole(args[1]) if len(args) == 2 else 8
    if d is None or d < 1:
        raise BadCall(f"round_to wants a whole `d` of at least 1, got {show(args[1])}", 1)
    rounded = max(d, floor(Fraction(x) / d + Fraction(1, 2)) * d)
    return rounded + d if 10 * rounded < 9 * x else rounded


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "abs": _abs,
    "ceil": _ceil,
    "floor": _floor,
    "len": _len,
    "max": _most,
    "min": _least,
    "range": _range,
    "round": _round,
    "round_to": _round_to,
    "sum": _sum,
}
"""By name; arguments by position."""

BY_NAME = {"round_to": ("x", "d")}
"""The functions whose arguments may be given by name."""

__all__ = ["BY_NAME", "FUNCTIONS", "BadCall", "type_name"]
