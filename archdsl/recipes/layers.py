"""A net's layers as `transfer` speaks of them: by path, in the order in which they act."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from archdsl.diagnostics import Span, nearest
from archdsl.elaborate import Problem
from archdsl.ir.graph import Graph, Node
from archdsl.ir.structure import Net
from archdsl.ops.linear import Linear
from archdsl.ops.regularize import Dropout
from archdsl.recipes import codes

__all__ = ["below", "find", "head", "stages", "weighted"]


def weighted(graph: Graph) -> list[Node]:
    """The layers with weights."""
    return [node for node in graph if node.op.weights(graph.input_shapes(node))]


def below(path: str, paths: Iterable[str]) -> list[str]:
    """Those of `paths` that are `path` or in it."""
    return [found for found in paths if found == path or found.startswith(f"{path}.")]


def find(net: Net, path: str, span: Span) -> list[Node]:
    """The nodes that a path means; raises Problem where there are none."""
    found = set(below(path, (node.path for node in net.graph)))
    if not found:
        raise _no_layer(net, path, span)
    return [node for node in net.graph if node.path in found]


def _no_layer(net: Net, path: str, span: Span) -> Problem:
    levels: dict[str, None] = {}
    for node in weighted(net.graph):
        parts = node.path.split(".")
        for end in range(1, len(parts) + 1):
            levels[".".join(parts[:end])] = None
    guess = nearest(path, levels)
    top = [level for level in levels if "." not in level]
    shown = ", ".join(top[:8]) + (", .." if len(top) > 8 else "")
    return Problem(
        codes.NO_LAYER,
        f"{net.name} has no layer `{path}`",
        span,
        notes=[f"its layers are {shown}"],
        help=f"did you mean `{guess}`?" if guess else "",
    )


def stages(chosen: Collection[str], paths: Iterable[str]) -> tuple[str, ...]:
    """As few paths as can say `chosen`: what is whole is named as a whole."""
    every = list(paths)
    kept = set(chosen)
    whole: dict[str, bool] = {}
    for path in every:
        for level in _levels(path):
            whole[level] = whole.get(level, True) and path in kept
    found: dict[str, None] = {}
    for path in every:
        if path in kept:
            level = next(level for level in _levels(path) if whole[level])
            found[level] = None
    return tuple(found)


def _levels(path: str) -> list[str]:
    parts = path.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts) + 1)]


def head(graph: Graph) -> tuple[Node, float] | None:
    """The linear layer whose output is the net's, and the dropout right before it; None: none."""
    end = graph.nodes[graph.outputs[0][1]]
    if not isinstance(end.op, Linear) or graph.nodes[end.inputs[0]].shape.rank != 0:
        return None
    before = graph.nodes[end.inputs[0]]
    return end, before.op.p if isinstance(before.op, Dropout) else 0.0
