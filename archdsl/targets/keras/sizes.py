"""For which sizes of its input a net's function is right: found out by elaborating it for others.

Keras's layers take maps of any size, and most of what is emitted is right for all. Padding that is
written as numbers may not be: that of ceil mode, TensorFlow's `same` where it comes out even.
"""

from __future__ import annotations

from collections.abc import Iterable

from archdsl.ir import structure
from archdsl.ir.graph import Graph, Node
from archdsl.ir.op import Call
from archdsl.ir.shape import Shape
from archdsl.ops import geometry
from archdsl.ops.geometry import Window
from archdsl.targets.base import Resize

_MULTIPLES = (1, 4)
_MOST = 64  # sizes tried; a net that would need more, for strides that large, is for one size


def step(net: structure.Net, resize: Resize) -> int | None:
    """1: any size will do; n: those that are a multiple of n larger or smaller; None: this one."""
    graph = net.graph
    if len(graph.inputs) != 1 or not graph.nodes[graph.inputs[0][1]].shape.rank:
        return None
    most = max(node.stride for node in graph)
    period = int(most) if most.denominator == 1 else 0
    offsets = _offsets(graph)
    if offsets is None:
        return None
    if _same_for(net, resize, [*offsets, 2 * period + 2]):
        return 1
    if period > 1 and _same_for(net, resize, [n * period for n in _MULTIPLES]):
        return period
    return None


def _offsets(graph: Graph) -> list[int] | None:
    """Larger inputs by which each strided layer meets all remainders of its own input's size;
    None for too many."""
    found: set[int] = {1}
    for node in graph:
        window = _window(node, graph) if node.inputs else None
        if window is not None:
            before = graph.nodes[node.inputs[0]].stride
            scale = int(before) if before.denominator == 1 else 1
            rests = range(1, min(max(window.stride), _MOST + 2))
            found |= {scale * rest for rest in rests}
            if len(found) > _MOST:
                return None
    return sorted(found)


def _same_for(net: structure.Net, resize: Resize, offsets: Iterable[int]) -> bool:
    graph = net.graph
    shape = graph.nodes[graph.inputs[0][1]].shape
    for offset in offsets:
        other = resize(net, Shape(tuple(n + offset for n in shape.spatial), shape.channels))
        if other is None or not _same(graph, other.graph):
            return False
    return True


def _same(one: Graph, other: Graph) -> bool:
    """Whether the code for one is right for the other: the same layers with the same weights."""
    if len(one) != len(other):
        return False
    for a, b in zip(one, other, strict=True):
        if (a.path, a.op.keyword, a.inputs) != (b.path, b.op.keyword, b.inputs):
            return False
        if a.op.keyword == "input":
            continue
        if a.op.weights(one.input_shapes(a)) != b.op.weights(other.input_shapes(b)):
            return False
        if not _same_calls(_calls(one, a), _calls(other, b), b, other):
            return False
    return True


def _calls(graph: Graph, node: Node) -> tuple[Call, ...]:
    return node.op.keras(graph.input_shapes(node), node.shape) or ()


def _same_calls(here: tuple[Call, ...], there: tuple[Call, ...], node: Node, graph: Graph) -> bool:
    if here == there:
        return True
    # Keras finds out by itself what its `same` is on another size.
    says_same = len(here) == 1 and any(
        (a.name, a.value) == ("padding", "same") for a in here[0].args
    )
    window = _window(node, graph) if says_same else None
    return window is not None and window.pads == geometry.same_tf_pads(
        window.sizes, window.reach, window.stride
    )


def _window(node: Node, graph: Graph) -> Window | None:
    shape = graph.nodes[node.inputs[0]].shape
    conv = getattr(node.op, "conv", None)
    made = conv(shape) if callable(conv) else node.op
    window = getattr(made, "window", None)
    if window is None or getattr(made, "to", None) is not None:  # adaptive pooling has none
        return None
    found = window(shape)
    return found if isinstance(found, Window) else None
