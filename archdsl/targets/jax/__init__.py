"""JAX: Flax NNX modules, channels last."""
