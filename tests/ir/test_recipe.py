"""What a recipe's model refuses, whoever makes it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from archdsl.ir.recipe import Cosine, CrossEntropy, Features, Sgd, Train
from archdsl.ir.recipe_augment import Flip, Resize
from archdsl.ir.recipe_data import Digits

TRAIN: dict[str, Any] = {
    "epochs": 3,
    "batch": 8,
    "seed": 0,
    "optimizer": Sgd(0.1),
    "schedule": Cosine(),
    "loss": CrossEntropy(),
}


@pytest.mark.parametrize(
    ("make", "arguments"),
    [
        (Flip, {"p": 1.5}),
        (Sgd, {"rate": 0.0}),
        (Sgd, {"rate": float("nan")}),
        (Cosine, {"warmup": -1.0}),
        (CrossEntropy, {"label_smoothing": 2.0}),
        (Digits, {"size": 0, "val": 0.2, "seed": 0, "channels": 1}),
        (Digits, {"size": 8, "val": 0.2, "seed": "first", "channels": 1}),
        (Features, {"file": "f.safetensors", "head": "fc", "dropout": -0.1, "size": 4}),
        (Resize, {"size": "large"}),
        (Train, {**TRAIN, "batch": 0}),
        (Train, {**TRAIN, "ema": 1.0}),
        (Train, {**TRAIN, "optimizer": "sgd"}),
        (Train, {**TRAIN, "precision": "float8"}),
        (Train, {**TRAIN, "colour": "red"}),
    ],
)
def test_values_out_of_range_are_refused(make: Any, arguments: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make(**arguments)


def test_whole_numbers_become_what_they_stand_for() -> None:
    assert type(Sgd(rate=1).rate) is float
    assert Train(**TRAIN) == Train(**TRAIN)
    with pytest.raises(AttributeError, match="cannot assign"):
        Train(**TRAIN).epochs = 4  # type: ignore[misc]
