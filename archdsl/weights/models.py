"""Models that have a net's weights: made, loaded from files, saved, run. Frameworks are imported
here, inside the functions.

A model comes from a maker, which calls the net's class or function in the generated module.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archdsl.ir.graph import Graph
from archdsl.targets.keras.weights import keras_weights, set_weights, to_torch, twins
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


# ---------------------------------------------------------------------------------- PyTorch


def torch_outputs(make: Make, state: State, given: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Outputs in eval mode, in float64, channels first."""
    import torch

    module = make().double().eval()
    tensors = {name: torch.from_numpy(array.copy()) for name, array in state.items()}
    module.load_state_dict(tensors, strict=False)
    with torch.no_grad():
        found = module(*(torch.from_numpy(x) for x in given))
    return [y.numpy() for y in (found if isinstance(found, tuple | list) else (found,))]


def fresh_torch(make: Make, names: Sequence[str]) -> dict[str, np.ndarray]:
    """What a new module begins with, the same each time."""
    import torch

    torch.manual_seed(0)
    state = make().state_dict()
    return {name: state[name].numpy() for name in names}


# ---------------------------------------------------------------------------------- Keras


@contextmanager
def _floats(name: str) -> Iterator[None]:
    import keras

    before = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx(name)
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_floatx(before[0])
        keras.config.set_dtype_policy(before[1])


def keras_outputs(
    make: Make, graph: Graph, state: State, given: Sequence[np.ndarray]
) -> list[np.ndarray]:
    """As torch_outputs, of the Keras model with these weights."""
    import numpy as np

    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # it tells of its compiling
    with _floats("float64"):
        model = make()
        set_weights(model, keras_weights(graph, state, heads=False))
        moved = [np.moveaxis(x, 1, -1) for x in given]
        found = model(moved if len(moved) > 1 else moved[0], training=False)
    outputs = found if isinstance(found, tuple | list) else (found,)
    return [np.moveaxis(_plain(y), -1, 1) for y in outputs]


def _plain(value: Any) -> np.ndarray:
    import keras

    array: np.ndarray = keras.ops.convert_to_numpy(value)
    return array


def fresh_keras(make: Make, graph: Graph, names: Sequence[str]) -> dict[str, np.ndarray]:
    """What a new model begins with, in PyTorch's layout, the same each time."""
    import keras

    from archdsl.targets.keras.names import layer_name

    keras.utils.set_random_seed(0)
    model = make()
    found: dict[str, np.ndarray] = {}
    for node in graph:
        for place, weight in enumerate(twins(graph, node)):
            name = f"{node.path}.{weight.name}" if weight.name else node.path
            if name in names:
                variable = model.get_layer(layer_name(node.path)).weights[place]
                found[name] = to_torch(graph, node, weight, _plain(variable))
    return found


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
    from archdsl.targets.keras.names import layer_name

    if suffix == ".keras":
        import keras

        model = keras.saving.load_model(path)
    else:
        model = make()
        model.load_weights(path)
    found: dict[str, np.ndarray] = {}
    for node in graph:
        if node.aux:
            continue
        for place, weight in enumerate(twins(graph, node)):
            name = f"{node.path}.{weight.name}" if weight.name else node.path
            variable = model.get_layer(layer_name(node.path)).weights[place]
            found[name] = to_torch(graph, node, weight, _plain(variable))
    return found
