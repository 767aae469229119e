from jax import Array, lax


def center_crop(x: Array, size: tuple[int, ...]) -> Array:
    """The centre of a map; where the rest is odd, one more goes from the end."""
    for axis, n in enumerate(size, start=1):
        start = (x.shape[axis] - n) // 2
        x = lax.slice_in_dim(x, start, start + n, axis=axis)
    return x
