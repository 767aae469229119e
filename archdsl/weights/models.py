"""Models that have a net's weights: made, loaded from files, saved, run. Frameworks are imported
here, inside the functions.

A model comes from a maker, which calls the net's class or function in the generated module.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archdsl.ir.graph import Graph
from archdsl.ir.places import places
from archdsl.targets.keras.weights import keras_weights, read_weights, set_weights
from archdsl.targets.running import running
from archdsl.weights import torch_files
from archdsl.weights.files import format_of, read

if TYPE_CHECKING:
    import numpy as np

Make = Callable[..., Any]
State = Mapping[str, "np.ndarray"]

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


def inputs(graph: Graph, seed: int = 0) -> list[np.ndarray]:
    """One sample for each input, channels first, in the range that the net begins with."""
    import numpy as np

    drawn = np.random.default_rng(seed)
    return [
        drawn.uniform(*_range(graph, v), (1, *graph.nodes[v].shape.channels_first))
        for _, v in graph.inputs
    ]


def _range(graph: Graph, value: int) -> tuple[float, float]:
    """Pixels from 0 to 255 where they are brought into a smaller range first."""
    users = [node for node in graph if value in node.inputs]
    if len(users) == 1 and users[0].op.keyword == "rescale":
        scale = users[0].op.value("scale")
        if isinstance(scale, float) and 0 < scale < 0.1:
            return 0.0, 255.0
    return -1.0, 1.0


def outputs(
    target: str, make: Make, graph: Graph, state: State, given: Sequence[np.ndarray]
) -> list[np.ndarray]:
    """In eval mode and float64, channels first; of the net's outputs, not of its side heads."""
    import numpy as np

    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # it tells of its compiling
    model = running(target)(make, replace(graph, aux=()), "float64")
    # A file of Keras has neither side heads nor counts of batches: eval mode asks for none.
    unused = {p.name: np.zeros(p.weight.shape) for p in places(graph) if p.name not in state}
    model.load(unused | dict(state))
    return model.outputs(given)


def fresh(target: str, make: Make, graph: Graph, names: Sequence[str]) -> dict[str, np.ndarray]:
    """What a new model begins with, by PyTorch's names, the same each time."""
    if target == "torch":
        import torch

        torch.manual_seed(0)
        begun = {name: tensor.numpy() for name, tensor in make().state_dict().items()}
    else:
        import keras

        keras.utils.set_random_seed(0)
        begun = read_weights(make(), graph)
    return {name: begun[name] for name in names if name in begun}


# ---------------------------------------------------------------------------------- files


def save(path: Path, make: Make, graph: Graph, state: State) -> None:
    """The weights as a file of the path's format; for Keras's, `make` gives the model."""
    suffix = format_of(path.name)
    if suffix == ".safetensors":
        torch_files.write_safetensors(path, state)
    elif suffix in (".pth", ".pt"):
        torch_files.write_pickled(path, state)
    else:
        model = make()
        set_weights(model, keras_weights(graph, state, heads=False))
        if suffix == ".keras":
            model.save(path)
        else:
            model.save_weights(path)


def loaded(path: Path, make: Make, graph: Graph) -> dict[str, np.ndarray]:
    """What a file that was just written gives its framework, by the net's names."""
    suffix = format_of(path.name)
    if suffix in (".safetensors", ".pth", ".pt"):
        return {entry.key: entry.array for entry in read(path)}
    if suffix == ".keras":
        import keras

        model = keras.saving.load_model(path)
    else:
        model = make()
        model.load_weights(path)
    return read_weights(model, graph)
