import jax.numpy as jnp
from flax import nnx
from jax import Array


def shifted(initializer: nnx.Initializer, by: float) -> nnx.Initializer:
    """What an initializer draws, and `by` added to it."""

    def init(key: Array, shape: tuple[int, ...], dtype: type = jnp.float32) -> Array:
        return initializer(key, shape, dtype) + by

    return init
