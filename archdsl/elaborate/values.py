"""The language's values in words, and the types that a parameter may declare."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import TypeAlias, TypeGuard

from archdsl.ir.shape import Shape
from archdsl.ir.values import NONE, BlockValue, Initializer, NoLayer, OpValue, Size, Word

Value: TypeAlias = object
"""int, Fraction, bool, str, list, tuple, Size, Word, Shape, OpValue, BlockValue, Initializer or
NONE."""


def is_number(value: Value) -> TypeGuard[int | Fraction]:
    return isinstance(value, (int, Fraction)) and not isinstance(value, bool)


def whole(value: Value) -> int | None:
    """The int that a value is, `64.0` too; None for any other."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, Fraction) and value.denominator == 1:
        return value.numerator
    return None


def is_sizes(value: Value) -> TypeGuard[tuple[int | Fraction, ...]]:
    """`3x3`, or a tuple of whole numbers."""
    if isinstance(value, Shape) or not isinstance(value, tuple):
        return False
    return all(whole(part) is not None for part in value)


def show(value: Value) -> str:
    """A value as it would be written, shortened."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return _digits(value)
        case Fraction():
            return show_fraction(value)
        case str():
            return f'"{value}"' if len(value) <= 40 else f'"{value[:40]}.."'
        case Word():
            return f"`{value.word}`"
        case NoLayer():
            return "`none`"
        case OpValue():
            return f"the op `{value.op.keyword}`"
        case BlockValue():
            return f"the block `{value.block.name}`"
        case Initializer():
            return f"the initialiser `{value.name}`"
        case Shape() | Size():
            return str(value)
        case list():
            return f"[{_parts(value)}]"
        case tuple():
            return f"({_parts(value)})"
    return str(value)


def _digits(value: int) -> str:
    return str(value) if value.bit_length() <= 128 else _scientific(Fraction(value))


def show_fraction(value: Fraction) -> str:
    if value.denominator == 1:
        return _digits(value.numerator)
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > 128:
        return _scientific(value)
    text = f"{_approximate(value)}"
    return text if Fraction(text) == value else f"{value.numerator}/{value.denominator}"


def _approximate(value: Fraction) -> str:
    return f"{float(value):.12g}"


def _scientific(value: Fraction) -> str:
    """`1e300`, `about -2.46e-512`: what a float may have no room for."""
    sign, size = "-" if value < 0 else "", abs(value)
    exponent = math.floor(math.log10(size.numerator) - math.log10(size.denominator))
    digits = round(size / Fraction(10) ** (exponent - 2))
    exact = digits * Fraction(10) ** (exponent - 2) == size
    if digits >= 1000:
        digits, exponent = digits // 10, exponent + 1
    return f"{'' if exact else 'about '}{sign}{digits / 100:g}e{exponent}"


def _parts(values: list[Value] | tuple[Value, ...]) -> str:
    shown = [show(v).strip("`") for v in values[:6]]
    return ", ".join(shown + ([".."] if len(values) > 6 else []))


def type_name(value: Value) -> str:
    """What kind of value it is, for messages: "a list"."""
    match value:
        case bool():
            return "a truth value"
        case int() | Fraction():
            return "a number"
        case str():
            return "a string"
        case Word():
            return "a word"
        case NoLayer():
            return "`none`"
        case OpValue():
            return "an op"
        case BlockValue():
            return "a block"
        case Initializer():
            return "an initialiser"
        case Shape():
            return "a shape"
        case Size():
            return "a size"
        case list():
            return "a list"
        case tuple():
            return "a tuple"
    return "a value"


def _is_op(value: Value) -> bool:
    return isinstance(value, (OpValue, NoLayer))


def _is_block(value: Value) -> bool:
    return isinstance(value, (BlockValue, NoLayer))


def _is_size(value: Value) -> bool:
    return whole(value) is not None or is_sizes(value)


def _is_shape(value: Value) -> bool:
    return isinstance(value, Shape) or _is_size(value)


TYPES: dict[str, tuple[str, Callable[[Value], bool]]] = {
    "int": ("a whole number", lambda v: whole(v) is not None),
    "number": ("a number", is_number),
    "float": ("a number", is_number),
    "bool": ("`true` or `false`", lambda v: isinstance(v, bool)),
    "string": ("a string", lambda v: isinstance(v, str)),
    "word": ("a word", lambda v: isinstance(v, Word)),
    "size": ("a size", _is_size),
    "shape": ("a shape", _is_shape),
    "list": ("a list", lambda v: isinstance(v, list)),
    "tuple": ("a tuple", lambda v: isinstance(v, tuple)),
    "op": ("an op", _is_op),
    "block": ("a block", _is_block),
    "seq": ("a block", _is_block),
    "layer": ("an op or a block", lambda v: _is_op(v) or _is_block(v)),
    "initializer": ("an initialiser", lambda v: isinstance(v, Initializer)),
}
"""The types of parameters: what they want, and whether a value is that."""


def same_kind(left: Value, right: Value) -> bool:
    """Whether `==` between two values is a question at all."""
    loose = (Word, NoLayer)
    return _kind(left) == _kind(right) or isinstance(left, loose) or isinstance(right, loose)


def _kind(value: Value) -> str:
    match value:
        case OpValue() | BlockValue() | NoLayer():
            return "layer"
        case Shape():
            return "shape"
        case tuple():
            return "tuple"
    return type_name(value)


__all__ = ["NONE", "TYPES", "Value", "is_number", "is_sizes", "same_kind", "show", "type_name"]
