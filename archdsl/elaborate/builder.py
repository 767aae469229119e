"""The graph in the making: nodes are added in order, each checked and given its shape.

Input: op classes with attribute values and the ids of their inputs. Output: `Graph` parts. What
holds afterwards: every node's op is resolved, its shape inferred, its path unique.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from archdsl import limits
from archdsl.diagnostics import Frame, Span
from archdsl.elaborate import codes
from archdsl.elaborate.initial import check_start
from archdsl.elaborate.problems import Problem
from archdsl.ir.graph import Node
from archdsl.ir.op import Op
from archdsl.ir.shape import Shape
from archdsl.records import record

Attributes = dict[str, object]


@record
class Made:
    op: Op
    shape: Shape
    scale: Fraction | None  # None: 1
    weighted: bool


class Builder:
    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.weighted: list[bool] = []
        self.weights_made = 0  # nodes with weights so far
        self.dropped: list[Dropped] = []
        self.known: dict[object, Made] = {}

    def shape(self, value: int) -> Shape:
        return self.nodes[value].shape

    def make(self, op: type[Op], attributes: Attributes, inputs: tuple[Shape, ...]) -> Made:
        """The op for these inputs, made once for equal ones; raises OpError."""
        key = (op, tuple(attributes.items()), inputs)
        made = self.known.get(key)
        if made is None:
            resolved = op.of(attributes).resolve(inputs)
            shape = resolved.infer(inputs)
            down, up = resolved.stride_of(inputs, shape)
            weights = resolved.weights(inputs)
            check_start(resolved, weights)
            weighted = bool(weights) or not resolved.parameters_are_costed
            made = self.known[key] = Made(
                resolved, shape, None if down == up else Fraction(down, up), weighted
            )
        return made

    def add(
        self,
        op: type[Op],
        attributes: Attributes,
        inputs: tuple[int, ...],
        path: str,
        span: Span,
        *,
        aux: bool = False,
    ) -> int:
        """A node; its id. Raises OpError, and Problem where a limit is met."""
        nodes = self.nodes
        made = self.make(op, attributes, tuple([nodes[i].shape for i in inputs]))
        number = len(nodes)
        if number >= limits.now().nodes:
            raise Problem(
                codes.NET_TOO_LARGE, f"the net has more than {limits.now().nodes:,} layers", span
            )
        scale = nodes[inputs[0]].stride if inputs else Fraction(1)
        if made.scale is not None:
            scale *= made.scale
        nodes.append(Node(number, path, made.op, inputs, made.shape, span, scale, aux))
        self.weighted.append(made.weighted)
        self.weights_made += made.weighted
        return number

    def finish(self) -> tuple[Node, ...]:
        """All nodes; where structure's own path met a name given later, it gives way."""
        taken: dict[str, int] = {}
        clashes: list[int] = []
        for node in self.nodes:
            first = taken.setdefault(node.path, node.id)
            if first != node.id:
                structural = self.nodes[first].op.keyword in STRUCTURAL
                clashes.append(first if structural else node.id)
                if structural:
                    taken[node.path] = node.id
        for number in clashes:
            node = self.nodes[number]
            suffix = 2
            while f"{node.path}{suffix}" in taken:
                suffix += 1
            path = f"{node.path}{suffix}"
            taken[path] = number
            self.nodes[number] = replace(node, path=path)
        return tuple(self.nodes)


STRUCTURAL = frozenset({"add", "concat", "mul", "input"})


@record
class Dropped:
    """A value that an `@x` at `span` left behind."""

    value: int
    span: Span
    label: str
    frames: tuple[Frame, ...]
