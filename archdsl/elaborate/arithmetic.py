"""Operators on the language's values: exact, bounded, and never a surprise between types."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction

from archdsl import limits
from archdsl.diagnostics import Span
from archdsl.elaborate import codes
from archdsl.elaborate.problems import Problem
from archdsl.elaborate.scope import Meter
from archdsl.elaborate.values import Value, is_number, same_kind, show, type_name, whole
from archdsl.ir.shape import Shape

Number = int | Fraction

_ORDER: dict[str, Callable[[Number, Number], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def bounded(value: Number, span: Span) -> Number:
    if isinstance(value, int):
        bits = value.bit_length()
    else:
        bits = max(value.numerator.bit_length(), value.denominator.bit_length())
    if bits > limits.now().bits:
        raise Problem(codes.NO_RESULT, "the number gets too large", span)
    return value


def negate(value: Value, span: Span) -> Number:
    if not is_number(value):
        raise Problem(codes.NOT_NUMBERS, f"`-` wants a number, got {show(value)}", span)
    return -value


def binary(op: str, left: Value, right: Value, span: Span, meter: Meter) -> Value:
    """Arithmetic and comparisons; `and` and `or` are not for here."""
    if op in ("==", "!="):
        meter.look(min(meter.size(left), meter.size(right)), span)
        return _equal(left, right, op, span) == (op == "==")
    if op in _ORDER:
        if is_number(left) and is_number(right):
            return _ORDER[op](left, right)
        raise _not_compared(left, right, op, span)
    if is_number(left) and is_number(right):
        return bounded(_arithmetic(op, left, right, span), span)
    if op == "+" and isinstance(left, list) and isinstance(right, list):
        meter.spend(len(left) + len(right), span)
        return meter.made(left + right, span)
    if op == "*" and (isinstance(left, list) or isinstance(right, list)):
        items, times = (left, right) if isinstance(left, list) else (right, left)
        number = whole(times)
        if isinstance(items, list) and number is not None:
            meter.spend(len(items) * max(number, 0), span)
            return meter.made(items * number, span)
    odd = right if is_number(left) else left
    help_text = ""
    if isinstance(odd, tuple):
        help_text = "its parts are numbers: `k[0]`"
    raise Problem(
        codes.NOT_NUMBERS,
        f"`{op}` wants numbers, got {show(left)} and {show(right)}",
        span,
        help=help_text,
    )


def _equal(left: Value, right: Value, op: str, span: Span) -> bool:
    if isinstance(left, Shape) and isinstance(right, tuple):
        return left.channels_last == right
    if isinstance(right, Shape) and isinstance(left, tuple):
        return right.channels_last == left
    if isinstance(left, Shape) and left.rank == 0 and is_number(right):
        return left.channels == right
    if not same_kind(left, right):
        raise _not_compared(left, right, op, span)
    return left == right


def _not_compared(left: Value, right: Value, op: str, span: Span) -> Problem:
    kinds = {type_name(left), type_name(right)}
    help_text = ""
    if "a number" in kinds and kinds & {"a size", "a tuple"}:
        help_text = "compare one part of the size (`k[0] == 3`), or with a size (`k == 3x3`)"
    if kinds == {type_name(left)}:
        message = f"`{op}` wants numbers, got {show(left)} and {show(right)}"
    else:
        message = f"can't compare {show(left)}, {type_name(left)}, with {show(right)}"
        if type_name(right) not in show(right):
            message += f", {type_name(right)}"
    return Problem(codes.NOT_COMPARED, message, span, help=help_text)


def _arithmetic(op: str, left: Number, right: Number, span: Span) -> Number:
    match op:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "**":
            return _power(left, right, span)
    if right == 0:
        raise Problem(codes.NO_RESULT, "division by zero", span)
    match op:
        case "/":
            return Fraction(left) / right
        case "//":
            return left // right
        case "%":
            return left % right
    raise Problem(codes.NOT_NUMBERS, f"`{op}` has no meaning here", span)


def _power(base: Number, exponent: Number, span: Span) -> Number:
    number = whole(exponent)
    if number is None:
        return _root(base, exponent, span)
    if base == 0 and number < 0:
        raise Problem(codes.NO_RESULT, "division by zero", span)
    top, bottom = base.numerator.bit_length(), base.denominator.bit_length()
    if abs(base) != 1 and (max(top, bottom) - 1) * abs(number) > limits.now().bits:
        raise Problem(codes.NO_RESULT, "the number gets too large", span)
    return Fraction(base) ** number if number < 0 else base**number


def _root(base: Number, exponent: Number, span: Span) -> Number:
    """A power that is no fraction: the nearest float of it."""
    if base < 0:
        raise Problem(codes.NO_RESULT, f"{show(base)} has no power of {show(exponent)}", span)
    try:
        return Fraction(float(base) ** float(exponent))
    except (OverflowError, ZeroDivisionError):
        raise Problem(codes.NO_RESULT, "the number gets too large", span) from None
