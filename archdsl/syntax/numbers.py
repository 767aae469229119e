"""Numbers as written, made exact."""

from __future__ import annotations

from fractions import Fraction

__all__ = ["NUMBER", "SIZE", "number", "size"]

# As in the grammar, for those who read text without it.
NUMBER = r"[0-9]+(?:_[0-9]+)*(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?[kMGT]?(?![\w.])"
SIZE = r"[0-9]+(?:x[0-9]+)+(?!\w)"

MAX_DIGITS = 100
MAX_EXPONENT = 300

_SUFFIXES = {"k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


def number(text: str) -> int | Fraction | None:
    """The value of a NUMBER; None where it is out of bounds.

    An int where it is whole and was written as such (`25_557_032`, `25.6M`), else a Fraction
    (`0.2`, `1e-3`, `2.0`).
    """
    digits = text.replace("_", "")
    factor = _SUFFIXES.get(digits[-1], 1)
    if factor > 1:
        digits = digits[:-1]
    mantissa, _, exponent = digits.lower().partition("e")
    # Checked first: 1e999999999 would keep the machine busy for hours.
    if len(mantissa) > MAX_DIGITS or len(exponent) > 4 or abs(int(exponent or 0)) > MAX_EXPONENT:
        return None
    value = Fraction(digits) * factor
    if value.denominator == 1 and (factor > 1 or "." not in digits):
        return int(value)
    return value


def size(text: str) -> tuple[int, ...] | None:
    """The parts of a SIZE (`3x3`), or None where one is out of bounds."""
    parts = text.split("x")
    if any(len(part) > MAX_DIGITS for part in parts):
        return None
    return tuple(int(part) for part in parts)
