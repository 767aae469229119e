"""Attributes of ops: declared as annotated names of a class, checked when an op is made.

An annotation carries a `Kind` (how a language value becomes the attribute's value) and a `Field`
(what it is for). Pydantic would do this too: importing it and building fifty models takes a third
of the time that all of `archdsl check` may take, and nothing is checked here but kinds.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Self, dataclass_transform

from archdsl.ir.shape import Shape
from archdsl.ir.values import Initializer
from archdsl.records import record


@record
class Kind:
    """How an attribute is written; `words` are the bare words it takes."""

    name: Literal[
        "count", "int", "size", "pad", "number", "numbers", "bool", "word", "shape", "init", "edges"
    ]
    words: tuple[str, ...] = ()


@record
class Field:
    """What an attribute is for: a sentence of the reference."""

    description: str


PerAxis = int | tuple[int, ...]
Pads = tuple[tuple[int, int], ...]  # (before, after) for each axis in space

Count = Annotated[int, Kind("count")]  # a whole number of at least 1
Whole = Annotated[int, Kind("int")]  # a whole number of at least 0
Sizes = Annotated[PerAxis, Kind("size")]  # a number, or one for each axis in space, at least 1
Padding = Annotated[PerAxis | Pads | Literal["same", "same_tf"], Kind("pad", ("same", "same_tf"))]
Edges = Annotated[PerAxis | Pads, Kind("edges")]  # as Padding, without its words
Real = Annotated[float, Kind("number")]
Reals = Annotated[float | tuple[float, ...], Kind("numbers")]  # or one for each channel
Flag = Annotated[bool, Kind("bool")]
ShapeAttr = Annotated[Shape, Kind("shape")]
Init = Annotated[Initializer | None, Kind("init")]


class _Required:
    __slots__ = ()

    def __repr__(self) -> str:
        return "REQUIRED"


REQUIRED = _Required()


class Attribute(NamedTuple):
    """name: as users write it; field: as the class has it (`from` can't be a Python name)."""

    name: str
    field: str
    kind: Kind | None
    description: str
    default: object


_KNOWN: dict[type, dict[str, Attribute]] = {}


def attributes_of(cls: type) -> dict[str, Attribute]:
    """The attributes of a class by their fields, in order, those of its bases first."""
    if cls in _KNOWN:
        return _KNOWN[cls]
    found = _KNOWN[cls] = {}
    for field, note in typing.get_type_hints(cls, include_extras=True).items():
        if typing.get_origin(note) is ClassVar:
            continue
        parts = typing.get_args(note) if typing.get_origin(note) is Annotated else ()
        kind = next((part for part in parts if isinstance(part, Kind)), None)
        said = next((part.description for part in parts if isinstance(part, Field)), "")
        default = getattr(cls, field, REQUIRED)
        found[field] = Attribute(field.removesuffix("_"), field, kind, said, default)
    return found


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Attributes:
    """A frozen class of attributes. Making one with others, without a required one or with a
    value that is not of its kind is a TypeError: a mistake of the program, not of a file."""

    def __init__(self, **given: Any) -> None:
        values = self.__dict__
        for field, attribute in attributes_of(type(self)).items():
            value = given.pop(field, attribute.default)
            kind = attribute.kind
            if value is REQUIRED:
                raise TypeError(f"{type(self).__name__} needs `{field}`")
            if value is not attribute.default and kind and not _FITS[kind.name](kind, value):
                what = f"{type(self).__name__}'s `{field}`"
                raise TypeError(f"{what} can't be {value!r}: it is of kind {kind.name}")
            values[field] = value
        if given:
            raise TypeError(f"{type(self).__name__} has no `{next(iter(given))}`")
        self.check()

    @classmethod
    def of(cls, values: Mapping[str, object]) -> Self:
        """From attributes by the names that users give them."""
        fields = {attribute.name: field for field, attribute in attributes_of(cls).items()}
        return cls(**{fields[name]: value for name, value in values.items()})

    def check(self) -> None:
        """What must hold beyond the kinds."""

    def changed(self, **values: Any) -> Self:
        """The same with other values, which aren't checked."""
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__)
        made.__dict__.update(values)
        return made

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: `{name}` can't be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: `{name}` can't be deleted")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), *self.__dict__.values()))

    def __repr__(self) -> str:
        said = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items())
        return f"{type(self).__name__}({said})"


# ------------------------------------------------------------------------- values of a kind


def _is_int(least: int, value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _is_real(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_per_axis(least: int, value: object) -> bool:
    parts = value if isinstance(value, tuple) else (value,)
    return bool(parts) and all(_is_int(least, part) for part in parts)


def _is_edges(kind: Kind, value: object) -> bool:
    if isinstance(value, str):
        return value in kind.words
    if isinstance(value, tuple) and value and all(isinstance(part, tuple) for part in value):
        return all(len(part) == 2 and _is_per_axis(0, part) for part in value)
    return _is_per_axis(0, value)


_FITS: dict[str, Callable[[Kind, object], bool]] = {
    "count": lambda kind, value: _is_int(1, value),
    "int": lambda kind, value: _is_int(0, value),
    "size": lambda kind, value: _is_per_axis(1, value),
    "pad": _is_edges,
    "edges": _is_edges,
    "number": lambda kind, value: _is_real(value),
    "numbers": lambda kind, value: (
        all(map(_is_real, value)) if isinstance(value, tuple) else _is_real(value)
    ),
    "bool": lambda kind, value: isinstance(value, bool),
    "word": lambda kind, value: value in kind.words,
    "shape": lambda kind, value: isinstance(value, Shape),
    "init": lambda kind, value: isinstance(value, Initializer),
}
