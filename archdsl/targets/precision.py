"""What a framework computes in float32 whatever comes in: the bounds that float64 is held to there.

Without any of these a net is equal in float64 to 1e-10. docs/verify.md has the table, made from
this one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from archdsl.ir.graph import Graph
from archdsl.ir.op import Op
from archdsl.ir.shape import Shape


@dataclass(frozen=True, slots=True)
class Single:
    """
    target:    whose
    backend:   on which engine; empty: on all
    op:        the language's keyword
    bound:     of the largest output (or gradient) of a net with such layers, where a norm after
               them makes the difference larger; None: it has no float64 at all
    what:      a few words for the table
    where:     attribute and value that it holds for, or None
    rank:      axes in space that it holds for, or None
    gradients: of its gradients alone; its outputs are exact
    """

    target: str
    backend: str
    op: str
    bound: float | None
    what: str
    where: tuple[str, object] | None = None
    rank: int | None = None
    gradients: bool = False

    def holds(self, target: str, backend: str, op: Op, shape: Shape) -> bool:
        """Whether a layer, on an input of this shape, is one of these."""
        if (self.target, self.op) != (target, op.keyword) or self.backend not in ("", backend):
            return False
        if self.rank is not None and self.rank != shape.rank:
            return False
        return self.where is None or op.value(self.where[0]) == self.where[1]


FLOAT32: tuple[Single, ...] = (
    Single(
        "keras",
        "tensorflow",
        "upsample",
        1e-5,
        "tf.image.resize interpolates in float32",
        ("mode", "bilinear"),
    ),
    Single("keras", "tensorflow", "maxpool", None, "volumes are pooled in float32 only", rank=3),
    Single("keras", "tensorflow", "avgpool", None, "volumes are pooled in float32 only", rank=3),
    Single("keras", "tensorflow", "leaky_relu", 1e-6, "the slope is an attribute in float32"),
    Single("keras", "tensorflow", "gelu", 1e-6, "its constants are in float32"),
    Single("keras", "tensorflow", "rescale", 1e-5, "scale and offset are in float32"),
    Single(
        "torch", "", "hardsigmoid", 1e-7, "the sixth of its gradient is in float32", gradients=True
    ),
)


def singles(graph: Graph, target: str, backend: str) -> list[Single]:
    """The lines of the table that a net meets in this target or in PyTorch, each once."""
    return list(dict.fromkeys([*_met(graph, target, backend), *_met(graph, "torch", "")]))


def _met(graph: Graph, target: str, backend: str) -> Iterator[Single]:
    for node in graph:
        shape = graph.nodes[node.inputs[0]].shape if node.inputs else node.shape
        yield from (one for one in FLOAT32 if one.holds(target, backend, node.op, shape))
