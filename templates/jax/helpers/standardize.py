import jax.numpy as jnp
from flax import nnx
from jax import Array


class Standardize(nnx.Module):
    """(x - mean) / sqrt(variance), by figures of the data that are not learnt."""

    def __init__(self, channels: int) -> None:
        self.mean = nnx.BatchStat(jnp.zeros((channels,), jnp.float32))
        self.variance = nnx.BatchStat(jnp.ones((channels,), jnp.float32))

    def __call__(self, x: Array) -> Array:
        return (x - self.mean[...]) / jnp.maximum(jnp.sqrt(self.variance[...]), 1e-7)
