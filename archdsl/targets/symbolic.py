"""Expressions of the code that comes out: built from the source's, checked by evaluating them.

Input: expressions of the syntax tree and a scope that says what each name is in the code.
Output: small immutable trees that print as Python and evaluate with Python's meaning, so that an
emitter can check, for every instance, that what it prints gives the value that was elaborated.
Non-goals: exactness (the language's decimals are exact, Python's are not: the check finds out).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Lit:
    """A literal: int, float, bool, str, None, or tuples and lists of these."""

    value: object


@dataclass(frozen=True, slots=True)
class Sym:
    """A name of the emitted code: a constructor's parameter, a local or a loop's variable."""

    name: str


@dataclass(frozen=True, slots=True)
class Later(Sym):
    """A loop's counter after its first round: it is never 0."""


@dataclass(frozen=True, slots=True)
class Named(Lit):
    """A list that the code has a name for: what can't be folded is said of the name."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class Raw:
    """A checked piece of code that is no value of the language: `nn.ReLU6`, a class."""

    text: str


@dataclass(frozen=True, slots=True)
class Bin:
    """Arithmetic, comparison, `and`, `or`. `keep`: not folded (`16 * 5 * 5` says more than 400)."""

    op: str
    left: Ex
    right: Ex
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Un:
    op: str  # "-" or "not"
    operand: Ex


@dataclass(frozen=True, slots=True)
class Cond:
    test: Ex
    then: Ex
    other: Ex


@dataclass(frozen=True, slots=True)
class Fn:
    name: str
    args: tuple[Ex, ...]


@dataclass(frozen=True, slots=True)
class Seq:
    """A tuple or list with an element that is no literal."""

    items: tuple[Ex, ...]
    is_list: bool


@dataclass(frozen=True, slots=True)
class Idx:
    value: Ex
    index: Ex


Ex: TypeAlias = Lit | Sym | Raw | Bin | Un | Cond | Fn | Seq | Idx


def plain(value: object) -> object:
    """A language value as Python has it: Fractions as floats, sizes as tuples."""
    if isinstance(value, bool | int | float | str) or value is None:
        return value
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, tuple) and type(value).__name__ != "Shape":
        return tuple(plain(v) for v in value)
    return value


# ------------------------------------------------------------------------- from the source


def simplify(ex: Ex) -> Ex:
    """Folds constants and what multiplying by one leaves behind."""
    match ex:
        case Bin(keep=True):
            return ex
        case Bin(op="*", left=Lit(value=1), right=other):
            return other
        case Bin(op="*", left=other, right=Lit(value=1)):
            return other
        case Bin(op="//", left=other, right=Lit(value=1)):
            return other
        case Bin(op="+", left=Lit(value=0), right=other):
            return other
        case Bin(op="+" | "-", left=other, right=Lit(value=0)):
            return other
        case Bin(op="//", left=Bin(op="*", left=other, right=Lit(value=k)), right=Lit(value=n)) if (
            k == n and isinstance(k, int) and k
        ):
            return other
        case Bin(op="and", left=Lit(value=v), right=other):
            return other if v else Lit(False)
        case Bin(op="or", left=Lit(value=v), right=other):
            return Lit(True) if v else other
        case Bin(op="==" | "!=" | ">" as op, left=Later(), right=Lit(value=0)):
            return Lit(op != "==")
        case Cond(test=Lit(value=v)):
            return simplify(ex.then if v else ex.other)
        case Cond(then=then, other=other) if repr(then) == repr(other):  # 1 and 1.0 are equal
            return then
        case Bin(left=Lit(), right=Lit()) | Un(operand=Lit()) | Idx(value=Lit(), index=Lit()):
            return _fold(ex)
        case Idx(value=Lit(), index=Fn(name=":", args=(Lit(), Lit()))):
            return _fold(ex)
        case Fn(name=name, args=args) if name != SLICE and all(isinstance(a, Lit) for a in args):
            return _fold(ex)
        case Seq(items=items) if all(isinstance(i, Lit) for i in items):
            values = [i.value for i in items if isinstance(i, Lit)]
            return Lit(values if ex.is_list else tuple(values))
        case Idx(value=Seq(items=items), index=Lit(value=int(i))) if -len(items) <= i < len(items):
            return items[i]
    return ex


def _fold(ex: Ex) -> Ex:
    try:
        return Lit(evaluate(ex, {}))
    except _UNSAYABLE:
        return ex


def substitute(ex: Ex, names: Mapping[str, Ex]) -> Ex:
    """`ex` with names replaced, simplified again."""
    match ex:
        case Sym(name=name):
            return names.get(name, ex)
        case Bin(op=op, left=left, right=right, keep=keep):
            a, b = substitute(left, names), substitute(right, names)
            kept = keep and not (isinstance(a, Lit) and a.value == 1)
            return simplify(Bin(op, a, b, kept))
        case Un(op=op, operand=operand):
            return simplify(Un(op, substitute(operand, names)))
        case Cond(test=test, then=then, other=other):
            return simplify(
                Cond(substitute(test, names), substitute(then, names), substitute(other, names))
            )
        case Fn(name=name, args=args):
            return simplify(Fn(name, tuple(substitute(a, names) for a in args)))
        case Seq(items=items, is_list=is_list):
            return simplify(Seq(tuple(substitute(i, names) for i in items), is_list))
        case Idx(value=value, index=index):
            return simplify(Idx(substitute(value, names), substitute(index, names)))
    return ex


def names_in(ex: Ex) -> Iterator[str]:
    """The names that the expression uses."""
    match ex:
        case Sym(name=name) | Named(name=name):
            yield name
        case Bin(left=left, right=right):
            yield from names_in(left)
            yield from names_in(right)
        case Un(operand=operand):
            yield from names_in(operand)
        case Cond(test=test, then=then, other=other):
            for part in (test, then, other):
                yield from names_in(part)
        case Fn(args=parts) | Seq(items=parts):
            for part in parts:
                yield from names_in(part)
        case Idx(value=value, index=index):
            yield from names_in(value)
            yield from names_in(index)


def functions_in(ex: Ex) -> Iterator[str]:
    """The functions that the expression calls: they need imports or a helper."""
    match ex:
        case Fn(name=name, args=args):
            if name != SLICE:
                yield name
            for part in args:
                yield from functions_in(part)
        case Bin(left=left, right=right):
            yield from functions_in(left)
            yield from functions_in(right)
        case Un(operand=operand):
            yield from functions_in(operand)
        case Cond(test=test, then=then, other=other):
            for part in (test, then, other):
                yield from functions_in(part)
        case Seq(items=parts):
            for part in parts:
                yield from functions_in(part)
        case Idx(value=value, index=index):
            yield from functions_in(value)
            yield from functions_in(index)


# ----------------------------------------------------------------------------- Python's meaning


def round_to(x: float, d: int = 8) -> int:
    """As the language's `round_to`, and as the helper that is emitted for it."""
    rounded = max(d, int(x + d / 2) // d * d)
    return rounded + d if rounded < 0.9 * x else rounded


SLICE = ":"  # as an index: `x[a:b]`

FUNCTIONS: dict[str, Callable[..., object]] = {
    SLICE: slice,
    "min": min,
    "max": max,
    "round": round,
    "ceil": math.ceil,
    "floor": math.floor,
    "abs": abs,
    "len": len,
    "sum": sum,
    "range": lambda *a: list(range(*a)),
    "round_to": round_to,
    "int": int,
}

_UNSAYABLE = (ArithmeticError, TypeError, ValueError, LookupError)


class Unknown(LookupError):
    """A name without a value, or code that can't be evaluated."""


def evaluate(ex: Ex, names: Mapping[str, object]) -> object:
    """What Python would give; raises Unknown, ArithmeticError, TypeError, ValueError."""
    match ex:
        case Lit(value=value):
            return value
        case Sym(name=name):
            if name not in names:
                raise Unknown(name)
            return names[name]
        case Bin(op="and", left=left, right=right):
            return evaluate(left, names) and evaluate(right, names)
        case Bin(op="or", left=left, right=right):
            return evaluate(left, names) or evaluate(right, names)
        case Bin(op=op, left=left, right=right):
            return _BINARY[op](evaluate(left, names), evaluate(right, names))
        case Un(op="not", operand=operand):
            return not evaluate(operand, names)
        case Un(operand=operand):
            return -evaluate(operand, names)  # type: ignore[operator]
        case Cond(test=test, then=then, other=other):
            return evaluate(then if evaluate(test, names) else other, names)
        case Fn(name=name, args=args):
            return FUNCTIONS[name](*(evaluate(a, names) for a in args))
        case Seq(items=items, is_list=is_list):
            values = [evaluate(i, names) for i in items]
            return values if is_list else tuple(values)
        case Idx(value=value, index=index):
            return evaluate(value, names)[evaluate(index, names)]  # type: ignore[index]
    raise Unknown(str(ex))


def _power(a: object, b: object) -> object:
    if isinstance(b, int) and abs(b) > 4096:
        raise ValueError("exponent")
    return a**b  # type: ignore[operator]


_BINARY: dict[str, Callable[[object, object], object]] = {
    "+": lambda a, b: a + b,  # type: ignore[operator]
    "-": lambda a, b: a - b,  # type: ignore[operator]
    "*": lambda a, b: a * b,  # type: ignore[operator]
    "/": lambda a, b: a / b,  # type: ignore[operator]
    "//": lambda a, b: a // b,  # type: ignore[operator]
    "%": lambda a, b: a % b,  # type: ignore[operator]
    "**": _power,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,  # type: ignore[operator]
    "<=": lambda a, b: a <= b,  # type: ignore[operator]
    ">": lambda a, b: a > b,  # type: ignore[operator]
    ">=": lambda a, b: a >= b,  # type: ignore[operator]
}


def gives(ex: Ex, names: Mapping[str, object], value: object) -> bool:
    """Whether the printed expression has this very value, of the same type."""
    try:
        found = evaluate(ex, names)
    except _UNSAYABLE:
        return False
    if isinstance(found, float) and isinstance(value, float):  # the language's decimals are exact
        return math.isclose(found, value, rel_tol=1e-15, abs_tol=0.0)
    return type(found) is type(value) and found == value
