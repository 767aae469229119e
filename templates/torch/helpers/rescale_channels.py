from torch import Tensor, nn


class RescaleChannels(nn.Module):
    """x * scale + offset, with constants of each channel."""

    def __init__(
        self,
        scale: float | tuple[float, ...],
        offset: float | tuple[float, ...] = 0.0,
    ) -> None:
        super().__init__()
        self.scale = scale
        self.offset = offset

    def forward(self, x: Tensor) -> Tensor:
        shape = (-1, *(1,) * (x.dim() - 2))
        scale, offset = x.new_tensor(self.scale), x.new_tensor(self.offset)
        return x * scale.view(shape) + offset.view(shape)

    def extra_repr(self) -> str:
        return f"{self.scale}, {self.offset}"
