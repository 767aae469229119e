import torch
from torch import Tensor, nn
from torch.nn import functional as F


class PaddedAvgPool3d(nn.AvgPool3d):
    """Average pooling whose zero padding differs between the sides."""

    def __init__(
        self,
        kernel_size: int | tuple[int, int, int],
        stride: int | tuple[int, int, int] | None = None,
        *,
        pad: tuple[int, int, int, int, int, int],
        count_include_pad: bool = True,
    ) -> None:
        super().__init__(kernel_size, stride)
        self.pad = pad  # left, right, top, bottom, front, back
        self.count_pad = count_include_pad

    def forward(self, input: Tensor) -> Tensor:
        mean = super().forward(F.pad(input, self.pad))
        if self.count_pad:
            return mean
        inside = super().forward(F.pad(torch.ones_like(input[:1, :1]), self.pad))
        return mean / inside
