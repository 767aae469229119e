from typing import Any

import keras
from keras import initializers, layers


@keras.saving.register_keras_serializable()
class LayerScale(layers.Layer):
    """One learnt factor for each channel."""

    def __init__(self, init: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.init = init

    def build(self, input_shape: tuple[int, ...]) -> None:
        self.gamma = self.add_weight(
            shape=(input_shape[-1],),
            initializer=initializers.Constant(self.init),
            name="gamma",
        )

    def call(self, x: Any) -> Any:
        return x * self.gamma

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "init": self.init}
