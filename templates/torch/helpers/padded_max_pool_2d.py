from torch import Tensor, nn
from torch.nn import functional as F


class PaddedMaxPool2d(nn.MaxPool2d):
    """Max pooling whose padding differs between the sides."""

    def __init__(
        self,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] | None = None,
        *,
        pad: tuple[int, int, int, int],
    ) -> None:
        super().__init__(kernel_size, stride)
        self.pad = pad  # left, right, top, bottom

    def forward(self, input: Tensor) -> Tensor:
        y: Tensor = super().forward(F.pad(input, self.pad, value=float("-inf")))
        return y
