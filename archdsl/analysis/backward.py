"""The work of the backward pass: convolutions and linear layers, two operations for each
multiply-accumulate.

Each computes the gradient of its weights and, where something before it learns, that of its
input; each of the two takes as many multiply-accumulates as the forward pass. The first
convolution of a net has the one of its weights alone. Side heads are there, as training is.
Element-wise work is not counted.
"""

from __future__ import annotations

from collections.abc import Sequence

from archdsl.analysis.facts import Facts
from archdsl.ir.graph import Graph


def backward(graph: Graph, facts: Sequence[Facts]) -> list[int]:
    """FLOPs for one sample, by node."""
    learns = [False] * len(graph)
    found = []
    for node, fact in zip(graph.nodes, facts, strict=True):
        before = any(learns[value] for value in node.inputs)
        learns[node.id] = fact.learns or before
        found.append(2 * fact.macs * (fact.learns + before))
    return found
