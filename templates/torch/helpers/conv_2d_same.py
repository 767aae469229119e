from torch import Tensor, nn
from torch.nn import functional as F


class Conv2dSame(nn.Conv2d):
    """A convolution padded as TensorFlow pads: to ceil(size / stride), the odd pixel
    right and bottom."""

    def forward(self, input: Tensor) -> Tensor:
        pad: list[int] = []
        each = zip(
            input.shape[2:], self.kernel_size, self.stride, self.dilation, strict=True
        )
        for size, k, s, d in each:
            more = max((-(-size // s) - 1) * s + (k - 1) * d + 1 - size, 0)
            pad = [more // 2, more - more // 2, *pad]  # the last axis first
        return super().forward(F.pad(input, pad) if any(pad) else input)
