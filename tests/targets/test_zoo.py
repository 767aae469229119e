"""What the parity with torchvision leaves open: timm's MobileNet v1, and GoogLeNet as published."""

from __future__ import annotations

import math
import re
from types import ModuleType
from typing import Any

import pytest

import archdsl
from tests.support.specs import import_source, source

torch = pytest.importorskip("torch")

pytestmark = pytest.mark.parity

# Our MobileNet v1 has its blocks in one row; timm counts them in stages.
STAGES = (1, 2, 2, 6, 2)
BLOCKS = [f"{stage}.{i}" for stage, blocks in enumerate(STAGES) for i in range(blocks)]
NAME_MAP = (
    (r"^stem\.0\.", "conv_stem."),
    (r"^stem\.1\.", "bn1."),
    (r"^blocks\.(\d+)\.", lambda m: f"blocks.{BLOCKS[int(m[1])]}."),
    (r"\.dw\.", ".conv_dw."),
    (r"\.pw\.", ".conv_pw."),
)


def timm_name(key: str) -> str:
    for pattern, new in NAME_MAP:
        key = re.sub(pattern, new, key)
    return key


@pytest.fixture(scope="module")
def models(torchvision: ModuleType) -> tuple[Any, Any]:
    """timm's and ours, with torchvision imported first: timm imports it too."""
    timm = pytest.importorskip("timm")
    torch.manual_seed(0)
    reference = timm.create_model("mobilenetv1_100")
    return reference, import_source(source("mobilenet", "MobileNetV1"), "zoo_v1").MobileNetV1()


def test_mobilenet_v1_is_timms(models: tuple[Any, Any]) -> None:
    """Its weights load through the map of names; outputs and gradients are equal bit for bit."""
    from torch.utils.flop_counter import FlopCounterMode

    reference, ours = models
    theirs = reference.state_dict()
    mapped = {key: theirs[timm_name(key)].clone() for key in ours.state_dict()}
    assert len({timm_name(key) for key in mapped}) == len(theirs)
    ours.load_state_dict(mapped, strict=True)
    x = torch.randn(2, 3, 96, 96)
    with torch.no_grad():
        assert torch.equal(ours.eval()(x), reference.eval()(x))
    for model in models:
        torch.nn.functional.cross_entropy(model.train()(x), torch.tensor([1, 2])).backward()
    gradients = {key: p.grad for key, p in reference.named_parameters()}
    for key, parameter in ours.named_parameters():
        assert torch.equal(parameter.grad, gradients[timm_name(key)]), key
    totals = archdsl.load("mobilenet").net("MobileNetV1").cost().totals
    assert totals.params == sum(p.numel() for p in reference.parameters())
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        reference.eval()(torch.empty(1, 3, 224, 224))
    assert totals.macs * 2 == counter.get_total_flops()


def test_mobilenet_v1_starts_as_timms(models: tuple[Any, Any]) -> None:
    """The deviation of each kind of layer: full, depthwise, 1x1, linear."""
    timm = pytest.importorskip("timm")
    expected = timm.create_model("mobilenetv1_100").state_dict()
    ours = import_source(source("mobilenet", "MobileNetV1"), "zoo_v1_init").MobileNetV1()
    for key, found in ours.state_dict().items():
        wanted = expected[timm_name(key)]
        if found.ndim > 1:
            error = 4 / math.sqrt(found.numel())
            assert float(found.std()) == pytest.approx(float(wanted.std()), rel=2 * error), key
        elif found.is_floating_point():
            assert torch.equal(found, wanted), key


# Table 1 of the paper: output, parameters in units of 1,024 and operations in millions. Rows that
# nobody can reproduce from their own channel numbers are None (conv1 is counted as a separable
# convolution; 4a, 4b, 4c, 4d, 4e, 5a and 5b differ by 2 to 10%).
TABLE_1: dict[str, tuple[str, int | None, int | None]] = {
    "conv1": ("112x112x64", None, None),
    "maxpool1": ("56x56x64", 0, 0),
    "conv2": ("56x56x192", 112, 360),
    "maxpool2": ("28x28x192", 0, 0),
    "inception3a": ("28x28x256", 159, 128),
    "inception3b": ("28x28x480", 380, 304),
    "maxpool3": ("14x14x480", 0, 0),
    "inception4a": ("14x14x512", None, 73),
    "inception4b": ("14x14x512", None, 88),
    "inception4c": ("14x14x512", None, 100),
    "inception4d": ("14x14x528", None, 119),
    "inception4e": ("14x14x832", None, 170),
    "maxpool4": ("7x7x832", 0, 0),
    "inception5a": ("7x7x832", None, None),
    "inception5b": ("7x7x1024", None, 71),
    "fc": ("1000", 1000, 1),
}


@pytest.mark.parametrize("row", TABLE_1)
def test_googlenet_is_the_papers(row: str) -> None:
    """Each row's output, and what it costs where the paper's numbers are its own."""
    report = archdsl.load("googlenet").net("GoogLeNetPaper").cost()
    names = ("conv2", "conv2_reduce") if row == "conv2" else (row,)
    rows = [r for r in report.rows if r.path.split(".")[0] in names]
    shape, params, ops = TABLE_1[row]
    assert str(rows[-1].output) == shape
    if params is not None:
        assert sum(r.params for r in rows) / 1024 == pytest.approx(params, rel=0.005, abs=1)
    if ops is not None:
        assert sum(r.macs for r in rows) / 1e6 == pytest.approx(ops, rel=0.01, abs=0.1)
