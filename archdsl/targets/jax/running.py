"""Running generated Flax: weights and values go in and out as PyTorch has them.

What `archdsl verify` and the tests need of a target: names of weights by path, in PyTorch's
layouts, maps with the channels first, all of numpy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from archdsl.ir.graph import Graph
from archdsl.targets import orders
from archdsl.targets.jax.weights import (
    flax_name,
    flax_weights,
    set_weights,
    torch_weights,
    twins,
    variables,
)

if TYPE_CHECKING:
    import numpy as np


class Running:
    """A generated nnx.Module in one precision.

    make:  the net's class, of the generated module
    dtype: "float32" or "float64", of the weights and of all that is computed
    """

    def __init__(self, make: Callable[..., Any], graph: Graph, dtype: str) -> None:
        import jax
        from flax import nnx

        if dtype == "float64":
            jax.config.update("jax_enable_x64", True)  # type: ignore[no-untyped-call]
        self._graph = graph
        self._dtype = dtype
        # Only its shape: nothing is drawn, which would take longer to compile than to compare.
        self.model = nnx.eval_shape(lambda: make(rngs=nnx.Rngs(0)))
        for _, module in nnx.iter_modules(self.model):
            if isinstance(module, nnx.Dropout):
                module.rngs = nnx.data(None)  # it drops nothing here

    def about(self) -> str:
        """The framework and its version."""
        import flax
        import jax

        return f"flax {flax.__version__} on jax {jax.__version__}"

    def load(self, state: Mapping[str, np.ndarray]) -> None:
        """Takes the weights of a state_dict, each by its name."""
        import numpy as np

        arrays = flax_weights(self._graph, state)
        kept = {name: np.asarray(a, self._dtype) for name, a in arrays.items()}
        set_weights(self.model, self._graph, kept)

    def outputs(self, inputs: Sequence[np.ndarray]) -> list[np.ndarray]:
        """In eval mode: the outputs in the graph's order, then those of the side heads."""
        from flax import nnx

        self._evaluate()
        made = nnx.jit(lambda model, *values: model(*values))(self.model, *self._given(inputs))
        return [_first(value) for value in _listed(made)]

    def layers(self, inputs: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
        """In eval mode: what each layer with weights gives, by path."""
        self._evaluate()
        known = variables(self.model, self._graph)
        owners: dict[int, str] = {}
        for place in twins(self._graph):
            node = place.node
            if node.op.lone_parameter or orders.flattened(node, self._graph) is not None:
                continue
            owners[id(known[flax_name(place)])] = node.path
        found: dict[str, np.ndarray] = {}

        def tell(module: Any, value: Any) -> None:
            for variable in vars(module).values():
                if id(variable) in owners:
                    found[owners[id(variable)]] = _first(value)
                    return

        with _watched(tell):
            self.model(*self._given(inputs))
        return found

    def gradients(
        self,
        inputs: Sequence[np.ndarray],
        wanted: Sequence[np.ndarray],
        factors: Sequence[float],
    ) -> dict[str, np.ndarray]:
        """In training mode, nothing dropped: gradients of the weights, by their names.

        They are those of the sum of factor * mean((output - wanted) ** 2) / 2 over all outputs.
        """
        import jax.numpy as jnp
        import numpy as np
        from flax import nnx

        self.model.train()
        for _, module in nnx.iter_modules(self.model):
            if isinstance(module, nnx.Dropout):
                module.rate = 0.0
        targets = self._given(wanted)

        def loss(model: Any, *values: Any) -> Any:
            terms = zip(_listed(model(*values)), targets, factors, strict=True)
            return sum(f * jnp.mean((out - want) ** 2) / 2 for out, want, f in terms)

        slopes = nnx.jit(nnx.grad(loss))(self.model, *self._given(inputs))
        parts: Any = nnx.split(self.model, nnx.Param, ...)
        found = variables(nnx.merge(parts[0], slopes, parts[2]), self._graph)
        arrays = {k: np.asarray(v[...]) for k, v in found.items() if isinstance(v, nnx.Param)}
        return torch_weights(self._graph, arrays)

    def _evaluate(self) -> None:
        self.model.eval()
        if self._graph.aux:
            self.model.deterministic = False  # the side heads' outputs too

    def _given(self, arrays: Sequence[np.ndarray]) -> list[Any]:
        import jax.numpy as jnp
        import numpy as np

        return [jnp.asarray(np.moveaxis(a, 1, -1), self._dtype) for a in arrays]


def _listed(made: Any) -> list[Any]:
    return list(made) if isinstance(made, tuple) else [made]


def _first(value: Any) -> np.ndarray:
    import numpy as np

    return np.moveaxis(np.asarray(value), -1, 1)


@contextmanager
def _watched(tell: Callable[[Any, Any], None]) -> Iterator[None]:
    """Meanwhile `tell` gets every layer with weights that is called, and what it gave."""
    from flax import nnx

    kinds = (nnx.Conv, nnx.ConvTranspose, nnx.Linear, nnx.BatchNorm, nnx.GroupNorm, nnx.LayerNorm)
    before = {kind: kind.__call__ for kind in kinds}

    def watched(call: Any) -> Any:
        def called(module: Any, *args: Any, **kwargs: Any) -> Any:
            value = call(module, *args, **kwargs)
            tell(module, value)
            return value

        return called

    for kind, call in before.items():
        setattr(kind, "__call__", watched(call))  # noqa: B010
    try:
        yield
    finally:
        for kind, call in before.items():
            setattr(kind, "__call__", call)  # noqa: B010
