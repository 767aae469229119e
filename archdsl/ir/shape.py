"""The shape of a value: sizes in space, then channels, as papers write them."""

from __future__ import annotations

from math import prod
from typing import NamedTuple


class Shape(NamedTuple):
    """`28x28x192` is Shape((28, 28), 192); a vector of 9216 is Shape((), 9216). No batch axis."""

    spatial: tuple[int, ...]
    channels: int

    @property
    def rank(self) -> int:
        """How many axes in space: 0 for a vector, 2 for an image's map."""
        return len(self.spatial)

    @property
    def elements(self) -> int:
        return prod(self.spatial) * self.channels

    @property
    def channels_first(self) -> tuple[int, ...]:
        """(channels, height, width), without the batch axis: PyTorch's order."""
        return (self.channels, *self.spatial)

    @property
    def channels_last(self) -> tuple[int, ...]:
        """(height, width, channels), without the batch axis: Keras's order."""
        return (*self.spatial, self.channels)

    def __str__(self) -> str:
        return "x".join(str(n) for n in self.channels_last)
