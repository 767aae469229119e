"""The backward pass: by hand, and as PyTorch counts a whole step of training."""

from __future__ import annotations

import pytest

import archdsl
from archdsl.analysis.backward import backward
from archdsl.analysis.facts import facts_of
from archdsl.ir.graph import Graph
from tests.analysis.build import AUX, TINY, elaborated


def work(graph: Graph) -> int:
    return sum(backward(graph, facts_of(graph)))


def test_by_hand() -> None:
    # conv 6912 MACs, first: for its weights alone; linear 640: for weights and input
    assert (work(elaborated(TINY).graph)) == 2 * (6912 + 2 * 640)
    # stem 128, first; conv 2304, fc 20 and the side head's 12 twice
    assert (work(elaborated(AUX).graph)) == 2 * (128 + 2 * (2304 + 20 + 12))


def grouped_too_often(graph: Graph) -> int:
    """FLOPs by which FlopCounterMode counts too much of a grouped convolution's weights.

    Its conv_backward_flop takes all input channels for each output channel, whatever the groups:
    as many times the work as there are groups.
    """
    extra = 0
    for node in graph:
        shapes = graph.input_shapes(node)
        if node.op.keyword in ("conv", "depthwise", "pointwise"):
            (weight, *_) = node.op.weights(shapes)
            groups = shapes[0].channels // weight.shape[1]
            extra += 2 * node.op.macs(shapes, node.shape) * (groups - 1)
    return extra


@pytest.mark.parity
@pytest.mark.parametrize(
    ("spec", "name", "input"),
    [
        ("resnet", "ResNet50", "32x32x3"),
        ("googlenet", "GoogLeNet", "224x224x3"),
        ("vgg", "VGG11", "32x32x3"),
        ("resnet", "ResNeXt50_32x4d", "32x32x3"),
        ("mobilenet", "MobileNetV2", "32x32x3"),
        ("efficientnet", "EfficientNetB0", "32x32x3"),
    ],
)
def test_as_torch_counts_a_step(spec: str, name: str, input: str) -> None:
    torch = pytest.importorskip("torch")
    from torch.utils.flop_counter import FlopCounterMode

    net = archdsl.load(spec).net(name, input=input)
    graph = net.graph
    (shape,) = net.cost().inputs
    with FlopCounterMode(display=False) as counter:
        out = net.torch().train()(torch.ones(2, *shape.channels_first))
        sum(y.sum() for y in (out if isinstance(out, tuple) else (out,))).backward()
    # side heads too
    forward = 2 * sum(n.op.macs(graph.input_shapes(n), n.shape) for n in graph)
    found = forward + work(graph) + grouped_too_often(graph)
    assert 2 * found == counter.get_total_flops()
