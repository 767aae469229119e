import tensorflow as tf


def five_crops(image: tf.Tensor, size: tuple[int, int]) -> tf.Tensor:
    """The four corners and the centre."""
    height, width = size
    corners = [
        image[:height, :width],
        image[:height, -width:],
        image[-height:, :width],
        image[-height:, -width:],
    ]
    return tf.stack([*corners, center_crop(image, size)])
