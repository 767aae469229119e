"""Running generated Keras, on the backend that Keras has."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from archdsl.ir.graph import Graph, Node
from archdsl.targets import orders
from archdsl.targets.keras.names import layer_name, output_names
from archdsl.targets.keras.weights import keras_weights, set_weights, to_torch, twins

if TYPE_CHECKING:
    import numpy as np

BACKENDS = ("tensorflow", "torch", "jax")
_PACKAGES = {"tensorflow": ("tensorflow", "tensorflow-cpu")}


class Running:
    """A generated keras.Model; see archdsl.targets.running."""

    def __init__(self, make: Callable[..., Any], graph: Graph, dtype: str) -> None:
        import keras

        self._keras = keras
        self._graph = graph
        self._dtype = dtype
        self._by_name = {layer_name(node.path): node for node in graph}
        with _precision(keras, dtype), _nothing_drawn(keras):
            self.model = make(**_heads(make, graph))

    def about(self) -> str:
        backend = self._keras.backend.backend()
        return f"keras {self._keras.__version__} on {backend} {_version(backend)}"

    def load(self, state: Mapping[str, np.ndarray]) -> None:
        heads = bool(self._graph.aux)
        set_weights(self.model, keras_weights(self._graph, state, heads=heads))

    def outputs(self, inputs: Sequence[np.ndarray]) -> list[np.ndarray]:
        with self._computing():
            made = self._called(self._given(inputs))
        return [self._first(value) for value in self._listed(made)]

    def _called(self, given: Any) -> Any:
        if self._keras.backend.backend() != "jax":
            return self.model(given, training=False)
        import jax

        def outputs(values: list[Any], fixed: list[Any], given: Any) -> Any:
            return self.model.stateless_call(values, fixed, given, training=False)[0]

        # Compiled whole: layer by layer JAX would compile every shape for itself. The weights are
        # given: those that a compiled function only sees are copied into it, some of them folded.
        return jax.jit(outputs)(*_values(self.model), given)

    def layers(self, inputs: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
        kept = [layer for layer in self.model.layers if self._is_told(layer.name)]
        if not kept:
            return {}
        part = self._keras.Model(self.model.inputs, [layer.output for layer in kept])
        with self._computing():
            made = part(self._given(inputs), training=False)
        values = made if isinstance(made, list | tuple) else [made]
        names = [self._by_name[layer.name].path for layer in kept]
        return dict(zip(names, map(self._first, values), strict=True))

    def _is_told(self, name: str) -> bool:
        """Whether a layer has a path, and its elements the order that PyTorch has them in."""
        node = self._by_name.get(name)
        return node is not None and bool(node.inputs) and not _reordered(node, self._graph)

    def gradients(
        self,
        inputs: Sequence[np.ndarray],
        wanted: Sequence[np.ndarray],
        factors: Sequence[float],
    ) -> dict[str, np.ndarray]:
        if not self.model.trainable_variables:
            return {}
        for layer in self.model.layers:
            if isinstance(layer, self._keras.layers.Dropout):
                layer.rate = 0.0
        ops = self._keras.ops
        targets = [self._tensor(w) for w in wanted]

        def loss(made: Any) -> Any:
            terms = zip(self._listed(made), targets, factors, strict=True)
            return sum(f * ops.mean(ops.square(out - want)) / 2 for out, want, f in terms)

        variables = self.model.trainable_variables
        way = _GRADIENTS[self._keras.backend.backend()]
        with _precision(self._keras, self._dtype):
            made = way(self.model, self._given(inputs), loss)
        by_id = {id(v): ops.convert_to_numpy(g) for v, g in zip(variables, made, strict=True)}
        arrays = {
            self._by_name[layer.name].path: {v.name: by_id[id(v)] for v in layer.trainable_weights}
            for layer in self.model.layers
            if layer.trainable_weights
        }
        return {
            place.name: to_torch(self._graph, place, arrays[node.path][place.weight.keras])
            for node in self._graph
            for place in twins(self._graph, node)
            if place.weight.keras in arrays.get(node.path, ())
        }

    @contextmanager
    def _computing(self) -> Iterator[None]:
        """In this precision, which some of Keras's functions ask for when they are called."""
        with _precision(self._keras, self._dtype), _no_gradients(self._keras):
            yield

    def _given(self, inputs: Sequence[np.ndarray]) -> Any:
        made = [self._tensor(x) for x in inputs]
        return made if len(made) > 1 else made[0]

    def _tensor(self, array: np.ndarray) -> Any:
        return self._keras.ops.convert_to_tensor(_last(array), dtype=self._dtype)

    def _listed(self, made: Any) -> list[Any]:
        """Outputs in the graph's order, the side heads' last."""
        if isinstance(made, dict):
            return [made[key] for key in output_names(self._graph)]
        return list(made) if isinstance(made, list | tuple) else [made]

    def _first(self, value: Any) -> np.ndarray:
        import numpy as np

        array: np.ndarray = self._keras.ops.convert_to_numpy(value)
        return np.moveaxis(array, -1, 1)


