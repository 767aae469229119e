"""The time of a layer: figures worked out by hand, and laws that hold for any profile."""

from __future__ import annotations

from dataclasses import replace

import pytest

import archdsl
from archdsl.devices.roofline import latencies, latency, seconds
from archdsl.devices.shipped import PROFILES
from archdsl.devices.work import KINDS, work_of
from archdsl.diagnostics import Diagnostics
from archdsl.driver.devices import device_named
from archdsl.ir.op import Op, Shapes
from archdsl.ir.shape import Shape
from archdsl.ops.activation import ReLU, SiLU
from archdsl.ops.conv import Conv, Depthwise, Pointwise
from archdsl.ops.deconv import Deconv
from archdsl.ops.layout import Flatten, Slice
from archdsl.ops.linear import Linear
from archdsl.ops.merge import Add, Concat, Input
from archdsl.ops.norm import BatchNorm
from archdsl.ops.pool import AvgPool, GlobalAvgPool, MaxPool
from archdsl.ops.regularize import Dropout
from tests.devices.profiles import ROUND, device

AT_ONCE = device(ROUND.format(overlap="true"))
IN_TURN = device(ROUND.format(overlap="false"))
MAP = Shape((10, 10), 8)


def resolved(op: Op, *inputs: Shape) -> tuple[Op, Shapes, Shape]:
    op = op.resolve(inputs)
    return op, inputs, op.infer(inputs)


def test_a_convolution_by_hand() -> None:
    layer = resolved(Conv(c=16, k=3, bias=False), MAP)
    # 2 x 100 positions x 9 taps x 8 x 16 operations at half the peak, twice that with as many
    # channels as `half`; 800 and 1,600 numbers through the cache, 1,152 weights at half the memory's
    compute = 2 * 100 * 9 * 8 * 16 * 2 / 50e9
    traffic = 2400 * 4 / 40e9 + 1152 * 4 / 5e9
    assert seconds(IN_TURN, *layer) == pytest.approx(1e-6 + compute + traffic)
    assert seconds(AT_ONCE, *layer) == pytest.approx(max(1e-6, compute, traffic))


def test_a_batch_and_a_type_by_hand() -> None:
    layer = resolved(Conv(c=16, k=3, bias=False), MAP)
    # Of 100 samples in half precision: a rate four times as high, 100 kB through the cache, the
    # rest from memory, the weights once.
    compute = 100 * 2 * 100 * 9 * 8 * 16 * 2 / 200e9
    traffic = 100e3 / 40e9 + (100 * 2400 * 2 - 100e3) / 10e9 + 1152 * 2 / 5e9
    assert seconds(IN_TURN, *layer, 100, "float16") == pytest.approx(1e-6 + compute + traffic)


def test_what_has_no_weights_by_hand() -> None:
    layer = resolved(ReLU(), MAP)
    assert seconds(AT_ONCE, *layer) == 2e-6  # its own launch, longer than 1600 * 4 / 20e9
    assert seconds(IN_TURN, *layer) == pytest.approx(2e-6 + 800 / 100e9 + 1600 * 4 / 20e9)
    layer = resolved(SiLU(), MAP)  # a kind without figures reaches all there is
    assert seconds(IN_TURN, *layer) == pytest.approx(1e-6 + 5 * 800 / 100e9 + 1600 * 4 / 40e9)


