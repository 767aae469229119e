import jax.numpy as jnp
from jax import Array


def reshape_channels_first(x: Array, shape: tuple[int, ...]) -> Array:
    """The same elements in another shape, counted channel after channel."""
    first = jnp.reshape(jnp.moveaxis(x, -1, 1), (x.shape[0], *shape))
    return jnp.moveaxis(first, 1, -1)
