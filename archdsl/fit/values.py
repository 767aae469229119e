"""Values of the language by number: equal ones have the same, so that they are cheap keys."""

from __future__ import annotations

from fractions import Fraction

from archdsl.elaborate.values import Value
from archdsl.ir.shape import Shape
from archdsl.ir.values import BlockValue, OpValue

__all__ = ["Failed", "Numbers"]


class Failed(Exception):
    """A candidate that can't be elaborated: the error's code, its message and its place."""

    def __init__(self, code: str, message: str, place: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.place = place


class Numbers:
    """All values met so far."""

    def __init__(self) -> None:
        self.values: list[Value] = []
        self._known: dict[object, int] = {}

    def of(self, value: Value) -> int:
        key = _key(value)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = len(self.values)
            self.values.append(value)
        return found


def _key(value: Value) -> object:
    """A hashable that two values share if the language can't tell them apart."""
    match value:
        case bool() | int() | Fraction() | str():
            return type(value), value
        case Shape():
            return Shape, value
        case list() | tuple():
            return type(value), tuple([_key(part) for part in value])
        case OpValue():
            return OpValue, value.op, tuple([(name, _key(part)) for name, part in value.bound])
        case BlockValue():
            bound = tuple([(name, _key(part)) for name, part in value.bound])
            return BlockValue, id(value.block), bound
    return type(value), value
