"""Arrays that are not of the shape that a net wants, and what can be made of them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from archdsl.ir.graph import Graph
from archdsl.ir.places import Place
from archdsl.weights.ends import heads, stems

if TYPE_CHECKING:
    import numpy as np


@lru_cache(maxsize=4)
def _ends(graph: _Same) -> tuple[frozenset[str], frozenset[str]]:
    return heads(graph.graph), stems(graph.graph)


class _Same:
    """A graph by its identity: comparing whole ones would take long."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.graph is self.graph

    def __hash__(self) -> int:
        return id(self.graph)


def number(array: np.ndarray, dtype: str) -> np.ndarray:
    """Of the type that the net's weights have; what is too large for it is infinite."""
    import numpy as np

    if str(array.dtype) == dtype:
        return array
    with np.errstate(over="ignore", invalid="ignore"):
        return array.astype(dtype)


def is_head(place: Place, graph: Graph) -> bool:
    return place.node.path in _ends(_Same(graph))[0]


def by_head(array: np.ndarray, place: Place, graph: Graph) -> bool:
    """Whether `--head` would know what to do."""
    return reshaped(array, place, graph, head=True) is not None


def is_other_channels(array: np.ndarray, place: Place, graph: Graph) -> bool:
    """Whether it is a first layer's, and all that differs is how many channels come in."""
    there, here = array.shape, place.weight.shape
    return (
        place.node.path in _ends(_Same(graph))[1]
        and len(there) == len(here) > 2
        and (there[0], *there[2:]) == (here[0], *here[2:])
        and there[1] != here[1]
    )


def depthwise(array: np.ndarray, place: Place) -> np.ndarray | None:
    """The kernel of a Keras Conv in C groups, (.., 1, C * m), as that of a DepthwiseConv,
    (.., C, m); None where the net has no such convolution or the array is none."""
    there = place.weight.keras_shape
    if place.weight.keras != "kernel" or there is None:
        return None
    *kernel, channels, each = there
    return array.reshape(there) if array.shape == (*kernel, 1, channels * each) else None


def reshaped(
    array: np.ndarray, place: Place, graph: Graph, head: bool
) -> tuple[np.ndarray | None, str] | None:
    """(the array as wanted, how), (None, why) where it begins anew, None where nothing helps."""
    there, here = array.shape, place.weight.shape
    if _no_space(there) == here:
        return array.reshape(here), "a 1x1 convolution as a linear layer"
    if _no_space(here) == there:
        return array.reshape(here), "a linear layer as a 1x1 convolution"
    if not head:
        return None
    if is_head(place, graph) and _no_space(there)[1:] == _no_space(here)[1:]:
        return None, f"a new head for {here[0]} classes, in place of {there[0]}"
    return _channels(array, here) if is_other_channels(array, place, graph) else None


def _no_space(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape without axes in space of size 1."""
    return shape[:2] if len(shape) > 2 and set(shape[2:]) == {1} else shape


def _channels(array: np.ndarray, here: tuple[int, ...]) -> tuple[np.ndarray, str] | None:
    import numpy as np

    there = array.shape
    if here[1] == 1:
        return array.sum(1, keepdims=True), f"summed over {there[1]} input channels: grey is all"
    if there[1] == 1:
        spread = np.repeat(array / here[1], here[1], 1)
        return spread.astype(array.dtype), f"spread over {here[1]} input channels: each a part"
    return None
