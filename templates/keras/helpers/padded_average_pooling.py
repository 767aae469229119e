from typing import Any

import keras
import numpy as np
from keras import layers, ops


@keras.saving.register_keras_serializable()
class PaddedAveragePooling(layers.Layer):
    """Average pooling that says what it counts: the padding or not, never what is beyond it.

    Windows may reach `beyond` the padded input at the end of each axis.
    """

    def __init__(
        self,
        pool_size: tuple[int, ...],
        strides: tuple[int, ...],
        padding: tuple[tuple[int, int], ...],
        beyond: tuple[int, ...],
        count_padding: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.pool_size = tuple(pool_size)
        self.strides = tuple(strides)
        self.padding = tuple((before, after) for before, after in padding)
        self.beyond = tuple(beyond)
        self.count_padding = count_padding

    def build(self, input_shape: tuple[int, ...]) -> None:
        factor = np.ones(())
        edge = int(self.count_padding)
        for axis, (before, after) in enumerate(self.padding):
            lengths = [before, input_shape[axis + 1], after, self.beyond[axis]]
            counted = np.repeat([edge, 1, edge, 0], lengths)
            k, stride = self.pool_size[axis], self.strides[axis]
            windows = np.lib.stride_tricks.sliding_window_view(counted, k)[::stride]
            factor = factor[..., None] * (k / windows.sum(-1))
        self.factor = factor[None, ..., None]

    def call(self, x: Any) -> Any:
        both = zip(self.padding, self.beyond, strict=True)
        ends = [(before, after + beyond) for (before, after), beyond in both]
        x = ops.pad(x, [(0, 0), *ends, (0, 0)])
        y = ops.average_pool(
            x, self.pool_size, self.strides, data_format="channels_last"
        )
        return y * ops.convert_to_tensor(self.factor, dtype=y.dtype)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "pool_size": self.pool_size,
            "strides": self.strides,
            "padding": self.padding,
            "beyond": self.beyond,
            "count_padding": self.count_padding,
        }
