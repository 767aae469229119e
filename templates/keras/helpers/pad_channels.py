from typing import Any

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable()
class PadChannels(layers.Layer):
    """Channels of zeros after the others."""

    def __init__(self, amount: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.amount = amount

    def call(self, x: Any) -> Any:
        return ops.pad(x, [(0, 0)] * (len(x.shape) - 1) + [(0, self.amount)])

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "amount": self.amount}
