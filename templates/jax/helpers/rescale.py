import jax.numpy as jnp
from jax import Array


def rescale(
    x: Array, scale: float | tuple[float, ...], offset: float | tuple[float, ...] = 0.0
) -> Array:
    """x * scale + offset, each a number or one for each channel."""
    return x * jnp.asarray(scale, x.dtype) + jnp.asarray(offset, x.dtype)
