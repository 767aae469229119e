import tensorflow as tf


def center_crop(image: tf.Tensor, size: tuple[int, int]) -> tf.Tensor:
    """The middle; where the image is smaller, black is added around it first."""
    lacking = tf.maximum(0, size - tf.shape(image)[:2])
    before = lacking // 2
    pads = tf.stack([before, lacking - before], 1)
    image = tf.pad(image, tf.concat([pads, [[0, 0]]], 0))
    over = tf.cast(tf.shape(image)[:2] - size, tf.float32)
    top, left = tf.unstack(tf.cast(tf.round(over / 2), tf.int32))
    return image[top : top + size[0], left : left + size[1]]
