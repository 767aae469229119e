from typing import Any

import keras
from keras import layers


@keras.saving.register_keras_serializable()
class SubsampledConv3D(layers.Conv3D):
    """A convolution of which every so many positions are kept: strides by other means."""

    def __init__(self, *args: Any, every: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.every = tuple(every)

    def call(self, x: Any) -> Any:
        y = super().call(x)
        return y[(slice(None), *(slice(None, None, n) for n in self.every))]

    def compute_output_shape(self, input_shape: Any) -> Any:
        batch, *sizes, channels = super().compute_output_shape(input_shape)
        kept = (n and -(-n // step) for n, step in zip(sizes, self.every, strict=True))
        return (batch, *kept, channels)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "every": self.every}
