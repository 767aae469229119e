import torch
from torch import Tensor, nn
from torchvision.transforms.v2.functional import elastic


class LocalWarp(nn.Module):
    """Moves every place a little, near ones alike.

    The displacement is a cubic B-spline over so many cells a side, its control values
    uniform in +-amount, a share of the image's width (in x) and height (in y).
    """

    def __init__(self, amount: float, cells: int) -> None:
        super().__init__()
        self.amount, self.cells = amount, cells

    def forward(self, image: Tensor) -> Tensor:
        height, width = image.shape[-2:]
        points = torch.empty(2, self.cells + 3, self.cells + 3)
        points.uniform_(-2 * self.amount, 2 * self.amount)  # the sides are 2 long
        rows, columns = spline(height, self.cells), spline(width, self.cells)
        displacement = (rows @ points @ columns.T).permute(1, 2, 0)
        return elastic(image, displacement[None])


def spline(pixels: int, cells: int) -> Tensor:
    """The weight of each control value at each pixel's centre: pixels x (cells + 3)."""
    place = (torch.arange(pixels) + 0.5) / pixels * cells
    cell = place.floor()
    t = place - cell
    basis = torch.stack(
        [
            (1 - t) ** 3,
            3 * t**3 - 6 * t**2 + 4,
            3 * (t + t**2 - t**3) + 1,
            t**3,
        ],
        1,
    )
    weights = torch.zeros(pixels, cells + 3)
    return weights.scatter_(1, cell.long()[:, None] + torch.arange(4), basis / 6)
