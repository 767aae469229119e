import tensorflow as tf


def resize(image: tf.Tensor, size: int | tuple[int, int]) -> tf.Tensor:
    """Bilinear, with antialias. A number is the shorter side's, and the ratio stays."""
    if isinstance(size, int):
        height, width = tf.unstack(tf.shape(image)[:2])
        longer = size * tf.maximum(height, width) // tf.minimum(height, width)
        sides = (longer, size) if height > width else (size, longer)
        return tf.image.resize(image, sides, antialias=True)
    return tf.image.resize(image, size, antialias=True)
