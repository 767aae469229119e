"""The graph of an elaborated net: nodes in SSA form, in an order that can be run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from fractions import Fraction

from archdsl.diagnostics import Span
from archdsl.ir.op import Op
from archdsl.ir.shape import Shape
from archdsl.records import record


@record
class Node:
    """One application of an op. Its value is named by its `id`, its place in the graph.

    path:    dotted path by the naming rules; weights are `path.weight` and so on. The inputs and
             the joins that structure makes (residual's add) have paths too, unique like the rest
    op:      resolved, every attribute explicit
    inputs:  ids of the values it takes
    stride:  cumulative stride from the net's input to the output (down / up), as written
    aux:     it belongs to a side head: absent at inference
    """

    id: int
    path: str
    op: Op
    inputs: tuple[int, ...]
    shape: Shape
    span: Span = field(repr=False, compare=False)
    stride: Fraction = Fraction(1)
    aux: bool = False


@record
class AuxOutput:
    """A side head's output: its label and the weight of its loss."""

    label: str
    weight: float
    value: int


@record
class Graph:
    """Nodes by id, the net's inputs (label or None, node id), outputs and side outputs."""

    nodes: tuple[Node, ...]
    inputs: tuple[tuple[str | None, int], ...]
    outputs: tuple[tuple[str | None, int], ...]
    aux: tuple[AuxOutput, ...] = ()

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)

    def input_shapes(self, node: Node) -> tuple[Shape, ...]:
        return tuple(self.nodes[i].shape for i in node.inputs)
