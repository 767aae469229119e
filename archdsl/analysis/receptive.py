"""The receptive field of each value: how much of the input one of its elements can depend on.

For each axis of the input an extent and a step, carried through the graph: a window of k elements
widens the extent by k - 1 steps (Araujo, Norris and Sim, "Computing Receptive Fields of
Convolutional Neural Networks", Distill 2019). Where paths join, the widest holds. The extent is
that of an inner element, and may exceed the input, whose border is padded.

Not counted, as in published figures: a factor of 1x1xC, such as a gate's, and the statistics of a
normalisation, which see all of the map.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil

from archdsl.analysis.facts import Facts
from archdsl.ir.graph import Graph, Node
from archdsl.ir.op import Reach

_Field = tuple[tuple[Fraction | int, ...], tuple[Fraction | int, ...]]  # extents, steps


def receptive_fields(graph: Graph, facts: Sequence[Facts]) -> list[tuple[int, ...]]:
    """By node: elements of the input on each of its axes in space; () of a vector."""
    found: list[_Field] = []
    for node, fact in zip(graph.nodes, facts, strict=True):
        if not node.inputs:
            ones = (1,) * node.shape.rank
            found.append((ones, ones))
            continue
        if len(node.inputs) == 1:
            field = found[node.inputs[0]]
        else:
            field = _joined([found[value] for value in _spread(graph, node)])
        found.append(_through(field, fact.reach))
    return [tuple(ceil(extent) for extent in extents) for extents, _ in found]


def _spread(graph: Graph, node: Node) -> list[int]:
    """The inputs that have as many positions as the output, or all."""
    spatial = node.shape.spatial
    same = [value for value in node.inputs if graph.nodes[value].shape.spatial == spatial]
    return same or list(node.inputs)


def _joined(fields: list[_Field]) -> _Field:
    first, *others = fields
    extents, steps = first
    for other, _ in others:
        if len(other) > len(extents):  # a vector of its own beside what came from a map
            extents, steps = other, (0,) * len(other)
        elif len(other) == len(extents):
            extents = tuple(map(max, extents, other))
    return extents, steps


def _through(field: _Field, reach: Reach | None) -> _Field:
    extents, steps = field
    if reach is None or len(reach.extent) != len(extents):
        return field  # of a map made from a vector each element depends on all already
    wider = (e + (k - 1) * s for e, k, s in zip(extents, reach.extent, steps, strict=True))
    return tuple(wider), tuple(s * t for s, t in zip(steps, reach.step, strict=True))


def field_text(field: tuple[int, ...]) -> str:
    """`427`, or `7x43` where the axes differ; nothing of a vector."""
    if len(set(field)) == 1:
        return str(field[0])
    return "x".join(str(n) for n in field)
