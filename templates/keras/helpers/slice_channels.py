from typing import Any

import keras
from keras import layers


@keras.saving.register_keras_serializable()
class SliceChannels(layers.Layer):
    """The channels from start to before stop."""

    def __init__(self, start: int, stop: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.start = start
        self.stop = stop

    def call(self, x: Any) -> Any:
        return x[..., self.start : self.stop]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "start": self.start, "stop": self.stop}
