"""Weights of a file by PyTorch's names: safetensors, or a state dict read without running code."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archdsl.ir.graph import Graph

if TYPE_CHECKING:
    import numpy as np

_ENDINGS = (".safetensors", ".pth", ".pt")


class BadWeights(Exception):
    """A file that isn't one of weights, or not of this net's; the message says why."""


def read_state(path: Path, graph: Graph) -> dict[str, np.ndarray]:
    """All of the net's weights, nothing else; raises BadWeights."""
    state = _read(path)
    wanted = {
        f"{node.path}.{weight.name}" if weight.name else node.path: weight.shape
        for node in graph
        for weight in node.op.weights(graph.input_shapes(node))
    }
    lacking = [n for n in wanted if n not in state and not n.endswith("num_batches_tracked")]
    if lacking:
        raise BadWeights(f"it has no `{lacking[0]}`{_others(lacking)}")
    unknown = [n for n in state if n not in wanted]
    if unknown:
        raise BadWeights(f"the net has no `{unknown[0]}`{_others(unknown)}")
    for name, array in state.items():
        if array.shape != wanted[name]:
            raise BadWeights(f"`{name}` is {array.shape} there, {wanted[name]} in the net")
    return state


def _others(names: list[str]) -> str:
    return f", nor {len(names) - 1} others" if len(names) > 1 else ""


def _read(path: Path) -> dict[str, np.ndarray]:
    suffix = path.suffix.lower()
    if suffix not in _ENDINGS:
        raise BadWeights(f"its name ends with none of {', '.join(_ENDINGS)}")
    if not path.is_file():
        raise BadWeights("there is no such file")
    if suffix == ".safetensors":
        return _safetensors(path)
    return _pickled(path)


def _safetensors(path: Path) -> dict[str, np.ndarray]:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        return dict(load_file(path))
    except (SafetensorError, TypeError, KeyError) as error:
        raise BadWeights(f"it can't be read: {error}") from None


def _pickled(path: Path) -> dict[str, np.ndarray]:
    """A state dict that torch.save wrote; any object but tensors is refused, not loaded."""
    from pickle import UnpicklingError

    import torch

    try:
        found: Any = torch.load(path, map_location="cpu", weights_only=True)
    except (UnpicklingError, RuntimeError, ValueError, EOFError, KeyError) as error:
        raise BadWeights(f"it can't be read: {str(error).splitlines()[0]}") from None
    if not isinstance(found, Mapping) or not all(torch.is_tensor(t) for t in found.values()):
        raise BadWeights("it holds no state dict: save model.state_dict()")
    return {str(name): tensor.numpy() for name, tensor in found.items()}
