"""A net in Flax beside PyTorch, with the same weights: outputs and the gradients of one step."""

from __future__ import annotations

import os

# The compiler's optimisations cost more than they gain in nets that run once.
_FAST = "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true"
os.environ.setdefault("XLA_FLAGS", _FAST)
os.environ.setdefault("JAX_PLATFORMS", "cpu")

from typing import Any  # noqa: E402

import numpy as np  # noqa: E402

from archdsl.driver.api import Net  # noqa: E402
from archdsl.driver.runtime import module_of  # noqa: E402
from archdsl.targets.jax.running import Running  # noqa: E402
from archdsl.targets.outline.names import safe  # noqa: E402
from tests.support import interpreter  # noqa: E402


def made(net: Net, dtype: str) -> tuple[Any, Running]:
    """The net in both frameworks, with random weights that are the same."""
    import torch

    model = net.torch()
    interpreter.randomise(model)
    model = model.to(getattr(torch, dtype))
    module = module_of(net.source("jax"), net.name, "jax")
    running = Running(getattr(module, safe(net.name)), net.graph, dtype)
    running.load({name: value.numpy() for name, value in model.state_dict().items()})
    return model, running


def drawn(net: Net, dtype: str, batch: int = 2) -> list[Any]:
    import torch

    generator = torch.Generator().manual_seed(1)
    shapes = [net.graph.nodes[i].shape.channels_first for _, i in net.graph.inputs]
    kind = getattr(torch, dtype)
    return [torch.randn(batch, *s, generator=generator, dtype=kind) for s in shapes]


def by_outputs(net: Net, model: Any, running: Running, inputs: list[Any]) -> float:
    """The largest difference in eval mode, side heads' outputs too, as a share of the largest."""
    import torch

    model.eval()
    model.training = bool(net.graph.aux)  # only itself: its side heads, nothing dropped
    with torch.no_grad():
        wanted = _listed(model(*inputs))
    found = running.outputs([x.numpy() for x in inputs])
    pairs = [(a.numpy(), b) for a, b in zip(wanted, found, strict=True)]
    assert all(a.shape == b.shape for a, b in pairs)
    return max(float(np.abs(a - b).max() / np.abs(a).max()) for a, b in pairs)


def by_gradients(model: Any, running: Running, inputs: list[Any]) -> float:
    """The largest difference of a gradient after one step, as a share of the largest gradient."""
    import torch

    if not any(True for _ in model.parameters()):
        return 0.0
    model.train()
    for module in model.modules():
        if type(module).__name__ in ("Dropout", "DropPath"):
            module.p = 0.0
    outputs = _listed(model(*inputs))
    generator = torch.Generator().manual_seed(2)
    wanted = [torch.randn(o.shape, generator=generator, dtype=o.dtype) for o in outputs]
    factors = [1.0 + i for i in range(len(outputs))]
    terms = zip(outputs, wanted, factors, strict=True)
    sum(f * ((out - want) ** 2).mean() / 2 for out, want, f in terms).backward()
    ours = {n: p.grad.numpy() for n, p in model.named_parameters() if p.grad is not None}
    given = [x.numpy() for x in inputs], [w.numpy() for w in wanted]
    theirs = running.gradients(*given, factors)
    assert ours.keys() == theirs.keys()
    if not ours:
        return 0.0
    largest = max(np.abs(g).max() for g in ours.values())
    return max(float(np.abs(ours[n] - theirs[n]).max() / largest) for n in ours)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, tuple) else [value]
