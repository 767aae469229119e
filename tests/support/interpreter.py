"""The graph run node by node in PyTorch: what generated code must equal, found another way.

Each node becomes its own module from its own lowering; nothing of blocks, loops or names takes
part, but for the paths under which the weights are found.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

from archdsl.ir.graph import Graph, Node
from tests.ops.build import apply, make


def run(graph: Graph, state: dict[str, Any], inputs: list[Any], *, aux: bool = False) -> list[Any]:
    """Outputs of the graph in eval mode (with `aux` the side heads' too) for weights by path."""
    import torch

    values: dict[int, Any] = {i: x for (_, i), x in zip(graph.inputs, inputs, strict=True)}
    for node in graph:
        if node.id not in values:
            values[node.id] = _node(torch, graph, node, state, [values[i] for i in node.inputs])
    wanted = [i for _, i in graph.outputs]
    return [values[i] for i in [*wanted, *([a.value for a in graph.aux] if aux else [])]]


def _node(torch: Any, graph: Graph, node: Node, state: dict[str, Any], inputs: list[Any]) -> Any:
    match node.op.keyword:
        case "add":
            return reduce(torch.add, inputs)
        case "mul":
            return reduce(torch.mul, inputs)
        case "concat":
            return torch.cat(inputs, 1)
    shapes = graph.input_shapes(node)
    lowering = node.op.torch(shapes, node.shape)
    assert lowering is not None, node.op.keyword
    if lowering.parameter is not None:
        return state[node.path] * inputs[0]
    if lowering.module is None:
        assert lowering.inline is not None
        return apply(lowering.inline, "torch", inputs[0])
    module = make(lowering.module, "torch").eval()
    own = {w.name: state[f"{node.path}.{w.name}"] for w in node.op.weights(shapes)}
    module.load_state_dict(own, strict=True)
    return module(inputs[0])


def keys(graph: Graph) -> dict[str, tuple[int, ...]]:
    """The state_dict that the naming rules promise: key -> shape."""
    found: dict[str, tuple[int, ...]] = {}
    for node in graph:
        for weight in node.op.weights(graph.input_shapes(node)):
            found[f"{node.path}.{weight.name}" if weight.name else node.path] = weight.shape
    return found


def randomise(module: Any, seed: int = 0) -> None:
    """Weights and running statistics that tell every mistake: no zeros, no ones."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, value in module.state_dict().items():
            if not value.is_floating_point():
                continue
            noise = torch.randn(value.shape, generator=generator)
            if name.endswith("running_var"):
                value.copy_(1 + 0.1 * noise.abs())
            elif value.ndim > 1:
                value.copy_(noise / value[0].numel() ** 0.5)
            else:
                value.copy_(1 + 0.1 * noise)
