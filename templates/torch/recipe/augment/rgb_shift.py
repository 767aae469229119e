import torch
from torch import Tensor, nn


class RGBShift(nn.Module):
    """Adds to each channel a number of its own, uniform in +-limit levels of 255."""

    def __init__(self, limit: float) -> None:
        super().__init__()
        self.limit = limit / 255

    def forward(self, image: Tensor) -> Tensor:
        shift = torch.empty(3, 1, 1).uniform_(-self.limit, self.limit)
        return (image + shift).clamp(0, 1)
