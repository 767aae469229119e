from torch import Tensor, nn


class CenterCrop(nn.Module):
    """The centre of a map; where the rest is odd, one more goes from the right and bottom."""

    def __init__(self, size: tuple[int, ...]) -> None:
        super().__init__()
        self.size = size

    def forward(self, x: Tensor) -> Tensor:
        for axis, size in enumerate(self.size, start=2):
            x = x.narrow(axis, (x.shape[axis] - size) // 2, size)
        return x

    def extra_repr(self) -> str:
        return f"{self.size}"
