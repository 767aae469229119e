from jax import Array, lax


def local_response_norm(
    x: Array,
    size: int = 5,
    alpha: float = 1e-4,
    beta: float = 0.75,
    k: float = 2.0,
) -> Array:
    """x / (k + alpha * the sum of squares over `size` channels) ** beta."""
    ones = (1,) * (x.ndim - 1)
    pads = ((0, 0),) * (x.ndim - 1) + ((size // 2, (size - 1) // 2),)
    squares = lax.reduce_window(x * x, 0.0, lax.add, (*ones, size), (*ones, 1), pads)
    return x / (k + alpha * squares) ** beta
