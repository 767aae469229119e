import tensorflow as tf

# The principal components of ImageNet's pixels, in columns, and how far they reach.
COMPONENTS = [
    [-0.5675, 0.7192, 0.4009],
    [-0.5808, -0.0045, -0.8140],
    [-0.5836, -0.6948, 0.4203],
]
DEVIATIONS = [0.2175, 0.0188, 0.0045]


def pca_color(image: tf.Tensor, seed: tf.Tensor, std: float) -> tf.Tensor:
    """AlexNet's change of colour: normal draws of this std, one for each component."""
    return add_components(image, tf.random.stateless_normal([3], seed, stddev=std))


def add_components(image: tf.Tensor, amounts: tf.Tensor) -> tf.Tensor:
    shift = tf.linalg.matvec(COMPONENTS, amounts * DEVIATIONS)
    return tf.clip_by_value(image + shift, 0.0, 1.0)
