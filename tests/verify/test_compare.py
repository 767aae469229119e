"""What a comparison says of nets that are not equal, and of those that can't be compared."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

import archdsl
from archdsl.diagnostics import Diagnostics
from archdsl.diagnostics.render import render
from archdsl.verify.report import as_json, line, report

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
np = pytest.importorskip("numpy")
pytest.importorskip("torch")
pytest.importorskip("keras")

pytestmark = pytest.mark.parity

OTHERS = """
op Act { torch = "torch.nn.Tanh"  keras = "keras.layers.ReLU"  shape = in  params = 0  macs = 0 }
net N {
  input 8x8x3
  conv(4, 3x3) -> bn -> relu
  a: Act
  conv(5, 3x3) -> relu -> flatten -> linear(3)
}"""
SAME = OTHERS.replace("Tanh", "ReLU")


def errors(found: Any) -> str:
    diagnostics = Diagnostics()
    report(found, diagnostics)
    return render(diagnostics)


def test_the_first_layer_that_differs_is_named() -> None:
    found = archdsl.loads(OTHERS, name="n.arch").net().verify()
    assert not found.ok
    assert found.differs is not None
    assert found.differs.path == "a"
    said = errors(found)
    assert "n.arch:6:3: error[V101]: the outputs of N in keras and torch differ by " in said
    assert "a is the first layer whose output differs" in said
    assert "differs" in line(found)


def test_nothing_is_said_of_equal_nets() -> None:
    found = archdsl.loads(SAME).net().verify()
    assert found.ok
    assert found.differs is None
    assert errors(found) == ""


def test_gradients_that_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    from archdsl.targets.keras.running import Running

    right = Running.gradients

    def wrong(self: Any, *args: Any) -> dict[str, Any]:
        found = right(self, *args)
        for name in ("conv1.weight", "bn.weight"):  # the layers before are reached later
            found[name] = found[name] * 1.001
        return found

    monkeypatch.setattr(Running, "gradients", wrong)
    found = archdsl.loads(SAME, name="n.arch").net().verify()
    assert [m.ok for m in found.measured] == [True, True, False]
    assert found.differs is not None
    assert found.differs.path == "bn"
    assert "error[V102]: the gradients of N in keras and torch differ by " in errors(found)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_not_equal(value: float, monkeypatch: pytest.MonkeyPatch) -> None:
    from archdsl.targets.keras.running import Running

    right = Running.outputs

    def wrong(self: Any, inputs: Sequence[Any]) -> list[Any]:
        return [out * value for out in right(self, inputs)]

    monkeypatch.setattr(Running, "outputs", wrong)
    found = archdsl.loads(SAME).net().verify()
    assert not found.ok
    assert '"difference": null' in as_json([found])


def test_weights_by_another_seed_are_others() -> None:
    net = archdsl.loads(SAME).net()
    first, second = net.verify(seed=1), net.verify(seed=2)
    assert first.ok
    assert second.ok
    assert first.measured != second.measured
    assert replace(first, measured=()) == replace(second, measured=(), seed=1)
