import math

import tensorflow as tf


def random_affine(
    image: tf.Tensor,
    seed: tf.Tensor,
    rotate: float = 0.0,
    shear: tuple[float, float] = (0.0, 0.0),
    shift: float = 0.0,
    zoom: float = 0.0,
) -> tf.Tensor:
    """Turns, slants, moves and scales at once, each by up to so much either way.

    rotate, shear: degrees; shift: a share of width and height; zoom: of a factor of 1
    """
    turn, slant_x, slant_y, right, down, size = tf.unstack(
        tf.random.stateless_uniform([6], seed, -1.0, 1.0)
    )
    height, width = tf.unstack(tf.cast(tf.shape(image)[:2], tf.float32))
    return affine(
        image,
        rotate * turn,
        (tf.round(shift * width * right), tf.round(shift * height * down)),
        1.0 + zoom * size,
        (shear[0] * slant_x, shear[1] * slant_y),
    )


def affine(
    image: tf.Tensor,
    angle: tf.Tensor,
    translate: tuple[tf.Tensor, tf.Tensor],
    scale: tf.Tensor,
    shear: tuple[tf.Tensor, tf.Tensor],
) -> tf.Tensor:
    """torchvision's functional.affine with fill=0: about the centre, bilinear.

    angle, shear: degrees; translate: pixels to the right and down
    """
    turn, slant_x, slant_y = (part * math.pi / 180 for part in (angle, *shear))
    a = tf.cos(turn - slant_y) / tf.cos(slant_y)
    c = tf.sin(turn - slant_y) / tf.cos(slant_y)
    b = -a * tf.tan(slant_x) - tf.sin(turn)
    d = -c * tf.tan(slant_x) + tf.cos(turn)
    # The determinant of these is 1. The inverse says where each pixel comes from.
    xx, xy, yx, yy = d / scale, -b / scale, -c / scale, a / scale
    height, width = tf.unstack(tf.cast(tf.shape(image)[:2], tf.float32))
    x, y = (width - 1) / 2, (height - 1) / 2
    to_x, to_y = x + translate[0], y + translate[1]
    places = [xx, xy, x - xx * to_x - xy * to_y, yx, yy, y - yx * to_x - yy * to_y]
    masked = tf.concat([image, tf.ones_like(image[..., :1])], -1)
    moved = tf.raw_ops.ImageProjectiveTransformV3(
        images=masked[None],
        transforms=tf.stack([*places, 0.0, 0.0])[None],
        output_shape=tf.shape(image)[:2],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
    )[0]
    moved = tf.ensure_shape(moved, masked.shape)
    # At an edge a value is mixed with black, and by torchvision darkened once more.
    return moved[..., :-1] * moved[..., -1:]
