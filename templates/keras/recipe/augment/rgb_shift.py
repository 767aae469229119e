import tensorflow as tf


def rgb_shift(image: tf.Tensor, seed: tf.Tensor, limit: float) -> tf.Tensor:
    """Adds to each channel a number of its own, uniform in +-limit levels of 255."""
    shift = tf.random.stateless_uniform([3], seed, -limit / 255, limit / 255)
    return tf.clip_by_value(image + shift, 0.0, 1.0)
