from torch import nn


class PartialBatchNorm1d(nn.BatchNorm1d):
    """Batch norm that learns only a shift, or only a scale."""

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        *,
        scale: bool = True,
        shift: bool = True,
    ) -> None:
        super().__init__(num_features, eps, momentum)
        if not scale:
            self.register_parameter("weight", None)
        if not shift:
            self.register_parameter("bias", None)
