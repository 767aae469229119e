"""The order of a flattened map: PyTorch's is channel after channel, other targets' channels last.

A flatten that only feeds linear layers costs nothing: their weights are permuted once. Where
another layer or the net's output sees the order, the map is permuted before it is flattened.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from archdsl.ir.graph import Graph, Node
from archdsl.ir.op import Weight

if TYPE_CHECKING:
    import numpy as np

# layers that treat every element of a vector alike, or by weights that can be permuted too
_ALIKE = frozenset(
    {"relu", "relu6", "leaky_relu", "prelu", "elu", "sigmoid", "tanh", "silu", "gelu"}
    | {"hardswish", "hardsigmoid", "softmax", "dropout", "drop_path", "bn", "layernorm"}
    | {"layer_scale", "rescale"}
)


def flattens(node: Node, graph: Graph) -> bool:
    """Whether a node makes a vector of a map of more than one position and channel."""
    if node.op.keyword not in ("flatten", "reshape") or node.shape.rank:
        return False
    shape = graph.nodes[node.inputs[0]].shape
    return shape.rank > 0 and shape.channels > 1 and shape.elements > shape.channels


def _consumers(graph: Graph) -> tuple[tuple[int, ...], ...]:
    found: list[list[int]] = [[] for _ in graph.nodes]
    for node in graph:
        for i in node.inputs:
            found[i].append(node.id)
    return tuple(tuple(f) for f in found)


def order_is_seen(node: Node, graph: Graph) -> bool:
    """Whether anything but linear layers sees in which order this flatten puts its elements."""
    consumers = _consumers(graph)
    ends = {v for _, v in graph.outputs} | {a.value for a in graph.aux}
    stack = [node.id]
    while stack:
        value = stack.pop()
        if value in ends:
            return True
        for user in consumers[value]:
            keyword = graph.nodes[user].op.keyword
            if keyword in _ALIKE:
                stack.append(user)
            elif keyword != "linear":
                return True
    return False


def flattened(node: Node, graph: Graph) -> tuple[int, ...] | None:
    """(channels, height, width) of the map that a node's input is a flattening of, if it is one.

    None too where the map was permuted before, so that the order is PyTorch's.
    """
    value = graph.nodes[node.inputs[0]] if node.inputs else node
    while value.inputs and not value.shape.rank:
        if flattens(value, graph):
            if order_is_seen(value, graph):
                return None
            return graph.nodes[value.inputs[0]].shape.channels_first
        if value.op.keyword not in _ALIKE:
            return None
        value = graph.nodes[value.inputs[0]]
    return None


def reordered(
    array: np.ndarray, graph: Graph, node: Node, weight: Weight, *, back: bool = False
) -> np.ndarray:
    """Elements of a flattened map, from channels first to channels last, or `back`."""
    import numpy as np

    if node.shape.rank or not array.shape:
        return array
    order = flattened(node, graph)
    if order is None:
        return array
    axis = 1 if node.op.keyword == "linear" else 0
    if (node.op.keyword == "linear" and weight.name != "weight") or array.shape[axis] == 1:
        return array
    channels, *space = order
    if array.shape[axis] != channels * math.prod(space):
        return array  # of another map: not what the net has
    rest = array.shape[axis + 1 :]
    if back:
        spread = array.reshape(*array.shape[:axis], *space, channels, *rest)
        return np.moveaxis(spread, axis + len(space), axis).reshape(array.shape)
    apart = array.reshape(*array.shape[:axis], channels, *space, *rest)
    last = range(axis + 1, axis + 1 + len(space))
    after = range(axis + 1 + len(space), apart.ndim)
    return apart.transpose(*range(axis), *last, axis, *after).reshape(array.shape)
