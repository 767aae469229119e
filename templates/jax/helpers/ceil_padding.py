from collections.abc import Sequence


def ceil_padding(
    sizes: Sequence[int],
    window_shape: Sequence[int],
    strides: Sequence[int],
    padding: Sequence[tuple[int, int]],
) -> list[tuple[int, int]]:
    """The padding, with what a last partial window reaches beyond it on each axis.

    A window that would start in the padding on the right is left out.
    """
    found = []
    axes = zip(sizes, window_shape, strides, padding, strict=True)
    for n, window, stride, (before, after) in axes:
        steps = -(-(n + before + after - window) // stride)
        if steps * stride >= n + before:
            steps -= 1
        found.append((before, steps * stride + window - n - before))
    return found
