"""Keras on its other backends: one process each, since the backend is chosen once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

import archdsl
from tests.support.parity import Parity
from tests.targets.forms import FORMS
from tests.targets.keras_forms import KERAS_FORMS
from tests.verify.nets import DEAREST, EVERYWHERE, deep, every

pytestmark = [pytest.mark.parity, pytest.mark.timeout(1800)]

NETS = [f"{spec}:{name}" for spec, name in EVERYWHERE]
SPECS = list(dict.fromkeys(spec for spec, _ in every()))
# What each backend may lack: a helper for each trap is in one of these.
LAYERS = ["layers", "order_of_weights", "activations", "aux", "shuffle", "three_dimensions"]
LAYERS += ["uneven_pools", "subsampled"]


def run(backend: str, dtypes: str, nets: list[str]) -> list[dict[str, Any]]:
    env = os.environ | {"OMP_NUM_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.verify.worker", backend, dtypes, *nets],
        capture_output=True,
        text=True,
        check=False,
        env=env,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def check(backend: str, dtypes: str, nets: list[str], parity: Parity) -> None:
    found = run(backend, dtypes, nets)
    for one in found:
        parity(one["net"].replace(":", ": "), one["about"], **one["differences"])
    assert [one["net"] for one in found] == nets
    assert all(f" on {backend} " in one["about"] for one in found)
    assert [one for one in found if not one["ok"]] == []


@pytest.mark.parametrize("net", NETS)
@pytest.mark.parametrize("backend", ["torch", "jax"])
def test_equal(backend: str, net: str, parity: Parity) -> None:
    """In double precision, which tells more than single: outputs, and gradients where no minute
    goes into compiling them."""
    pytest.importorskip(backend)
    outputs = (backend, net) == ("jax", ":".join(DEAREST))
    check(backend, "float64,outputs" if outputs else "float64", [net], parity)


@pytest.mark.slow
def test_gradients_equal(parity: Parity) -> None:
    """Those that are left out above."""
    pytest.importorskip("jax")
    check("jax", "float64", [":".join(DEAREST)], parity)


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["torch", "jax"])
def test_layers_equal(backend: str, parity: Parity) -> None:
    pytest.importorskip(backend)
    check(backend, "float64", [f"form:{name}" for name in LAYERS], parity)


def check_random(backend: str, seeds: range, least: int) -> None:
    found = run(backend, "float64", [f"random:{seed}" for seed in seeds])
    assert [one for one in found if not one["ok"]] == []
    assert len(found) >= least


@pytest.mark.parametrize(("backend", "seeds", "least"), [("torch", 40, 25), ("jax", 25, 15)])
def test_random_nets_equal(backend: str, seeds: int, least: int) -> None:
    pytest.importorskip(backend)
    check_random(backend, range(seeds), least)


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["torch", "jax"])
def test_many_random_nets_equal(backend: str, parity: Parity) -> None:
    pytest.importorskip(backend)
    check_random(backend, range(1000, 1200), 100)


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["torch", "jax"])
def test_every_form_equal(backend: str, parity: Parity) -> None:
    pytest.importorskip(backend)
    check(backend, "float32,float64", [f"form:{name}" for name in FORMS | KERAS_FORMS], parity)


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("backend", ["torch", "jax"])
def test_every_net_equal(backend: str, spec: str, parity: Parity) -> None:
    """On JAX the deep nets' outputs alone."""
    pytest.importorskip(backend)
    every = {name: f"{spec}:{name}" for name in archdsl.load(spec).nets}
    left_out = deep(spec) if backend == "jax" else frozenset()
    known = [net for net in every.values() if net in NETS]
    full = [net for name, net in every.items() if name not in left_out and net not in NETS]
    rest = [every[name] for name in every if name in left_out]
    for dtypes, nets in (
        ("float32", known),
        ("float32,float64", full),
        ("float32,float64,outputs", rest),
    ):
        # On JAX a process for each, so that the memory of deep nets doesn't add up.
        for some in [[net] for net in nets] if backend == "jax" else [nets]:
            if some:
                check(backend, dtypes, some, parity)
