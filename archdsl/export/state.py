"""Weights of a file by PyTorch's names: safetensors, or a state dict read without running code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from archdsl.ir.graph import Graph
from archdsl.weights.files import read
from archdsl.weights.stored import Unusable

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
    try:
        held = read(path)
    except Unusable as error:
        raise BadWeights(str(error)) from None
    # What was read in place can't be written to, of which torch would warn.
    return {e.key: e.array if e.array.flags.writeable else e.array.copy() for e in held}
