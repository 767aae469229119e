"""Values that emitted code can write, and those that it can't."""

from __future__ import annotations

from archdsl.syntax import tree
from archdsl.targets.conversion import convert
from archdsl.targets.outline.names import safe
from archdsl.targets.outline.rows import value_of
from archdsl.targets.symbolic import (
    Ex,
    Lit,
)


class Code(str):
    """A value that is a piece of code already (`nn.ReLU6`), not a string."""

    __slots__ = ()


ABSENT = object()


def is_sayable(value: object) -> bool:
    if isinstance(value, list | tuple):
        return all(is_sayable(v) for v in value)
    return value is None or isinstance(value, bool | int | float | str)


def sized(value: object) -> object:
    from archdsl.ir.values import Size

    return Size(value) if isinstance(value, tuple) else value


def source_name(name: str) -> str:
    if name.startswith("v") and safe(name[1:]) == name:
        return name[1:]
    return name[:-1] if name.endswith("_") and safe(name[:-1]) == name else name


def constant(default: tree.Expr | None) -> Ex | None:
    """A declared default that names nothing, as a literal; else None."""
    if default is None:
        return None
    ex = convert(default, lambda _: None, lambda _: None)
    if not isinstance(ex, Lit):
        return None
    return Lit(value_of(sized(ex.value)))
