from collections.abc import Sequence

import tensorflow as tf


def rgb_shifts(
    image: tf.Tensor, seed: tf.Tensor, shifts: Sequence[tuple[float, float, float]]
) -> tf.Tensor:
    """Adds one of a few (red, green, blue), in levels of 255."""
    chosen = tf.random.stateless_uniform([], seed, 0, len(shifts), tf.int32)
    shift = tf.constant(shifts, tf.float32)[chosen] / 255
    return tf.clip_by_value(image + shift, 0.0, 1.0)
