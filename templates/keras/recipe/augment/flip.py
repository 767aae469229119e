import tensorflow as tf


def random_flip(image: tf.Tensor, seed: tf.Tensor, p: float = 0.5) -> tf.Tensor:
    """Mirrored left to right with probability p."""
    mirrored = tf.random.stateless_uniform([], seed) < p
    return tf.where(mirrored, image[:, ::-1], image)
