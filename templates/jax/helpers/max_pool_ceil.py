from collections.abc import Sequence

from flax import nnx
from jax import Array


def max_pool_ceil(
    x: Array,
    window_shape: Sequence[int],
    strides: Sequence[int],
    padding: Sequence[tuple[int, int]],
) -> Array:
    """Maxima of windows, the last of which may reach beyond the padded map."""
    pads = ceil_padding(x.shape[1:-1], window_shape, strides, padding)
    return nnx.max_pool(x, window_shape, strides, pads)
