import torch
from torch import Tensor, nn
from torch.nn import functional as F


class PaddedAvgPool1d(nn.AvgPool1d):
    """Average pooling whose zero padding differs between the sides."""

    def __init__(
        self,
        kernel_size: int,
        stride: int | None = None,
        *,
        pad: tuple[int, int],
        count_include_pad: bool = True,
    ) -> None:
        super().__init__(kernel_size, kernel_size if stride is None else stride)
        self.pad = pad  # left, right
        self.count_pad = count_include_pad

    def forward(self, input: Tensor) -> Tensor:
        mean = super().forward(F.pad(input, self.pad))
        if self.count_pad:
            return mean
        inside = super().forward(F.pad(torch.ones_like(input[:1, :1]), self.pad))
        return mean / inside