@pytest.mark.parametrize(
    ("op", "inputs", "kind"),
    [
        (Conv(c=16, k=3), (MAP,), "conv"),
        (Conv(c=16, k=(1, 7)), (MAP,), "conv"),
        (Conv(c=16, k=1), (MAP,), "pointwise"),
        (Pointwise(c=16), (MAP,), "pointwise"),
        (Conv(c=16, k=3, groups=4), (MAP,), "grouped"),
        (Pointwise(c=16, groups=2), (MAP,), "grouped"),
        (Conv(c=16, k=3, groups=8), (MAP,), "depthwise"),
        (Depthwise(k=3, multiplier=2), (MAP,), "depthwise"),
        (Deconv(c=16, k=2, stride=2), (MAP,), "conv"),
        (Deconv(c=16, k=2, stride=2, groups=4), (MAP,), "grouped"),
        (Linear(c=10), (Shape((), 8),), "linear"),
        (Linear(c=10, per_position=True), (MAP,), "linear"),
        (BatchNorm(), (MAP,), "norm"),
        (MaxPool(k=2), (MAP,), "pool"),
        (AvgPool(k=3, stride=1), (MAP,), "pool"),
        (AvgPool(to=5), (MAP,), "pool"),
        (AvgPool(to=1), (MAP,), "reduce"),
        (GlobalAvgPool(), (MAP,), "reduce"),
        (ReLU(), (MAP,), "elementwise"),
        (Add(), (MAP, MAP), "elementwise"),
        (SiLU(), (MAP,), "function"),
        (Concat(), (MAP, MAP), "move"),
    ],
)
def test_kinds(op: Op, inputs: Shapes, kind: str) -> None:
    work = work_of(*resolved(op, *inputs))
    assert work is not None
    assert work.kind == kind
    assert kind in KINDS


@pytest.mark.parametrize(
    ("op", "inputs"),
    [
        (Input(shape=MAP), ()),
        (Flatten(), (MAP,)),
        (Slice(from_=0, to=4), (MAP,)),
        (Dropout(p=0.5), (MAP,)),
    ],
)
def test_views_and_the_input_take_no_time(op: Op, inputs: Shapes) -> None:
    assert seconds(IN_TURN, *resolved(op, *inputs)) == 0


def test_what_is_folded_takes_no_time() -> None:
    folds = replace(AT_ONCE, folded=frozenset({"bn"}))
    layer = resolved(BatchNorm(), MAP)
    assert seconds(folds, *layer) == 0
    assert seconds(AT_ONCE, *layer) > 0


NAMES = PROFILES.names()


@pytest.mark.parametrize("name", NAMES)
def test_laws_of_shipped_profiles(name: str) -> None:
    """More work takes longer, none less than a launch, and a batch no longer than its samples."""
    found = device_named(name, Diagnostics())
    assert found is not None
    for make in (
        lambda c: Conv(c=c, k=3),
        lambda c: Pointwise(c=c),
        lambda c: Conv(c=c, k=3, groups=4),
    ):
        times = [
            seconds(found, *resolved(make(c), Shape((n, n), 64)))
            for c in (8, 64, 512)
            for n in (7, 14, 140)
        ]
        by_size = [times[at : at + 3] for at in (0, 3, 6)]
        assert all(a <= b <= c for a, b, c in by_size)
        assert all(a <= b <= c for a, b, c in zip(*by_size, strict=True))
        assert times[-1] > times[0]
    for op in (MaxPool(k=2), GlobalAvgPool(), SiLU(), Depthwise(k=3), Conv(c=8, k=5)):
        layer = resolved(op, Shape((20, 20), 64))
        work = work_of(*layer)
        assert work is not None
        launch = found.rates(work.kind).launch
        assert seconds(found, *layer) >= (found.launch if launch is None else launch)
        assert seconds(found, *layer) < seconds(found, *layer, 1000)
        # What is larger leaves the cache, so that a sample of a batch may take a little longer.
        near = found.cache / found.bandwidth
        assert seconds(found, *layer, 1000) <= 1000 * near * seconds(found, *layer)


def test_a_net_is_the_sum_of_its_layers_without_side_heads() -> None:
    graph = archdsl.load("googlenet").net("GoogLeNet").graph
    each = latencies(graph, AT_ONCE)
    assert latency(graph, AT_ONCE) == pytest.approx(sum(each))
    for node, time in zip(graph.nodes, each, strict=True):
        if node.aux:
            assert time == 0
        else:
            assert time == seconds(AT_ONCE, node.op, graph.input_shapes(node), node.shape)
    assert any(node.aux for node in graph.nodes)
