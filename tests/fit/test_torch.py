"""Fifty candidates against the modules that are generated for them, counted by PyTorch."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

import archdsl
from tests.fit.build import candidates, program

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.parity


def values(file: str, rng: random.Random) -> dict[str, Any]:
    width = Fraction(rng.randrange(20, 120), 100)
    match file:
        case "efficientnet":
            depth = Fraction(rng.randrange(50, 150), 100)
            return {"width": width, "depth": depth, "res": rng.randrange(32, 100)}
        case "mobilenet":
            return {"width": width, "res": rng.randrange(32, 100)}
    return {"depths": [rng.randrange(1, 4) for _ in range(4)], "classes": rng.randrange(1, 99)}


@pytest.mark.parametrize(
    ("file", "net", "many"),
    [
        ("efficientnet", "EfficientNetB0", 8),
        ("mobilenet", "MobileNetV1", 27),
        ("resnet", "ResNet18", 15),
    ],
)
def test_parameters_and_macs_are_the_built_networks(file: str, net: str, many: int) -> None:
    from torch.utils.flop_counter import FlopCounterMode

    made = candidates(program(file), net)
    spec = archdsl.load(file)
    rng = random.Random(net)
    for _ in range(many):
        chosen = values(file, rng)
        found = made.costs(chosen)
        ours = spec.net(net, **chosen)
        shape = ours.graph.nodes[0].shape
        with torch.device("meta"):
            module = ours.torch().eval()
            x = torch.empty(1, *shape.channels_first)
        assert sum(p.numel() for p in module.parameters()) == found.params, chosen
        assert sum(b.numel() for b in module.buffers()) == found.buffers, chosen
        with torch.no_grad(), FlopCounterMode(display=False) as counter:
            module(x)
        assert counter.get_total_flops() == 2 * found.macs, chosen
