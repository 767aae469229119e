"""The words that the language itself gives a meaning: ops, functions, initialisers, bare words."""

from __future__ import annotations

from functools import cache

from archdsl.elaborate.functions import FUNCTIONS
from archdsl.ir.op import Op
from archdsl.ir.values import INITIALIZERS, Initializer, OpValue
from archdsl.ops import OPS

_STRUCTURAL = frozenset({"input", "add", "concat", "mul"})  # made by forms, never written as ops


@cache
def ops() -> dict[str, type[Op]]:
    """The ops that a file may write, by keyword."""
    return {keyword: op for keyword, op in OPS.items() if keyword not in _STRUCTURAL}


@cache
def op_values() -> dict[str, OpValue]:
    return {keyword: OpValue(op) for keyword, op in ops().items()}


@cache
def words() -> frozenset[str]:
    """The bare words that attributes take: `same`, `nearest`."""
    return frozenset(
        word for op in OPS.values() for kind in op.attributes().values() for word in kind.words
    )


def taken(name: str) -> str | None:
    """What the language calls by this name already: "an op", or None."""
    if name in ops():
        return "an op"
    if name in FUNCTIONS:
        return "a builtin function"
    if name in INITIALIZERS:
        return "an initialiser"
    if name == "none":
        return "the layer that does nothing"
    return None


def has_meaning(name: str) -> bool:
    """Whether a name means something in every file."""
    return taken(name) is not None or name in words()


@cache
def initializer(name: str) -> Initializer:
    """An initialiser with its defaults; what it requires is still to be given."""
    spec = INITIALIZERS[name]
    given = ((key, value) for key, value in spec.params.items() if key not in spec.required)
    return Initializer(name, tuple(given))


def structural(kind: str) -> type[Op]:
    """The op of a form: input, add, concat, mul."""
    return OPS[kind]
