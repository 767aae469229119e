import jax.numpy as jnp
from flax import nnx
from jax import Array


class ChannelPReLU(nnx.Module):
    """x where it is positive, elsewhere x times a slope that each channel learns."""

    def __init__(self, num_features: int, negative_slope_init: float = 0.25) -> None:
        self.negative_slope = nnx.Param(
            jnp.full((num_features,), negative_slope_init, jnp.float32)
        )

    def __call__(self, x: Array) -> Array:
        return jnp.where(x >= 0, x, self.negative_slope[...] * x)
