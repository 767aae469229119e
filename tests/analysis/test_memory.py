"""Bytes: by hand on small nets, and as PyTorch holds them for big ones."""

from __future__ import annotations

import pytest

import archdsl
from archdsl.analysis.cost import cost
from archdsl.analysis.facts import facts_of
from archdsl.analysis.memory import DTYPES, kept_bytes, memory_of, peak_bytes, weight_bytes
from tests.analysis.build import AUX, TINY, elaborated


def test_a_chain_by_hand() -> None:
    net = elaborated(TINY)
    # kept: conv its input, 8*8*3; relu its output, 8*8*4, which maxpool keeps too; maxpool's
    # places, 4*4*4 of 8 bytes; linear its input, which is maxpool's output, flattened: 4*4*4
    assert kept_bytes(net.graph) == 4 * (192 + 256 + 64) + 8 * 64
    assert kept_bytes(net.graph, 3, "float16") == 3 * (2 * (192 + 256 + 64) + 8 * 64)
    assert peak_bytes(net.graph) == 2048
    assert peak_bytes(net.graph, 3, "float64") == 3 * 2 * 2048
    assert weight_bytes(facts_of(net.graph)) == (4 * 762, 4 * 762)


def test_a_batchs_statistics_are_kept_once() -> None:
    # the input 128 bytes for the stem; its output 256, which the conv keeps; the conv's output,
    # for bn, and bn's two figures for 4 channels; relu's output; fc's and the head's inputs, the
    # means: 16 bytes each
    graph = elaborated(AUX).graph
    assert kept_bytes(graph) == 128 + 256 + 256 + 32 + 256 + 16 + 16
    assert kept_bytes(graph, batch=5) == 5 * (128 + 256 + 256 + 256 + 16 + 16) + 32


def test_weights_and_what_training_takes() -> None:
    found = memory_of(elaborated(AUX).graph, 2, "float16")
    # 204 parameters, 8 running figures; the counter of batches stays one of 64 bits
    assert (found.weights, found.gradients) == (2 * 212 + 8, 2 * 204)
    assert found.inference == found.weights + found.peak
    assert found.training() == found.weights + found.gradients + found.kept
    assert found.training(2) == found.training() + 2 * found.gradients


def test_before_the_first_weight_nothing_is_kept() -> None:
    assert kept_bytes(elaborated("net A { input 8x8x1 relu -> tanh -> maxpool(2x2) }").graph) == 0


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_report_has_the_same(dtype: str) -> None:
    net = elaborated(AUX)
    report = cost(net, 7, dtype)
    assert report.memory == memory_of(net.graph, 7, dtype)
    assert report.totals.peak_memory == report.memory.peak == max(r.memory for r in report.rows)
    assert sum(row.kept for row in report.rows) == report.memory.kept


# --------------------------------------------------------------------------- PyTorch

NETS = [
    ("resnet", "ResNet50"),
    ("googlenet", "GoogLeNet"),
    ("mobilenet", "MobileNetV2"),
    ("efficientnet", "EfficientNetB0"),
]


@pytest.mark.parity
@pytest.mark.parametrize(("spec", "name"), NETS)
def test_what_torch_holds(spec: str, name: str) -> None:
    """To the byte, more than the 5% that memory needs: nothing in these nets is estimated."""
    torch = pytest.importorskip("torch")
    from tests.support.torch_memory import eager_peak_bytes, peak_bytes, saved_bytes

    net = archdsl.load(spec).net(name)
    (shape,) = net.cost().inputs
    batch = 2
    found = cost(net.structure, batch).memory
    module = net.torch()
    x = torch.zeros(batch, *shape.channels_first)
    assert found.kept == saved_bytes(module, [x])
    assert found.peak == peak_bytes(module, [x])
    assert found.peak <= eager_peak_bytes(module, [x])
    tensors = [*module.parameters(), *module.buffers()]
    assert found.weights == sum(t.nbytes for t in tensors)


@pytest.mark.parity
@pytest.mark.parametrize("dtype", DTYPES)
def test_what_torch_holds_in_other_types(dtype: str) -> None:
    torch = pytest.importorskip("torch")
    from tests.support.torch_memory import peak_bytes, saved_bytes

    net = archdsl.load("resnet").net("ResNet20")
    found = cost(net.structure, 3, dtype).memory
    kind = getattr(torch, dtype)
    module = net.torch().to(kind)
    x = torch.zeros(3, 3, 32, 32, dtype=kind)
    assert found.kept == saved_bytes(module, [x])
    assert found.peak == peak_bytes(module, [x])
    assert found.weights == sum(t.nbytes for t in [*module.parameters(), *module.buffers()])
