from torch import Tensor, nn


class Rescale(nn.Module):
    """x * scale + offset, with constants."""

    def __init__(self, scale: float, offset: float = 0.0) -> None:
        super().__init__()
        self.scale = scale
        self.offset = offset

    def forward(self, x: Tensor) -> Tensor:
        return x * self.scale + self.offset

    def extra_repr(self) -> str:
        return f"{self.scale}, {self.offset}"
