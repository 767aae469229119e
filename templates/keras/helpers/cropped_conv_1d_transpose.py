from typing import Any

import keras
from keras import layers


@keras.saving.register_keras_serializable()
class CroppedConv1DTranspose(layers.Conv1DTranspose):
    """A transposed convolution cut on each side: (before, after) for each axis."""

    def __init__(self, *args: Any, crop: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.crop = tuple((before, after) for before, after in crop)

    def call(self, x: Any) -> Any:
        y = super().call(x)
        ends = zip(y.shape[1:-1], self.crop, strict=True)
        return y[(slice(None), *(slice(a, n - b) for n, (a, b) in ends))]

    def compute_output_shape(self, input_shape: Any) -> Any:
        batch, *sizes, channels = super().compute_output_shape(input_shape)
        cut = (n and n - a - b for n, (a, b) in zip(sizes, self.crop, strict=True))
        return (batch, *cut, channels)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "crop": self.crop}
