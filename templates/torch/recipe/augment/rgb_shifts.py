import torch
from torch import Tensor, nn


class RGBShifts(nn.Module):
    """Adds one of a few (red, green, blue), in levels of 255."""

    def __init__(self, shifts: list[tuple[float, float, float]]) -> None:
        super().__init__()
        self.shifts = torch.tensor(shifts)[:, :, None, None] / 255

    def forward(self, image: Tensor) -> Tensor:
        chosen = int(torch.randint(len(self.shifts), ()))
        return (image + self.shifts[chosen]).clamp(0, 1)
