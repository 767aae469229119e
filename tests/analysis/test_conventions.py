"""Other tools' figures: as recorded of the tools, and as the tools count what archdsl emits."""

from __future__ import annotations

import csv
import io
import json

import pytest

import archdsl
from archdsl.analysis.conventions import CONVENTIONS, reckon
from archdsl.analysis.reckoned import render_reckonings

# What the tools said of torchvision's and Keras's own networks: fvcore 0.1.5.post20221221, torchinfo
# 1.8.0, torch 2.13 and Keras 3.15; the papers' figures as printed.
RECORDED = [
    ("resnet", "ResNet50", "torch", 2 * 4_089_184_256, 25_557_032),
    ("resnet", "ResNet50", "fvcore", 4_111_512_576, 25_557_032),
    ("resnet", "ResNet50", "torchinfo", 4_089_238_376, 25_557_032),
    ("keras/resnet", "KerasResNet50", "papers", 3_857_973_248, None),
    ("keras/resnet", "KerasResNet50", "keras", None, 25_636_712),
    ("mobilenet", "MobileNetV2", "torch", 2 * 300_774_272, 3_504_872),
    ("mobilenet", "MobileNetV2", "fvcore", 314_193_216, 3_504_872),
    ("mobilenet", "MobileNetV2", "keras", None, 3_538_984),
    ("efficientnet", "EfficientNetB0", "torch", 2 * 385_814_752, 5_288_548),
    ("efficientnet", "EfficientNetB0", "fvcore", 401_659_392, 5_288_548),
    ("keras/efficientnet", "KerasEfficientNetB0", "keras", None, 5_330_571),
]


@pytest.mark.parametrize(("spec", "name", "tool", "work", "params"), RECORDED)
def test_recorded(spec: str, name: str, tool: str, work: int | None, params: int | None) -> None:
    found = reckon(archdsl.load(spec).net(name).structure, tool)
    assert found.total_work == work
    if params is not None:
        assert found.total_params == params


@pytest.mark.parametrize(
    ("spec", "name", "printed", "unit"),
    [
        # He et al. 2015, table 1; Sandler et al. 2018, table 4; Tan and Le 2019, table 2
        ("keras/resnet", "KerasResNet50", 3.8, 10**9),
        ("keras/resnet", "KerasResNet101", 7.6, 10**9),
        ("keras/resnet", "KerasResNet152", 11.3, 10**9),
        ("mobilenet", "MobileNetV2", 300, 10**6),
        ("efficientnet", "EfficientNetB0", 0.39, 10**9),
        ("efficientnet", "EfficientNetB1", 0.70, 10**9),
    ],
)
def test_as_papers_print_it(spec: str, name: str, printed: float, unit: int) -> None:
    found = reckon(archdsl.load(spec).net(name).structure, "papers").total_work
    assert found is not None
    assert found / unit == pytest.approx(printed, rel=0.02)


# What fvcore has a rule for, and what it has none for, beside each other.
MIXED = """net Mixed {
  input 16x16x6
  conv(8, 3x3) -> bn -> relu -> groupnorm(2)
  bn(scale=false, shift=false) -> avgpool(to=4) -> upsample(2)
  deconv(4, 3x3, /2) -> layernorm -> maxpool(2x2) -> upsample(2, mode=bilinear)
  gate { global_avgpool -> conv(4, 1x1) -> sigmoid }
  avgpool(2x2) -> prelu -> global_avgpool -> flatten -> linear(5)
}
"""


@pytest.mark.parity
@pytest.mark.parametrize(
    ("spec", "name"),
    [
        ("resnet", "ResNet50"),
        ("mobilenet", "MobileNetV2"),
        ("efficientnet", "EfficientNetB0"),
        ("googlenet", "GoogLeNet"),
        (MIXED, "Mixed"),
    ],
)
def test_as_fvcore_and_torch_count_the_emitted_module(spec: str, name: str) -> None:
    torch = pytest.importorskip("torch")
    fvcore = pytest.importorskip("fvcore.nn")
    from torch.utils.flop_counter import FlopCounterMode

    net = archdsl.loads(spec).net() if spec == MIXED else archdsl.load(spec).net(name)
    model = net.torch().eval()
    x = torch.zeros(1, *net.cost().inputs[0].channels_first)
    analysis = fvcore.FlopCountAnalysis(model, x).unsupported_ops_warnings(False)
    analysis.uncalled_modules_warnings(False)
    found = reckon(net.structure, "fvcore")
    assert found.total_work == analysis.total()
    assert found.total_params == fvcore.parameter_count(model)[""]
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(x)
    assert reckon(net.structure, "torch").total_work == counter.get_total_flops()


@pytest.mark.parity
@pytest.mark.parametrize(
    ("spec", "name"), [("mobilenet", "MobileNetV2"), ("keras/efficientnet", "KerasEfficientNetB0")]
)
def test_as_keras_counts_the_emitted_model(spec: str, name: str) -> None:
    pytest.importorskip("keras")
    net = archdsl.load(spec).net(name)
    assert reckon(net.structure, "keras").total_params == net.keras().count_params()


def test_the_parts_say_why() -> None:
    found = reckon(archdsl.load("resnet").net("ResNet50").structure, "fvcore")
    assert [(part.text, part.amount, part.layers) for part in found.work] == [
        ("multiply-accumulates of convolutions", 4_087_136_256, 53),
        ("multiply-accumulates of linear layers", 2_048_000, 1),
        ("2 for each element of a batch norm", 22_227_968, 53),
        ("1 for each element that an adaptive average reads", 100_352, 1),
    ]


@pytest.mark.parametrize("name", CONVENTIONS)
def test_every_form_has_the_same_sum(name: str) -> None:
    net = archdsl.load("resnet").net("ResNet20").structure
    found = reckon(net, name)
    both = [("ResNet20", found)]
    (entry,) = json.loads(render_reckonings(both, "json"))["nets"][0]["conventions"]
    assert sum(part["amount"] for part in entry["params"]["parts"]) == entry["params"]["total"]
    rows = list(csv.DictReader(io.StringIO(render_reckonings(both, "csv"))))
    assert sum(int(row["amount"]) for row in rows if row["figure"] == "params") == (
        found.total_params
    )
    for form in ("table", "md"):
        assert f"{found.total_params:,}" in render_reckonings(both, form)
