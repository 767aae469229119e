from typing import Any

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable()
class LowestPadding(layers.Layer):
    """Pads with -inf, which never is a maximum: what goes before max pooling."""

    def __init__(self, padding: tuple[tuple[int, int], ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.padding = tuple((before, after) for before, after in padding)

    def call(self, x: Any) -> Any:
        pads = ((0, 0), *self.padding, (0, 0))
        return ops.pad(x, pads, constant_values=-float("inf"))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "padding": self.padding}
