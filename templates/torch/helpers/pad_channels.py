from torch import Tensor, nn
from torch.nn import functional as F


class PadChannels(nn.Module):
    """Channels of zeros after the others."""

    def __init__(self, amount: int) -> None:
        super().__init__()
        self.amount = amount

    def forward(self, x: Tensor) -> Tensor:
        return F.pad(x, [0, 0] * (x.ndim - 2) + [0, self.amount])

    def extra_repr(self) -> str:
        return f"{self.amount}"
