"""Weights of PyTorch in a Flax model and back: by the path of each layer, never by order or shape.

Every conversion moves elements and computes nothing, so the way back undoes the way there.
numpy is imported only where arrays are touched: the core runs without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from archdsl.ir.graph import Graph
from archdsl.ir.places import Place, places
from archdsl.targets import orders
from archdsl.targets.jax.dialect import attribute

if TYPE_CHECKING:
    import numpy as np

_KERNELS = frozenset({"conv", "depthwise", "pointwise", "deconv", "linear"})
_OTHERS = {
    "weight": "scale",
    "bias": "bias",
    "running_mean": "mean",
    "running_var": "var",
}


class WeightError(Exception):
    """A state dict, a graph and a model that don't belong together; the message says where."""


def flax_weights(graph: Graph, state: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The Flax arrays of PyTorch's, both by path: `layer1.0.conv1.weight` -> `..kernel`."""
    import numpy as np

    found: dict[str, np.ndarray] = {}
    for place in twins(graph):
        name, wanted = place.name, place.weight.shape
        if name not in state:
            raise WeightError(f"the weights have no `{name}`")
        array = np.asarray(state[name])
        if array.shape != wanted:
            raise WeightError(f"`{name}` is {array.shape} in the weights, {wanted} in the net")
        found[flax_name(place)] = np.array(_to_flax(array, graph, place), order="C")
    return found


def torch_weights(graph: Graph, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """PyTorch's arrays of Flax's, both by path; those that aren't given are left out."""
    import numpy as np

    found: dict[str, np.ndarray] = {}
    for place in twins(graph):
        array = arrays.get(flax_name(place))
        if array is None:
            continue
        weight = place.weight
        numbered = np.arange(weight.elements).reshape(weight.shape)
        flat = np.empty(weight.elements, array.dtype)
        flat[_to_flax(numbered, graph, place).ravel()] = np.asarray(array).ravel()
        found[place.name] = flat.reshape(weight.shape)
    return found


def twins(graph: Graph) -> Iterator[Place]:
    """The weights that both have: Flax counts no batches."""
    return (place for place in places(graph) if place.weight.name != "num_batches_tracked")


def flax_name(place: Place) -> str:
    node, weight = place.node, place.weight
    if not weight.name:
        return node.path
    if node.op.keyword in _KERNELS:
        return f"{node.path}.{'kernel' if weight.name == 'weight' else weight.name}"
    if node.op.keyword == "prelu":
        return f"{node.path}.negative_slope"
    return f"{node.path}.{_OTHERS.get(weight.name, weight.name)}"


def _to_flax(array: np.ndarray, graph: Graph, place: Place) -> np.ndarray:
    node, weight = place.node, place.weight
    array = orders.reordered(array, graph, node, weight)
    keyword = node.op.keyword
    if keyword == "prelu":
        return array.reshape(()) if array.size == 1 else array
    if not weight.name:  # a lone parameter, of a shape that spreads over a map
        return array.reshape(-1)
    if keyword not in _KERNELS or weight.name != "weight":
        return array
    groups = getattr(node.op, "groups", 1)
    if keyword == "deconv" and groups > 1:
        return _spread_out(array, groups)
    return array.transpose(*range(2, array.ndim), 1, 0)


def _spread_out(array: np.ndarray, groups: int) -> np.ndarray:
    """A grouped transposed convolution's weight as that of a convolution: turned about."""
    rank = array.ndim - 2
    apart = array.reshape(groups, -1, *array.shape[1:])  # group, in, out, space
    joined = apart.transpose(*range(3, 3 + rank), 1, 0, 2)
    joined = joined.reshape(*joined.shape[:-2], -1)
    return joined[(slice(None, None, -1),) * rank]


# ------------------------------------------------------------------------------- a model


def variables(model: Any, graph: Graph) -> dict[str, Any]:
    """The model's variables that have twins, by path, found attribute by attribute."""
    found = {}
    for place in twins(graph):
        name = flax_name(place)
        value = model
        for part in name.split("."):
            value = _child(value, part, name)
        found[name] = value
    return found


def set_weights(model: Any, graph: Graph, arrays: Mapping[str, np.ndarray]) -> None:
    """Sets a Flax model's variables, each in the precision of what is given."""
    import jax.numpy as jnp

    known = variables(model, graph)
    unknown = sorted(arrays.keys() - known.keys())
    if unknown:
        raise WeightError(f"the net has no {_listed(unknown)}")
    lacking = sorted(known.keys() - arrays.keys())
    if lacking:
        raise WeightError(f"no weights for the model's {_listed(lacking)}")
    for name, variable in known.items():
        if tuple(variable.shape) != arrays[name].shape:
            said = f"{arrays[name].shape} in the weights, {tuple(variable.shape)} in the model"
            raise WeightError(f"`{name}` is {said}")
    for name, variable in known.items():
        variable.set_value(jnp.asarray(arrays[name]))


def _child(module: Any, part: str, path: str) -> Any:
    """A child by its key: an attribute, or a place among the layers of a container."""
    from flax import nnx

    layers = getattr(module, "layers", None)
    if isinstance(layers, nnx.List):
        return layers[int(part)]
    if isinstance(layers, nnx.Dict):
        return layers[part]
    found = getattr(module, attribute(part), None)
    if found is None:
        raise WeightError(f"the model has no `{path}`")
    return found


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"`{n}`" for n in names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"
