"""A net in Keras and in PyTorch, with one set of weights and inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from archdsl.targets.keras.names import output_names
from archdsl.targets.keras.weights import keras_weights, set_weights
from tests.support import interpreter

Reference: TypeAlias = Callable[[Any, dict[str, Any], list[Any]], list[Any]]


def random_state(shapes: Mapping[str, tuple[int, ...]], dtype: str = "float32") -> dict[str, Any]:
    """Weights and running figures that no initialiser gives, as tensors."""
    import torch

    generator = torch.Generator().manual_seed(0)
    gain = 2 if dtype == "float32" else 1
    state: dict[str, Any] = {}
    for name, shape in shapes.items():
        noise = torch.randn(shape, generator=generator).to(getattr(torch, dtype))
        if name.endswith("num_batches_tracked"):
            state[name] = torch.tensor(1)
        elif noise.ndim > 1:
            state[name] = noise * (gain / max(1, noise[0].numel())) ** 0.5
        elif name.endswith(("running_var", "weight")):
            state[name] = 1 + 0.1 * noise.abs()
        else:
            state[name] = 0.1 * noise
    return state


def generated(net: Any, state: dict[str, Any], inputs: list[Any]) -> list[Any]:
    """The outputs of the generated PyTorch, side heads' too."""
    import torch

    module = net.torch().to(inputs[0].dtype).eval()
    module.load_state_dict(state, strict=True)
    module.training = bool(net.graph.aux)  # only itself: side heads, without dropout
    with torch.no_grad():
        found = module(*inputs)
    return list(found) if isinstance(found, tuple) else [found]


def by_the_graph(net: Any, state: dict[str, Any], inputs: list[Any]) -> list[Any]:
    """The outputs of the graph, run node by node in PyTorch."""
    import torch

    with torch.no_grad():
        return interpreter.run(net.graph, state, inputs, aux=True)


def difference(net: Any, reference: Reference = generated, dtype: str = "float32") -> float:
    """The largest difference of the outputs in eval mode, as a share of the largest output."""
    import keras
    import numpy as np
    import torch

    state = random_state(interpreter.keys(net.graph), dtype)
    generator = torch.Generator().manual_seed(1)
    shapes = [net.graph.nodes[v].shape.channels_first for _, v in net.graph.inputs]
    drawn = [torch.randn(2, *s, generator=generator) for s in shapes]
    inputs = [x.to(getattr(torch, dtype)) for x in drawn]
    ours = [o.numpy() for o in reference(net, state, inputs)]

    model = net.keras(**({"training_heads": True} if net.graph.aux else {}))
    set_weights(model, keras_weights(net.graph, {k: v.numpy() for k, v in state.items()}))
    moved = [np.moveaxis(x.numpy(), 1, -1) for x in inputs]
    made = model(moved if len(moved) > 1 else moved[0], training=False)
    if isinstance(made, dict):
        made = [made[name] for name in output_names(net.graph)]
    listed = made if isinstance(made, list | tuple) else (made,)
    theirs = [keras.ops.convert_to_numpy(o) for o in listed]

    assert len(ours) == len(theirs) == len(net.graph.outputs) + len(net.graph.aux)
    worst = 0.0
    for a, b in zip(ours, (np.moveaxis(o, -1, 1) for o in theirs), strict=True):
        assert a.shape == b.shape
        assert np.abs(a).max() > 1e-6
        worst = max(worst, float(np.abs(a - b).max() / np.abs(a).max()))
    return worst
