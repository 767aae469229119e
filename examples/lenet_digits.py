"""LeNet-5 compiled from specs/lenet.arch, trained on the digits that scikit-learn ships.

Run `python examples/lenet_digits.py`: prints the test accuracy for seeds 0, 1 and 2, and the mean.
Needs torch and scikit-learn; takes about a quarter of a minute.
"""

import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

import archdsl

EPOCHS = 30
BATCH = 64


def load(seed: int) -> tuple[torch.Tensor, ...]:
    """Digits as 1x32x32 images in [0, 1]: 80 % to train on, 20 % to test."""
    digits = load_digits()
    images = torch.tensor(digits.images / 16, dtype=torch.float32)[:, None]
    images = nn.functional.interpolate(images, size=(32, 32), mode="bilinear")
    train_x, test_x, train_y, test_y = train_test_split(
        images.numpy(), digits.target, test_size=0.2, stratify=digits.target, random_state=seed
    )
    return tuple(torch.from_numpy(np.asarray(a)) for a in (train_x, train_y, test_x, test_y))


def accuracy(seed: int) -> float:
    train_x, train_y, test_x, test_y = load(seed)
    torch.manual_seed(seed)
    model = archdsl.load("lenet").net("LeNet5").torch()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(train_x)).split(BATCH):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(train_x[batch]), train_y[batch]).backward()
            optimizer.step()
    model.eval()
    with torch.no_grad():
        return (model(test_x).argmax(1) == test_y).float().mean().item()


if __name__ == "__main__":
    torch.set_num_threads(1)  # the net is small: a second thread only gets in the way
    found = []
    for seed in (0, 1, 2):
        found.append(accuracy(seed))
        print(f"seed {seed}: {found[-1]:.2%} of the test digits right")
    print(f"mean: {sum(found) / len(found):.2%}")
