from torch import Tensor, nn


class LayerNormPerPosition(nn.LayerNorm):
    """Layer norm over the channels at every position of a map."""

    def forward(self, input: Tensor) -> Tensor:
        return super().forward(input.movedim(1, -1)).movedim(-1, 1)
