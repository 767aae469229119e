"""Every shipped net is one network in PyTorch and in Keras, on TensorFlow."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

from tests.support.parity import Parity
from tests.verify.nets import ALWAYS, every, small

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
pytest.importorskip("torch")
keras = pytest.importorskip("keras")

pytestmark = [pytest.mark.parity, pytest.mark.timeout(1200)]


@pytest.fixture(autouse=True)
def _forget() -> Generator[None]:
    yield
    keras.backend.clear_session()


def _marked() -> list[object]:
    return [
        pytest.param(spec, name, id=f"{spec}-{name}")
        if (spec, name) in ALWAYS
        else pytest.param(spec, name, id=f"{spec}-{name}", marks=pytest.mark.slow)
        for spec, name in every()
    ]


@pytest.mark.parametrize(("spec", "name"), _marked())
def test_equal(spec: str, name: str, parity: Parity) -> None:
    found = small(spec, name).verify()
    differences = {f"{m.what}, {m.dtype}": m.difference for m in found.measured}
    parity(f"{spec}: {name}", found.about[1], **differences)
    assert "tensorflow" in found.about[1]
    assert found.ok, (found.measured, found.differs)
    assert found.measured[0].bound == 1e-5
    if any(single.bound is None for single in found.single):  # no float64 for its layers
        return
    assert [(m.what, m.dtype) for m in found.measured] == [
        ("outputs", "float32"),
        ("outputs", "float64"),
        ("gradients", "float64"),
    ]
    if not found.single:
        assert found.measured[1].bound == found.measured[2].bound == 1e-10


def test_no_spec_is_left_out() -> None:
    assert {spec for spec, _ in ALWAYS} == {
        spec for spec, _ in every() if not spec.startswith("keras")
    }
    assert set(ALWAYS) <= set(every())
