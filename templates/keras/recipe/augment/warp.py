import tensorflow as tf


def local_warp(
    image: tf.Tensor, seed: tf.Tensor, amount: float, cells: int
) -> tf.Tensor:
    """Moves every place a little, near ones alike.

    The displacement is a cubic B-spline over so many cells a side, its control values
    uniform in +-amount, a share of the image's width (in x) and height (in y).
    """
    points = tf.random.stateless_uniform(
        [cells + 3, cells + 3, 2], seed, -amount, amount
    )
    return warp(image, points, cells)


def warp(image: tf.Tensor, points: tf.Tensor, cells: int) -> tf.Tensor:
    """torchvision's functional.elastic by the spline of these control values (y, x, 2)."""
    height, width = tf.unstack(tf.shape(image)[:2])
    rows, columns = spline(height, cells), spline(width, cells)
    x, y = tf.unstack(tf.einsum("yi,ijk,xj->yxk", rows, points, columns), axis=-1)
    tall, wide = tf.cast(height, tf.float32), tf.cast(width, tf.float32)
    return sample(image, tf.range(tall)[:, None] + y * tall, tf.range(wide) + x * wide)


def spline(pixels: tf.Tensor, cells: int) -> tf.Tensor:
    """The weight of each control value at each pixel's centre: pixels x (cells + 3)."""
    many = tf.cast(pixels, tf.float32)
    place = (tf.range(many) + 0.5) / many * cells
    # the cubic basis function of each control value, by the distance from its place
    far = tf.abs(place[:, None] - tf.range(-1.0, cells + 2.0))
    near = (4 - 6 * far**2 + 3 * far**3) / 6
    return tf.where(far < 1, near, tf.maximum(2 - far, 0.0) ** 3 / 6)


def sample(image: tf.Tensor, y: tf.Tensor, x: tf.Tensor) -> tf.Tensor:
    """Values at places between pixels, bilinear; outside of the image is black."""
    height, width = tf.unstack(tf.shape(image)[:2])
    padded = tf.pad(image, [[1, 1], [1, 1], [0, 0]])
    y = tf.clip_by_value(y + 1, 0.0, tf.cast(height + 1, tf.float32))
    x = tf.clip_by_value(x + 1, 0.0, tf.cast(width + 1, tf.float32))
    top, left = tf.cast(tf.floor(y), tf.int32), tf.cast(tf.floor(x), tf.int32)
    low, right = tf.minimum(top + 1, height + 1), tf.minimum(left + 1, width + 1)
    down, across = (y - tf.floor(y))[..., None], (x - tf.floor(x))[..., None]

    def value(row: tf.Tensor, column: tf.Tensor) -> tf.Tensor:
        return tf.gather_nd(padded, tf.stack([row, column], -1))

    upper = value(top, left) * (1 - across) + value(top, right) * across
    lower = value(low, left) * (1 - across) + value(low, right) * across
    return tf.ensure_shape(upper * (1 - down) + lower * down, image.shape)
