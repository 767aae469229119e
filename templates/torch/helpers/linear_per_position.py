from torch import Tensor, nn


class LinearPerPosition(nn.Linear):
    """A linear layer on the channels at every position of a map."""

    def forward(self, input: Tensor) -> Tensor:
        return super().forward(input.movedim(1, -1)).movedim(-1, 1)
