"""Initialisers that can't be are errors at their arguments; numbers are those of float32."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.elaborate.build import elaborated, errors


def wrong(layers: str) -> list[str]:
    return [d.code for d in errors(f"net N {{ input 8x8x3 {layers} }}")]


@pytest.mark.parametrize(
    "init",
    [
        "normal(-1)",
        "normal(1e300)",
        "normal(1, bias=1e300)",
        "normal(10 ** 500)",
        "uniform(3, 1)",
        "uniform(low=2)",
        "uniform(high=-1)",
        "trunc_normal(0)",
        "trunc_normal(-1)",
        "trunc_normal(1, 0, 0)",
        "trunc_normal(1, bound=-1)",
        "kaiming_normal(gain=-1)",
        "kaiming_uniform(gain=0)",
        "xavier_normal(gain=-1)",
    ],
)
def test_impossible_arguments(init: str) -> None:
    assert wrong(f"conv(3, 3x3, init={init})") == ["E321"]
    assert wrong(f"init {{ conv = {init} }} conv(3, 3x3)") == ["E321"]
    assert wrong(f"let start = {init} conv(3, 3x3, init=start)") == ["E321"]


@pytest.mark.parametrize(
    "layer",
    [
        "bn(init=kaiming_normal)",
        "layernorm(init=xavier_uniform)",
        "groupnorm(n=1, init=kaiming_uniform(gain=2))",
        "prelu(init=xavier_normal)",
        'bn(init=normal(0.1, bias="fan_in"))',
        "init { bn = kaiming_normal } bn",
    ],
)
def test_nothing_comes_in_or_goes_out(layer: str) -> None:
    """As torch.nn.init says: there is no fan of fewer than two axes."""
    assert wrong(layer) == ["S214"]


@pytest.mark.parametrize(
    "layer",
    [
        "leaky_relu(1e300)",
        "leaky_relu(3.5e38)",
        "leaky_relu(1e-46)",
        "elu(alpha=-1e39)",
        "bn(eps=1e-60)",
        "defaults { bn(eps=1e-60) } bn",
        "rescale(1e39)",
        "rescale(1, [0, 1e39, 0])",
        "layer_scale(init=1e39)",
    ],
)
def test_numbers_beyond_float32(layer: str) -> None:
    assert wrong(layer) == ["E321"]


POSSIBLE = """\
net N {
  input 8x8x3
  conv(3, 3x3, init=normal(0)) -> conv(3, 3x3, init=uniform(1, 1)) -> leaky_relu(3.4e38)
  conv(3, 3x3, init=trunc_normal(1e-6)) -> conv(3, 3x3, init=kaiming_normal(gain=1e-9))
  bn(init=normal(0), eps=1e-44) -> leaky_relu(0) -> leaky_relu(1.5e-45) -> prelu(init=constant(0))
}
"""


def test_what_is_accepted_is_made(tmp_path: Path) -> None:
    """At the bounds, by PyTorch."""
    pytest.importorskip("torch")
    from tests.weights.support import job, net_of

    assert len(elaborated(POSSIBLE).graph) > 1
    (tmp_path / "n.arch").write_text(POSSIBLE, encoding="utf-8")
    assert net_of(job(str(tmp_path / "n.arch"), "N")).torch() is not None
