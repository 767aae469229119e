from typing import Any

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable()
class TanhGELU(layers.Layer):
    """GELU by its tanh approximation."""

    def call(self, x: Any) -> Any:
        return ops.gelu(x, approximate=True)
