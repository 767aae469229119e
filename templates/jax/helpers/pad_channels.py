import jax.numpy as jnp
from jax import Array


def pad_channels(x: Array, amount: int) -> Array:
    """Channels of zeros after the others."""
    return jnp.pad(x, [(0, 0)] * (x.ndim - 1) + [(0, amount)])
