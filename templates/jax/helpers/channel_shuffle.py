import jax.numpy as jnp
from jax import Array


def channel_shuffle(x: Array, groups: int) -> Array:
    """The first channel of each group, then the second of each, and so on."""
    grouped = jnp.reshape(x, (*x.shape[:-1], groups, -1))
    return jnp.reshape(jnp.swapaxes(grouped, -1, -2), x.shape)
