"""Receptive fields: published ones, and those that a gradient shows."""

from __future__ import annotations

import pytest

import archdsl
from archdsl.analysis.facts import facts_of
from archdsl.analysis.receptive import field_text, receptive_fields
from archdsl.driver.api import Net
from archdsl.ir.graph import Graph
from tests.analysis.build import elaborated
from tests.support import interpreter


def fields_of(graph: Graph) -> list[tuple[int, ...]]:
    return receptive_fields(graph, facts_of(graph))


def field_before_the_head(net: Net) -> tuple[int, ...]:
    """Of the last map of more than one position."""
    graph = net.graph
    inner = [n.id for n in graph if n.shape.rank and max(n.shape.spatial) > 1 and not n.aux]
    return fields_of(graph)[inner[-1]]


@pytest.mark.parametrize(
    ("spec", "name", "extent"),
    [
        # Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks",
        # Distill 2019: alexnet_v2, vgg_16, mobilenet_v1, inception_v3
        ("alexnet", "AlexNetTorchvision", 195),
        ("vgg", "VGG16", 212),
        ("mobilenet", "MobileNetV1", 315),
        ("inception", "InceptionV3", 1311),
        # by hand: 7x7 and pool 11, then 24, 8 + 3 * 16, 16 + 5 * 32, 32 + 2 * 64
        ("resnet", "ResNet50", 427),
    ],
)
def test_published(spec: str, name: str, extent: int) -> None:
    assert max(field_before_the_head(archdsl.load(spec).net(name))) == extent


@pytest.mark.parametrize(
    ("body", "extent"),
    [
        ("conv(1, 3x3) -> conv(1, 3x3)", (5, 5)),
        ("conv(1, 3x3, /2) -> relu -> conv(1, 3x3)", (7, 7)),
        ("conv(1, 1x7) -> conv(1, 3x1, /2) -> conv(1, 3x3)", (7, 11)),
        ("conv(1, 3x3, dilation=3)", (7, 7)),
        ("residual { conv(1, 3x3) -> conv(1, 5x5) }", (7, 7)),
        ("concat { | conv(1, 3x3) | conv(1, 1x5) | skip }", (3, 5)),
        ("gate { global_avgpool -> conv(1, 1x1) }", (1, 1)),
        ("conv(1, 3x3) -> global_avgpool", (18, 18)),
        ("flatten -> linear(4)", (16, 16)),
        ("maxpool(2x2) -> upsample(2) -> conv(1, 3x3)", (4, 4)),
        ("conv(1, 2x2, /2, pad=0) -> deconv(1, 3x3, /2) -> conv(1, 3x3)", (6, 6)),
        ("avgpool(to=4) -> conv(1, 3x3)", (12, 12)),
        ("bn -> dropout -> zero_pad(1)", (1, 1)),
    ],
)
def test_by_hand(body: str, extent: tuple[int, ...]) -> None:
    graph = elaborated(f"net A {{ input 16x16x1 {body} }}").graph
    assert fields_of(graph)[-1] == extent


def test_of_a_vector_there_is_none() -> None:
    graph = elaborated("net A { input 12 linear(4) -> relu }").graph
    assert fields_of(graph)[-1] == ()
    assert field_text(()) == ""


@pytest.mark.parity
@pytest.mark.parametrize(
    "body",
    [
        "conv(2, 3x3) -> conv(2, 5x5, /2) -> conv(2, 3x3, dilation=2)",
        "conv(2, 3x5, /2) -> avgpool(2x2) -> residual { conv(2, 3x3) -> conv(2, 1x3) }",
        "concat { | conv(2, 3x3) | depthwise(5x5) -> conv(1, 1x1) } -> avgpool(3x3, /2)",
    ],
)
def test_by_gradient(body: str) -> None:
    """The input's elements on which one in the middle depends, all weights positive."""
    torch = pytest.importorskip("torch")
    net = archdsl.loads(f"net A {{ input 64x64x2 {body} }}").net()
    model = net.torch().eval()
    state = {name: torch.rand_like(value) + 0.1 for name, value in model.state_dict().items()}
    x = torch.ones(1, 2, 64, 64, requires_grad=True)
    (out,) = interpreter.run(net.graph, state, [x])
    middle = [n // 2 for n in out.shape[2:]]
    out[0, :, middle[0], middle[1]].sum().backward()
    seen = (x.grad[0].sum(0) > 0).nonzero()
    extent = tuple((seen.amax(0) - seen.amin(0) + 1).tolist())
    assert extent == fields_of(net.graph)[-1]
