"""Layers timed in PyTorch, and the figures that are found from times."""

from __future__ import annotations

import random
import re
import statistics
from pathlib import Path

import pytest
from click.testing import CliRunner

import archdsl
from archdsl.cli.group import cli
from archdsl.devices import sweep
from archdsl.devices.calibrate import Timed, calibrated, errors
from archdsl.devices.profile import Device, Rates
from archdsl.devices.reading import read_profile
from archdsl.devices.roofline import seconds_of
from archdsl.devices.work import KINDS, Work, work_of
from archdsl.devices.writing import profile_text
from archdsl.diagnostics import Diagnostics, Source
from archdsl.driver.project import shipped_paths
from tests.devices.profiles import ROUND, device


def works(number: int) -> list[Work]:
    """Of the layers that devices are measured by."""
    made = sweep.samples(number)
    spec = archdsl.loads(sweep.spec(made))
    found = []
    for sample in made:
        graph = spec.net(sample.name).graph
        (node,) = [node for node in graph if node.inputs]
        work = work_of(node.op, graph.input_shapes(node), node.shape)
        assert work is not None
        found.append(work)
    return found


ALL = works(500)
WORKS = ALL[:240]


def test_layers_are_the_same_everywhere_and_of_every_kind() -> None:
    assert sweep.samples(60) == sweep.samples(100)[:60]
    assert sweep.samples(60, seed=2) != sweep.samples(60)
    assert {work.kind for work in WORKS} == set(KINDS)
    assert max(work.elements for work in ALL) < 4 * 7_000_000


@pytest.mark.parametrize("file", [name for name in shipped_paths() if "/" not in name])
def test_no_layer_with_weights_is_one_of_a_shipped_net(file: str) -> None:
    """What measures a device is not what it is then tried on."""
    made = set(ALL)
    spec = archdsl.load(file)
    for name in spec.nets:
        graph = spec.net(name).graph
        found = [work_of(node.op, graph.input_shapes(node), node.shape) for node in graph]
        assert not made.intersection(work for work in found if work and work.weights > 5_000)


TRUE = Device(
    name="true",
    title="a device whose figures are known",
    peak={"float32": 60e9},
    bandwidth=8e9,
    cache=40e9,
    cache_size=8e6,
    launch=1e-5,
    memory=None,
    storage=None,
    overlap=False,
    folded=frozenset(),
    layers={
        "conv": Rates(launch=5e-5, compute=0.9, half=12, memory=0.3, weights=0.5),
        "pointwise": Rates(launch=4e-5, compute=0.7, half=4, memory=0.6, weights=1.0),
        "depthwise": Rates(launch=1e-4, compute=0.2, memory=0.4),
        "pool": Rates(launch=2e-5, compute=0.02, memory=0.5),
        "function": Rates(launch=2e-5, compute=0.1, memory=0.8),
    },
    sources={},
)


def timed(noise: float) -> list[Timed]:
    """Times by a device that is known, a tenth of them disturbed by a neighbour."""
    chance = random.Random(3)
    found = []
    for work in WORKS:
        factor = chance.lognormvariate(0, noise) * (3 if noise and chance.random() < 0.1 else 1)
        found.append(Timed(work, seconds_of(TRUE, work) * factor))
    return found


@pytest.mark.parametrize(("noise", "bound"), [(0.0, 0.06), (0.1, 0.12)])
def test_figures_are_found_again_from_times(noise: float, bound: float) -> None:
    found = calibrated("found", "found", timed(noise), None)
    true = [Timed(work, seconds_of(TRUE, work)) for work in WORKS]
    assert statistics.median(errors(found, true)) < bound
    assert found.rates("conv").compute * found.peak["float32"] == pytest.approx(54e9, rel=0.25)
    assert found.rates("pool").compute * found.peak["float32"] == pytest.approx(1.2e9, rel=0.25)


@pytest.mark.parametrize(
    "made", [TRUE, device(ROUND.format(overlap="true"))], ids=["full", "small"]
)
def test_a_profile_is_read_as_it_was_written(made: Device) -> None:
    text = profile_text(made, "two\nlines")
    found = Diagnostics()
    read = read_profile(made.name, Source("made.toml", text), found)
    assert not list(found)
    assert read == made


def test_what_is_written_is_text_whatever_it_holds() -> None:
    made = device(
        "title = 'a \"b\" \\ [c]'\nlaunch = 0\n[peak]\nfloat32 = 1\n[bandwidth]\nmemory = 1\n"
    )
    read = read_profile("test", Source("made.toml", profile_text(made)), Diagnostics())
    assert read is not None
    assert read.title == 'a "b" \\ [c]'


@pytest.mark.parity
def test_measuring_this_machine(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    args = ["device", "measure", "--time", "2", "-o", str(path)]
    done = CliRunner().invoke(cli, args)
    assert done.exit_code == 0, done.output
    assert re.fullmatch(r"(\d+ of \d+ layers\n)+", done.stderr)
    shown = CliRunner().invoke(cli, ["device", "show", str(path)])
    assert shown.exit_code == 0, shown.output
    net = archdsl.load("resnet").net("ResNet20")
    # Whatever the machine: between a microsecond for each layer and a second for the net.
    assert len(net.graph) * 1_000 < net.cost(device=str(path)).latency < 1_000_000_000
    again = CliRunner().invoke(cli, ["device", "show", str(path), "-f", "json"])
    assert '"layers"' in again.stdout


@pytest.mark.parametrize(
    ("name", "code"), [("mine.txt", 2), ("there/mine.toml", 1), ("kept.toml", 2)]
)
def test_what_cant_be_written_is_said_before_anything_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, code: int
) -> None:
    pytest.importorskip("torch")
    monkeypatch.setattr("archdsl.driver.measure.measured", lambda *_: pytest.fail("measured"))
    (tmp_path / "kept.toml").write_text("mine = true\n", encoding="utf-8")
    done = CliRunner().invoke(cli, ["device", "measure", "-o", str(tmp_path / name)])
    assert done.exit_code == code, done.output
