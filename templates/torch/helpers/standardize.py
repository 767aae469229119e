import torch
from torch import Tensor, nn


class Standardize(nn.Module):
    """(x - mean) / sqrt(variance), each channel by figures that are not learnt."""

    mean: Tensor
    variance: Tensor

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("variance", torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        shape = (-1, *(1,) * (x.dim() - 2))
        deviation = self.variance.view(shape).sqrt().clamp(min=1e-7)
        return (x - self.mean.view(shape)) / deviation

    def extra_repr(self) -> str:
        return f"{len(self.mean)}"
