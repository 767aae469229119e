"""Weights of PyTorch in a Keras model: by the path of each layer, never by order or shape alone.

numpy is imported only where arrays are touched: the core runs without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from archdsl.ir.graph import Graph, Node
from archdsl.ir.places import Place, places_of
from archdsl.targets import orders
from archdsl.targets.keras.names import layer_name

if TYPE_CHECKING:
    import numpy as np

# the order of a Keras layer's `weights`
_ORDER = (
    *("kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance"),
    *("alpha", "mean", "variance"),
)
# what a Keras layer counts for itself; no other framework has it
_ITS_OWN = frozenset({"count"})


class WeightError(Exception):
    """A state dict, a graph and a model that don't belong together; the message says where."""


def keras_weights(
    graph: Graph, state: Mapping[str, np.ndarray], *, heads: bool = True
) -> dict[str, list[np.ndarray]]:
    """For each layer, by its path, its arrays in the order of the Keras layer's `weights`.

    heads: whether the model has the net's side heads
    """
    found: dict[str, list[np.ndarray]] = {}
    for node in graph:
        if heads or not node.aux:
            arrays = [_converted(graph, place, state) for place in twins(graph, node)]
            if arrays:
                found[node.path] = arrays
    return found


def twins(graph: Graph, node: Node) -> list[Place]:
    """The weights of a node that Keras has too, in the order of its layer's."""
    both = [place for place in places_of(node, graph) if place.weight.keras]
    return sorted(both, key=lambda place: _ORDER.index(place.weight.keras or ""))


def _converted(graph: Graph, place: Place, state: Mapping[str, np.ndarray]) -> np.ndarray:
    import numpy as np

    name, wanted = place.name, place.weight.shape
    if name not in state:
        raise WeightError(f"the weights have no `{name}`")
    array = np.asarray(state[name])
    if array.shape != wanted:
        raise WeightError(f"`{name}` is {array.shape} in the weights, {wanted} in the net")
    return to_keras(graph, place, array)


def to_keras(graph: Graph, place: Place, array: np.ndarray) -> np.ndarray:
    """A weight's array in the layout of its twin."""
    import numpy as np

    weight = place.weight
    array = orders.reordered(array, graph, place.node, weight)
    if weight.axes is not None:
        array = array.transpose(weight.axes)
    if weight.keras_shape is not None:
        array = array.reshape(weight.keras_shape)
    return np.ascontiguousarray(array)


def to_torch(graph: Graph, place: Place, array: np.ndarray) -> np.ndarray:
    """The way back. Where the array isn't of the twin's shape, what comes out isn't of the
    weight's; where it has another number of axes, WeightError."""
    import numpy as np

    weight = place.weight
    axes = weight.axes
    if weight.keras_shape is not None and array.shape == weight.keras_shape:
        array = array.reshape([weight.shape[i] for i in axes] if axes else weight.shape)
    if axes is not None:
        if array.ndim != len(axes):
            raise WeightError(f"{array.ndim} axes where there are {len(axes)}")
        array = array.transpose(np.argsort(axes))
    return np.ascontiguousarray(orders.reordered(array, graph, place.node, weight, back=True))


def set_weights(model: Any, weights: Mapping[str, list[np.ndarray]]) -> None:
    """Sets a Keras model's weights, given by path; each side must have the other's layers."""
    layers = {layer.name: layer for layer in model.layers if _variables(layer)}
    by_name = {layer_name(path): arrays for path, arrays in weights.items()}
    lacking = sorted(layers.keys() - by_name.keys())
    if lacking:
        raise WeightError(f"no weights for the model's {_listed(lacking)}")
    unknown = sorted(by_name.keys() - layers.keys())
    if unknown:
        raise WeightError(f"the model has no {_listed(unknown)}")
    for name, arrays in by_name.items():
        shapes = [tuple(w.shape) for w in _variables(layers[name])]
        if shapes != [a.shape for a in arrays]:
            given = ", ".join(str(a.shape) for a in arrays)
            there = ", ".join(str(s) for s in shapes)
            raise WeightError(f"`{name}` is {given} in the weights, {there} in the model")
    for name, arrays in by_name.items():
        for variable, array in zip(_variables(layers[name]), arrays, strict=True):
            variable.assign(array)
        if hasattr(layers[name], "finalize_state"):  # Normalization keeps its figures twice
            layers[name].finalize_state()


def read_weights(model: Any, graph: Graph) -> dict[str, np.ndarray]:
    """A Keras model's weights by PyTorch's names; of a model without side heads, without theirs."""
    import keras

    layers = {layer.name: layer for layer in model.layers}
    found: dict[str, np.ndarray] = {}
    for node in graph:
        layer = layers.get(layer_name(node.path))
        both = twins(graph, node) if layer is not None else []
        for place, variable in zip(both, _variables(layer) if both else [], strict=True):
            array = keras.ops.convert_to_numpy(variable)
            found[place.name] = to_torch(graph, place, array)
    return found


def _variables(layer: Any) -> list[Any]:
    return [w for w in layer.weights if w.name not in _ITS_OWN]


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"`{n}`" for n in names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"
