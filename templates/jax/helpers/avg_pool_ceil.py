from collections.abc import Sequence

import jax.numpy as jnp
from flax import nnx
from jax import Array


def avg_pool_ceil(
    x: Array,
    window_shape: Sequence[int],
    strides: Sequence[int],
    padding: Sequence[tuple[int, int]],
    count_include_pad: bool = True,
) -> Array:
    """Means of windows, the last of which may reach beyond the padded map.

    What is beyond never counts as an element; the padding may.
    """
    pads = ceil_padding(x.shape[1:-1], window_shape, strides, padding)
    size = 1
    for n in window_shape:
        size *= n
    sums = size * nnx.avg_pool(x, window_shape, strides, pads)
    inside = jnp.pad(
        jnp.ones((1, *x.shape[1:-1], 1), x.dtype),
        ((0, 0), *padding, (0, 0)),
        constant_values=1.0 if count_include_pad else 0.0,
    )
    beyond = [
        (0, max(after - known, 0))
        for (_, after), (_, known) in zip(pads, padding, strict=True)
    ]
    counted = jnp.pad(inside, ((0, 0), *beyond, (0, 0)))
    counts = size * nnx.avg_pool(counted, window_shape, strides)
    return sums / counts
