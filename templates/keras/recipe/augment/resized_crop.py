import math

import tensorflow as tf


def random_resized_crop(
    image: tf.Tensor,
    seed: tf.Tensor,
    size: tuple[int, int],
    scale: tuple[float, float] = (0.08, 1.0),
    ratio: tuple[float, float] = (3 / 4, 4 / 3),
) -> tf.Tensor:
    """A random part, brought to a size.

    scale: the part's area, as a share of the image's; ratio: its width by its height
    """
    height, width = tf.unstack(tf.cast(tf.shape(image)[:2], tf.float32))
    seeds = tf.random.split(seed, 3)
    area = height * width * tf.random.stateless_uniform([10], seeds[0], *scale)
    logs = math.log(ratio[0]), math.log(ratio[1])
    shape = tf.exp(tf.random.stateless_uniform([10], seeds[1], *logs))
    # The first of ten that fits; if none does, the middle.
    wide, tall = tf.round(tf.sqrt(area * shape)), tf.round(tf.sqrt(area / shape))
    fits = (wide > 0) & (wide <= width) & (tall > 0) & (tall <= height)
    wide = tf.concat([wide, [tf.minimum(width, tf.round(height * ratio[1]))]], 0)
    tall = tf.concat([tall, [tf.minimum(height, tf.round(width / ratio[0]))]], 0)
    chosen = tf.argmax(tf.concat([fits, [True]], 0))
    wide, tall = wide[chosen], tall[chosen]
    place = tf.random.stateless_uniform([2], seeds[2])
    top = tf.floor(place[0] * (height - tall + 1))
    left = tf.floor(place[1] * (width - wide + 1))
    if not tf.reduce_any(fits):
        top, left = (height - tall) // 2, (width - wide) // 2
    top, left, tall, wide = tf.unstack(tf.cast([top, left, tall, wide], tf.int32))
    part = image[top : top + tall, left : left + wide]
    return tf.image.resize(part, size, antialias=True)
