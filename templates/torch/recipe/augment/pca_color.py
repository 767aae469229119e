import torch
from torch import Tensor, nn


class PCAColor(nn.Module):
    """AlexNet's change of colour, along the principal components of ImageNet's pixels.

    std: of the normal draws, one for each component
    """

    deviations = torch.tensor([0.2175, 0.0188, 0.0045])
    components = torch.tensor(  # in columns
        [
            [-0.5675, 0.7192, 0.4009],
            [-0.5808, -0.0045, -0.8140],
            [-0.5836, -0.6948, 0.4203],
        ]
    )

    def __init__(self, std: float) -> None:
        super().__init__()
        self.std = std

    def forward(self, image: Tensor) -> Tensor:
        draws = torch.randn(3) * self.std
        shift = self.components @ (draws * self.deviations)
        return (image + shift[:, None, None]).clamp(0, 1)
