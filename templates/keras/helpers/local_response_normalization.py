from typing import Any

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable()
class LocalResponseNormalization(layers.Layer):
    """AlexNet's: x / (k + alpha * sum of squares over neighbouring channels) ** beta."""

    def __init__(
        self,
        size: int = 5,
        alpha: float = 1e-4,
        beta: float = 0.75,
        k: float = 2.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k

    def call(self, x: Any) -> Any:
        channels = x.shape[-1]
        edges = [(0, 0)] * (len(x.shape) - 1)
        ends = (self.size // 2, (self.size - 1) // 2)
        squares = ops.pad(ops.square(x), [*edges, ends])
        total = sum(squares[..., i : i + channels] for i in range(self.size))
        return x / ops.power(self.k + self.alpha * total, self.beta)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "size": self.size,
            "alpha": self.alpha,
            "beta": self.beta,
            "k": self.k,
        }