def _last(array: np.ndarray) -> np.ndarray:
    import numpy as np

    return np.moveaxis(array, 1, -1)


def _reordered(node: Node, graph: Graph) -> bool:
    return node.op.keyword != "linear" and orders.flattened(node, graph) is not None


def _heads(make: Callable[..., Any], graph: Graph) -> dict[str, bool]:
    """The argument that asks for the side heads; a net's own parameters come first."""
    if not graph.aux:
        return {}
    names = [n for n in inspect.signature(make).parameters if re.fullmatch("training_heads_*", n)]
    return {names[-1]: True}


@contextmanager
def _precision(keras: Any, dtype: str) -> Iterator[None]:
    """Layers that are made or called meanwhile compute in this type."""
    backend = keras.backend.backend()
    if dtype == "float64" and backend == "jax":
        import jax

        settings: Any = jax.config
        settings.update("jax_enable_x64", True)  # else float64 is float32
    before = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx(dtype)
    keras.config.set_dtype_policy(dtype)
    try:
        with _kept_wide() if dtype == "float64" and backend != "tensorflow" else nullcontext():
            yield
    finally:
        keras.config.set_floatx(before[0])
        keras.config.set_dtype_policy(before[1])


@contextmanager
def _nothing_drawn(keras: Any) -> Iterator[None]:
    """Layers that are made meanwhile begin with zeros: what they begin with is replaced.

    JAX compiles a program for every shape that it draws, which takes longer than to compare.
    """
    import numpy as np

    right = keras.Variable._initialize_with_initializer

    def zeros(variable: Any, initializer: Any) -> None:
        if variable.dtype in ("float32", "float64"):
            right(variable, np.zeros)
        else:  # the state of what draws
            right(variable, initializer)

    keras.Variable._initialize_with_initializer = zeros
    try:
        yield
    finally:
        keras.Variable._initialize_with_initializer = right


@contextmanager
def _kept_wide() -> Iterator[None]:
    """Beside TensorFlow Keras makes float32 of float64 wherever it works out a result's type.

    Nothing public says otherwise, and in float32 one can't tell a mistake from rounding: for the
    time of a comparison its table of narrower types leaves float64 as it is.
    """
    from keras.src.backend.common import dtypes

    table = dtypes.BIT64_TO_BIT32_DTYPE
    before = table["float64"]
    table["float64"] = "float64"
    try:
        yield
    finally:
        table["float64"] = before


@contextmanager
def _no_gradients(keras: Any) -> Iterator[None]:
    if keras.backend.backend() != "torch":
        yield
        return
    import torch

    with torch.no_grad():
        yield


def _version(backend: str) -> str:
    for package in _PACKAGES.get(backend, (backend,)):
        try:
            return version(package).partition("+")[0]
        except PackageNotFoundError:
            continue
    return ""


# ----------------------------------------------------------------- gradients, for each backend


def _by_tensorflow(model: Any, inputs: Any, loss: Callable[[Any], Any]) -> list[Any]:
    import tensorflow as tf

    values = [v.value for v in model.trainable_variables]
    with tf.GradientTape() as tape:
        total = loss(model(inputs, training=True))
    found: list[Any] = tape.gradient(total, values, unconnected_gradients="zero")
    return found


def _by_torch(model: Any, inputs: Any, loss: Callable[[Any], Any]) -> list[Any]:
    import torch

    values = [v.value for v in model.trainable_variables]
    found = torch.autograd.grad(
        loss(model(inputs, training=True)), values, allow_unused=True, materialize_grads=True
    )
    return list(found)


def _by_jax(model: Any, inputs: Any, loss: Callable[[Any], Any]) -> list[Any]:
    import jax

    def total(values: list[Any], fixed: list[Any]) -> Any:
        return loss(model.stateless_call(values, fixed, inputs, training=True)[0])

    found: list[Any] = jax.jit(jax.grad(total))(*_values(model))
    return found


def _values(model: Any) -> tuple[list[Any], list[Any]]:
    """What its variables hold: those that are trained, the others."""
    parts = model.trainable_variables, model.non_trainable_variables
    return [v.value for v in parts[0]], [v.value for v in parts[1]]


_GRADIENTS = {"tensorflow": _by_tensorflow, "torch": _by_torch, "jax": _by_jax}
