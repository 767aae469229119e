from functools import partial

import tensorflow as tf


def color_jitter(
    image: tf.Tensor,
    seed: tf.Tensor,
    brightness: float = 0.0,
    contrast: float = 0.0,
    saturation: float = 0.0,
    hue: float = 0.0,
) -> tf.Tensor:
    """The four in a random order, each by a factor of up to 1 +- so much.

    hue: a share of the colour circle instead
    """
    limits = {
        adjust_brightness: brightness,
        adjust_contrast: contrast,
        adjust_saturation: saturation,
        tf.image.adjust_hue: hue,
    }
    seeds = tf.random.split(seed, 5)
    changes = []
    for number, (adjust, limit) in enumerate(limits.items(), 1):
        if limit:
            middle = 0.0 if adjust is tf.image.adjust_hue else 1.0
            low = -limit if middle == 0.0 else max(0.0, middle - limit)
            high = middle + limit
            amount = tf.random.stateless_uniform([], seeds[number], low, high)
            changes.append((adjust, amount))
    order = tf.random.experimental.stateless_shuffle(
        tf.range(len(changes)), seed=seeds[0]
    )
    for place in range(len(changes)):
        image = tf.switch_case(
            order[place],
            [partial(adjust, image, amount) for adjust, amount in changes],
        )
    return image


def adjust_brightness(image: tf.Tensor, factor: tf.Tensor) -> tf.Tensor:
    """Towards black, or away from it."""
    return blend(image, 0.0, factor)


def adjust_contrast(image: tf.Tensor, factor: tf.Tensor) -> tf.Tensor:
    """Towards the mean grey of the image, or away from it."""
    return blend(image, tf.reduce_mean(grey(image)), factor)


def adjust_saturation(image: tf.Tensor, factor: tf.Tensor) -> tf.Tensor:
    """Towards the grey of each pixel, or away from it."""
    return blend(image, grey(image), factor)


def blend(image: tf.Tensor, other: tf.Tensor | float, factor: tf.Tensor) -> tf.Tensor:
    return tf.clip_by_value(factor * image + (1 - factor) * other, 0.0, 1.0)


def grey(image: tf.Tensor) -> tf.Tensor:
    """Luma, in one channel."""
    if image.shape[-1] == 1:
        return image
    return tf.reduce_sum(image * [0.2989, 0.587, 0.114], -1, keepdims=True)
