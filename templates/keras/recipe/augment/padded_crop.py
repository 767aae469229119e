import tensorflow as tf


def random_crop(
    image: tf.Tensor, seed: tf.Tensor, size: tuple[int, int], pad: int = 0
) -> tf.Tensor:
    """A part at a random place, after black pixels were added at each side."""
    image = tf.pad(image, [[pad, pad], [pad, pad], [0, 0]])
    shape = [*size, image.shape[-1]]
    return tf.image.stateless_random_crop(image, shape, seed)
