"""A small mistake in a deep net's first layers is seen in its outputs, in single precision alone."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import pytest

import archdsl
from archdsl.driver.runtime import module_of
from archdsl.verify import Comparison, compare

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
np = pytest.importorskip("numpy")
pytest.importorskip("torch")
pytest.importorskip("keras")

pytestmark = pytest.mark.parity

# As deep as the shipped nets: what makes the values' size right must not wash mistakes out.
DEEP = """
defaults { conv(bias=false) }
block Separable(c) {
  depthwise(3x3, bias=false) -> bn -> relu
  conv(c, 1x1) -> bn -> relu
}
net Deep {
  input 16x16x3
  stem: conv(16, 3x3, /2) -> norm: bn -> relu
  body: repeat 10 { Separable(16) }
  avgpool(2x2) -> flatten -> linear(5)
}"""


def compared(source: str | None = None) -> Comparison:
    net = archdsl.loads(DEEP).net()
    made = net.source("keras") if source is None else source
    makers = {
        "torch": net.maker("torch"),
        "keras": module_of(made, "Deep", "keras").Deep,
    }
    return compare(net.structure, "keras", makers, dtypes=("float32",))


def test_nothing_is_seen_where_nothing_is() -> None:
    (outputs,) = compared().measured
    assert outputs.difference < 2e-6  # far from the bound: what is above is no rounding


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('BatchNormalization(name="norm")', 'BatchNormalization(epsilon=1e-3, name="norm")'),
        ("ZeroPadding2D(1)", "ZeroPadding2D(((0, 2), (0, 2)))"),
        ('DepthwiseConv2D(3, padding="same"', 'DepthwiseConv2D(3, dilation_rate=2, padding="same"'),
        ("layers.ReLU()", "layers.ReLU(negative_slope=1e-3)"),
    ],
    ids=["epsilon", "padding", "dilation", "slope"],
)
def test_a_changed_layer(right: str, wrong: str) -> None:
    source = archdsl.loads(DEEP).net().source("keras")
    assert right in source
    found = compared(source.replace(right, wrong, 1))
    assert not found.ok
    assert found.measured[0].difference > 1e-4


@pytest.mark.parametrize(
    ("name", "axis"),
    [
        ("stem.weight", 0),  # filters
        ("stem.weight", 2),  # rows of one
        ("norm.running_var", 0),
        ("body.0.depthwise.weight", 0),
    ],
)
def test_a_swapped_weight(name: str, axis: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two neighbours of one array, exchanged on the way to Keras."""
    from archdsl.targets.keras.running import Running

    right = Running.load

    def swapped(self: Running, state: Mapping[str, Any]) -> None:
        array = state[name].copy()
        moved = np.moveaxis(array, axis, 0)
        moved[[0, 1]] = moved[[1, 0]]
        right(self, {**state, name: array})

    monkeypatch.setattr(Running, "load", swapped)
    found = compared()
    assert not found.ok
    assert found.measured[0].difference > 1e-4
