from typing import Any

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable()
class ChannelShuffle(layers.Layer):
    """Mixes groups of channels: the first of each group, then the second of each."""

    def __init__(self, groups: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.groups = groups

    def call(self, x: Any) -> Any:
        *sizes, channels = x.shape[1:]
        y = ops.reshape(x, (-1, *sizes, self.groups, channels // self.groups))
        return ops.reshape(ops.swapaxes(y, -1, -2), (-1, *sizes, channels))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "groups": self.groups}
