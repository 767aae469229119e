"""What a file of weights holds, as it is: names and arrays, before anything is made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class Entry:
    """One array: the layer that it is of, its name there, and how the file calls it.

    layer: PyTorch's path, or Keras's layer name
    name:  "weight", "running_mean"; in Keras "kernel", or its number among the layer's arrays
           where the file says no more
    kept:  the type in the file, where numpy has none such
    """

    layer: str
    name: str
    key: str
    array: np.ndarray = field(repr=False, compare=False)
    kept: str = ""

    @property
    def dtype(self) -> str:
        """As the file keeps it: float32, bfloat16."""
        return self.kept or str(self.array.dtype)


@dataclass(frozen=True)
class Stored:
    """A file's content.

    framework: whose layout the arrays have
    notes:     what was done to read it: prefixes stripped, numbers made float32
    """

    framework: Literal["torch", "keras"]
    layers: Mapping[str, tuple[Entry, ...]]
    notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Entry]:
        for entries in self.layers.values():
            yield from entries


class Unusable(Exception):
    """A file that isn't what it is taken for; the message says why, `help` what to do."""

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.help = help


def first_line(error: Exception) -> str:
    """What a library says of an error, shortly."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
