"""A net's weights as PyTorch names them: which there are, and random ones to compare targets by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archdsl.ir.graph import Graph, Node
from archdsl.ir.op import Weight

if TYPE_CHECKING:
    import numpy as np


def weights(graph: Graph) -> dict[str, Weight]:
    """Every weight by its name in a state_dict, in the graph's order."""
    found: dict[str, Weight] = {}
    for node in graph:
        for weight in node.op.weights(graph.input_shapes(node)):
            found[weight_name(node, weight)] = weight
    return found


def weight_name(node: Node, weight: Weight) -> str:
    return f"{node.path}.{weight.name}" if weight.name else node.path


def drawn(graph: Graph, seed: int) -> dict[str, np.ndarray]:
    """Weights that tell every mistake, in float64: no zeros, no ones, none equal.

    Kernels have the deviation that keeps the size of values through a ReLU, factors are near 1 and
    offsets near 0. Running figures are those of a standard normal.
    """
    import numpy as np

    generator = np.random.default_rng(seed)
    found: dict[str, np.ndarray] = {}
    for name, weight in weights(graph).items():
        noise = generator.standard_normal(weight.shape)
        if weight.dtype != "float32":
            found[name] = np.ones(weight.shape, weight.dtype)
        elif noise.ndim > 1:
            found[name] = noise * (2 / max(1, noise[0].size)) ** 0.5
        elif name.endswith(("running_var", "variance", "weight")):
            found[name] = 1 + 0.1 * np.abs(noise)
        else:
            found[name] = 0.1 * noise
    return found
