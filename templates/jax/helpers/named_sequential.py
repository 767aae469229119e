from collections.abc import Callable

from flax import nnx
from jax import Array


class NamedSequential(nnx.Module):
    """Layers that have names, each applied to what the one before gives."""

    def __init__(self, layers: dict[str, Callable[..., Array]]) -> None:
        self.order = tuple(layers)  # a dictionary that Flax rebuilds is sorted by name
        self.layers = nnx.Dict(layers)

    def __call__(self, x: Array) -> Array:
        for name in self.order:
            x = self.layers[name](x)
        return x
