"""From the language's values to the values of an op's attributes, by the attribute's kind."""

from __future__ import annotations

from collections.abc import Container
from fractions import Fraction

from archdsl import limits
from archdsl.elaborate import codes
from archdsl.elaborate.problems import quoted_list
from archdsl.elaborate.values import Value, is_number, is_sizes, show, whole
from archdsl.ir.op import Kind
from archdsl.ir.shape import Shape
from archdsl.ir.values import INITIALIZERS, Initializer, Word

_LARGEST = (2 - 2**-23) * 2.0**127
_SMALLEST = 2.0**-149  # less is 0 there


class Unfit(Exception):
    """A value that isn't what is wanted: "a whole number", and why not where that helps."""

    def __init__(self, wanted: str, *, code: str = codes.WRONG_KIND, help: str = "") -> None:
        super().__init__(wanted)
        self.wanted = wanted
        self.code = code
        self.help = help


def coerce(kind: Kind, value: Value) -> object:
    """The attribute's value; raises Unfit."""
    match kind.name:
        case "count":
            return count(value)
        case "int":
            return count(value, least=0)
        case "size":
            return _size(value)
        case "pad" | "edges":
            return _edges(kind, value)
        case "number":
            return real(value)
        case "numbers":
            return _numbers(value)
        case "bool":
            if isinstance(value, bool):
                return value
            raise Unfit("`true` or `false`", help=unquoted(value, ("true", "false")))
        case "word":
            return _word(kind, value)
        case "shape":
            return shape(value)
        case "init":
            return initializer(value)


def unquoted(value: Value, words: Container[str]) -> str:
    """The help for a word of the language that was written as a string."""
    return (
        f"write `{value}` without the quotes" if isinstance(value, str) and value in words else ""
    )


def initializer(value: Value) -> Initializer:
    """What weights can start by; raises Unfit, also where it lacks an argument."""
    if not isinstance(value, Initializer):
        help = unquoted(value, INITIALIZERS)
        raise Unfit("an initialiser such as `kaiming_normal`", help=help)
    required = INITIALIZERS[value.name].required
    if set(required) - dict(value.args).keys():
        raise Unfit(
            f"an initialiser with its {quoted_list(required)}",
            code=codes.MISSING_ARGUMENT,
            help=f"write `{value.name}({', '.join(required)})`",
        )
    return value


def count(value: Value, *, least: int = 1) -> int:
    found = whole(value)
    if found is None:
        if isinstance(value, Fraction):
            raise Unfit(
                "a whole number", help="`round`, `floor`, `ceil` or `round_to` make one of it"
            )
        raise Unfit("a whole number")
    if found < least:
        raise Unfit(f"a whole number of at least {least}", code=codes.OUT_OF_BOUNDS)
    if found > limits.COUNT:
        raise Unfit(f"a number of at most {limits.COUNT}", code=codes.OUT_OF_BOUNDS)
    return found


def number(value: Value) -> float:
    if not is_number(value):
        raise Unfit("a number")
    try:
        return float(value)
    except OverflowError:
        raise Unfit("a number that fits a float", code=codes.OUT_OF_BOUNDS) from None


def real(value: Value) -> float:
    """A number that nets compute with: one that float32 has, or comes near."""
    found = number(value)
    if abs(found) > _LARGEST or (value != 0 and abs(found) < _SMALLEST):
        raise Unfit("a number in float32's range", code=codes.OUT_OF_BOUNDS)
    return found


def _numbers(value: Value) -> float | tuple[float, ...]:
    if isinstance(value, (list, tuple)) and not isinstance(value, Shape) and value:
        return tuple(real(part) for part in value)
    if not is_number(value):
        raise Unfit("a number, or a list of one for each channel")
    return real(value)


def _size(value: Value) -> int | tuple[int, ...]:
    if is_number(value):
        return count(value)
    if is_sizes(value) and value:
        if any(part < 1 for part in value):
            raise Unfit("a size with parts of at least 1", code=codes.OUT_OF_BOUNDS)
        return tuple(count(part) for part in value)
    raise Unfit("a size such as 3 or 3x3")


def _edges(kind: Kind, value: Value) -> object:
    if isinstance(value, Word):
        if value.word in kind.words:
            return value.word
        raise Unfit(_one_of(kind, "a number", "a size"))
    if is_number(value):
        return count(value, least=0)
    if isinstance(value, tuple) and value and all(_is_pair(part) for part in value):
        return tuple(tuple(count(n, least=0) for n in part) for part in value)
    if is_sizes(value) and value:
        sizes = tuple(count(part, least=0) for part in value)
        if len(sizes) in (4, 6):
            return tuple(zip(sizes[::2], sizes[1::2], strict=True))
        if len(sizes) <= 3:
            return sizes
    wanted = _one_of(kind, "a number", "a size", "(top, bottom, left, right)")
    raise Unfit(wanted, help=unquoted(value, kind.words))


def _is_pair(value: Value) -> bool:
    return is_sizes(value) and len(value) == 2


def _word(kind: Kind, value: Value) -> str:
    word = value.word if isinstance(value, Word) else value
    if isinstance(word, str) and word in kind.words:
        return word
    raise Unfit(_one_of(kind))


def _one_of(kind: Kind, *others: str) -> str:
    choices = [f"`{word}`" for word in kind.words] + list(others)
    if len(choices) == 1:
        return choices[0]
    return f"{', '.join(choices[:-1])} or {choices[-1]}"


def shape(value: Value) -> Shape:
    if isinstance(value, Shape):
        return value
    if is_number(value):
        return Shape((), count(value))
    if is_sizes(value) and value:
        parts = [count(part) for part in value]
        return Shape(tuple(parts[:-1]), parts[-1])
    raise Unfit("a shape such as 7x7x512")


def wants(owner: str, name: str, unfit: Unfit, value: Value) -> str:
    """The message: "conv's `c` wants a whole number, got 3x3"."""
    return f"{owner}'s `{name}` wants {unfit.wanted}, got {show(value)}"
