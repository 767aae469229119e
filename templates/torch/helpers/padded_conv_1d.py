from torch import Tensor, nn
from torch.nn import functional as F


class PaddedConv1d(nn.Conv1d):
    """A convolution whose zero padding differs between the sides."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        stride: int = 1,
        *,
        pad: tuple[int, int],
        dilation: int = 1,
        groups: int = 1,
        bias: bool = True,
    ) -> None:
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            dilation=dilation,
            groups=groups,
            bias=bias,
        )
        self.pad = pad  # left, right

    def forward(self, input: Tensor) -> Tensor:
        return super().forward(F.pad(input, self.pad))
