"""What an op costs on its inputs, found once for equal layers.

The elaborator makes one op for all layers that are equal on equal inputs, so that a network of
thousands of layers has some dozens of different ones.
"""

from __future__ import annotations

from collections.abc import Iterable

from archdsl.ir.graph import Graph, Node
from archdsl.ir.op import Reach, Saved, Shapes
from archdsl.ops.custom import Custom
from archdsl.records import record


@record
class Facts:
    """
    params:   trainable elements; buffers: the others; counters: those of them that are no floats
    learns:   it has something to train
    macs, flops: as `Op` has them
    elements: of its output
    saved, view, reach: `Op.saved`, `Op.is_view` while training, `Op.receptive`
    """

    params: int
    buffers: int
    counters: int
    learns: bool
    macs: int
    flops: int
    elements: int
    saved: Saved
    view: bool
    reach: Reach | None


Known = dict[tuple[int, Shapes], Facts]
"""By the op's id and its inputs' shapes."""


def facts_of(
    graph: Graph, nodes: Iterable[Node] | None = None, known: Known | None = None
) -> list[Facts]:
    """Of each of the graph's nodes, or of these.

    known: those found before, of ops that are still there; new ones are added
    """
    known = {} if known is None else known
    found = []
    every = graph.nodes
    for node in every if nodes is None else nodes:
        shapes = tuple([every[value].shape for value in node.inputs])
        key = (id(node.op), shapes)
        made = known.get(key)
        if made is None:
            made = known[key] = _facts(node, shapes)
        found.append(made)
    return found


def _facts(node: Node, shapes: Shapes) -> Facts:
    op, shape = node.op, node.shape
    params = buffers = counters = 0
    for weight in op.weights(shapes):
        if weight.trainable:
            params += weight.elements
        else:
            buffers += weight.elements
            counters += weight.elements if weight.dtype != "float32" else 0
    if isinstance(op, Custom):  # what its tensors are is not known, only how many elements
        params += op.parameters
    return Facts(
        params=params,
        buffers=buffers,
        counters=counters,
        learns=params > 0,
        macs=op.macs(shapes, shape),
        flops=op.flops(shapes, shape),
        elements=shape.elements,
        saved=op.saved(shapes, shape),
        view=op.is_view(training=True) and bool(shapes),
        reach=op.receptive(shapes, shape),
    )
