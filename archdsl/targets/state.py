"""Random weights for a net, by PyTorch's names, to compare targets by."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from archdsl.ir.graph import Graph, Node
from archdsl.ir.places import places, places_of

if TYPE_CHECKING:
    import numpy as np

_BRANCH = 0.2


def drawn(graph: Graph, seed: int) -> dict[str, np.ndarray]:
    """Weights that tell every mistake, in float64: no zeros, no ones, none equal.

    Kernels have the deviation that keeps the size of values through a ReLU, factors are near 1 and
    offsets near 0. Running figures are those of a standard normal.

    A branch is a fifth of what it is added to. In trained nets it is small too (it begins at zero:
    Goyal et al. 2017, section 5.1). Were it as large, every block would make the rounding of those
    before it larger: EfficientNet-B2 in float32 was off by 2e-5 of the largest output, and is by
    4e-6.
    """
    import numpy as np

    generator = np.random.default_rng(seed)
    branches = _branches(graph)
    found: dict[str, np.ndarray] = {}
    for place in places(graph):
        name, weight = place.name, place.weight
        noise = generator.standard_normal(weight.shape)
        if weight.dtype != "float32":
            found[name] = np.ones(weight.shape, weight.dtype)
        elif noise.ndim > 1:
            found[name] = noise * (2 / max(1, noise[0].size)) ** 0.5
        elif name.endswith(("running_var", "variance", "weight")):
            found[name] = 1 + 0.1 * np.abs(noise)
        else:
            found[name] = 0.1 * noise
        if name in branches:
            found[name] *= _BRANCH
    return found


def _branches(graph: Graph) -> frozenset[str]:
    """The parameters of the layers that end a branch: nothing but an add sees what they give."""
    seen = Counter(i for node in graph for i in node.inputs)
    ends: list[Node] = []
    for add in graph:
        for i in add.inputs if add.op.keyword == "add" else ():
            node = graph.nodes[i]
            while seen[node.id] == 1 and len(node.inputs) == 1 and not _parameters(node, graph):
                node = graph.nodes[node.inputs[0]]
            if seen[node.id] == 1:
                ends.append(node)
    return frozenset(name for node in ends for name in _parameters(node, graph))


def _parameters(node: Node, graph: Graph) -> list[str]:
    return [place.name for place in places_of(node, graph) if place.weight.trainable]
