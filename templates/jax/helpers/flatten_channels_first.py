import jax.numpy as jnp
from jax import Array


def flatten_channels_first(x: Array) -> Array:
    """A map as a vector, channel after channel."""
    return jnp.reshape(jnp.moveaxis(x, -1, 1), (x.shape[0], -1))
