from torch import Tensor, nn


class Reshape(nn.Module):
    """The same elements in another shape: (channels, height, width), without the batch."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.shape = shape

    def forward(self, x: Tensor) -> Tensor:
        return x.reshape(-1, *self.shape)

    def extra_repr(self) -> str:
        return f"{self.shape}"
