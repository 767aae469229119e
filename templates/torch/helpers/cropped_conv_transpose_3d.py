from torch import Tensor, nn
from torch.nn import functional as F


class CroppedConvTranspose3d(nn.ConvTranspose3d):
    """A transposed convolution cut differently on each side."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int, int],
        stride: int | tuple[int, int, int] = 1,
        *,
        crop: tuple[int, int, int, int, int, int],
        output_padding: int | tuple[int, int, int] = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: int | tuple[int, int, int] = 1,
    ) -> None:
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            output_padding=output_padding,
            groups=groups,
            bias=bias,
            dilation=dilation,
        )
        self.crop = crop  # left, right, top, bottom, front, back

    def forward(self, input: Tensor, output_size: list[int] | None = None) -> Tensor:
        return F.pad(super().forward(input, output_size), [-n for n in self.crop])
