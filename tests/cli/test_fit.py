"""`archdsl fit`: the same answer however the work is shared, and clear ones to wrong questions."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import archdsl
from archdsl.cli.group import cli
from archdsl.fit.candidates import Candidates


def fit(*args: str, code: int = 0) -> Any:
    result = CliRunner().invoke(cli, ["fit", *args])
    assert result.exit_code == code, result.stderr + result.stdout
    return result


def found(*args: str) -> Any:
    return json.loads(fit(*args, "--format", "json").stdout)


LINE = ("efficientnet", "--net", "EfficientNet", "--max-macs", "1G", "--max-params", "10M")


def test_the_largest_on_the_line() -> None:
    said = found(*LINE, "--phi", "0..2:0.1")
    assert said["candidates"] == said["looked_at"] == 21
    assert said["best"]["place"] == {"phi": 1.0}
    assert said["best"]["parameters"]["res"] == 256
    assert said["best"]["over"] == []
    assert [row["what"] for row in said["beside"]] == ["next", "begins"]
    assert said["beside"][0]["over"] == ["macs"]
    # B0 is where the line begins.
    assert (said["beside"][1]["macs"], said["beside"][1]["params"]) == (385_814_752, 5_288_548)


SMALL = """\
net Small(width = 1.0, n = 2, res = 16) {
  input {res}x{res}x3
  repeat n { conv(round_to(16 * width, 4), 3x3) -> bn -> relu }
  global_avgpool -> flatten -> linear(10)
}
"""


@pytest.fixture
def grid(tmp_path: Path) -> tuple[str, ...]:
    """306 candidates of a net that takes no time."""
    (tmp_path / "small.arch").write_text(SMALL)
    return (str(tmp_path / "small.arch"), "--free", "width=0.2..1.2:0.02,n=1..3,res=[16,32]")


def test_processes_find_the_same(grid: tuple[str, ...]) -> None:
    asked = (*grid, "--max-macs", "2M", "--device", "phone")
    one = found(*asked)
    assert one["candidates"] == 306
    assert one == found(*asked, "--jobs", "2")
    assert one == found(*asked)
    best = one["best"]
    assert best["macs"] == max(row["macs"] for row in one["front"]) <= 2_000_000
    assert {"latency", "training", "size", "peak"} <= best.keys()


def test_a_variant_keeps_its_other_values() -> None:
    said = found("efficientnet", "--net", "EfficientNetB5", "--free", "res=[224, 456]")
    assert [row["parameters"] for row in said["front"]] == [{"res": 456}, {"res": 224}]


def test_a_device_with_a_small_memory_is_a_budget(grid: tuple[str, ...]) -> None:
    said = found(*grid, "--device", "microcontroller")
    assert {"peak", "size"} <= said["budget"].keys()
    assert said["best"]["over"] == []


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--max-macs", "many"), "'many' is no limit: write it as 1G."),
        (("--max-latency", "20"), "'20' is no limit: write it as 20ms."),
        (("--max-latency", "20ms"), "name one with --device"),
        (("--free", "width", "--phi", "1"), "use one"),
        (("--free", "width", "--jobs", "-1"), "--jobs"),
        (("--grow", "latency"), "none of macs, params"),
        (("--free", "width=1..x"), "[B103]"),
        (("--free", "width=[relu]"), "[B103]"),
        (("--free", "width,width"), "[B103]"),
        (("--free", "width=", "--max-macs", "1G"), "[B103]"),
        (("--free", "width", "--set", "wdth=3"), "[E210]"),
        (("--free", "width", "--constraint", "a ~ b ~ c"), "[B103]"),
        (("--free", "width", "--device", "phoen"), "[B150]"),
        (("--free", "width", "--net", "MobileNetV2"), "[F521]"),
        (("--free", "width", "--input", "left=3x3x3"), "[E443]"),
    ],
)
def test_wrong_questions(args: tuple[str, ...], message: str) -> None:
    result = CliRunner().invoke(cli, ["fit", "mobilenet", "--net", "MobileNetV1", *args])
    assert result.exit_code in (1, 2)
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


def test_a_broken_file_is_refused_as_by_check(tmp_path: Any) -> None:
    (tmp_path / "a.arch").write_text("net A(c = 3) { input 8x8x3 cnov(c, 3x3) }")
    result = fit(str(tmp_path / "a.arch"), "--free", "c", code=1)
    assert "unknown layer `cnov`" in result.stderr


def test_the_fitted_net_is_a_file_that_compiles(tmp_path: Any) -> None:
    out, svg = tmp_path / "out.arch", tmp_path / "out.svg"
    args = ("--max-macs", "600M", "--phi", "0..1:0.1", "--emit", str(out), "--plot", str(svg))
    said = found("efficientnet", "--net", "EfficientNet", *args)
    spec = archdsl.load(out)
    (net,) = (spec.net(name) for name in spec.nets)
    assert net.cost().totals.macs == said["best"]["macs"]
    assert net.cost().memory.inference == said["best"]["memory"]
    assert ET.fromstring(svg.read_text()).tag.endswith("svg")
    # And the file may be fitted in its turn; one of another hand is not overwritten.
    again = tmp_path / "again.arch"
    fit(str(out), "--free", "res=[96, 128]", "--emit", str(again))
    assert "res=128" in again.read_text()
    again.write_text("# mine\n")
    fit(str(out), "--free", "res=[96, 128]", "--emit", str(again), code=2)
    assert again.read_text() == "# mine\n"


def test_ctrl_c_keeps_what_was_found(
    monkeypatch: pytest.MonkeyPatch, grid: tuple[str, ...]
) -> None:
    plain = Candidates.costs
    looked: list[int] = []

    def costs(self: Candidates, values: Any) -> Any:
        looked.append(1)
        if len(looked) > 260:
            raise KeyboardInterrupt
        return plain(self, values)

    monkeypatch.setattr(Candidates, "costs", costs)
    result = fit(*grid, "--max-macs", "2M", "--format", "json", code=130)
    said = json.loads(result.stdout)
    assert said["interrupted"]
    assert (said["looked_at"], said["candidates"]) == (250, 306)
    assert said["best"]["over"] == []


def test_from_python_as_from_the_command_line() -> None:
    options = ("--net", "MobileNetV1", "--free", "width=[1.0, 0.5], res=128..224:32")
    best = found("mobilenet", *options, "--max-macs", "200M")["best"]
    spec = archdsl.load("mobilenet")
    free = {"width": "[1.0, 0.5]", "res": "128..224:32"}
    fitted = spec.fit("MobileNetV1", free=free, max_macs="200M")
    assert fitted.parameters == {"width": "1.0", "res": "128"}
    assert fitted.net().cost().totals.macs == fitted.figures["macs"] == best["macs"]


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"free": ["width"], "max_params": "1k"}, archdsl.CompileError, "B105"),
        ({"free": ["widht"]}, archdsl.CompileError, "did you mean width?"),
        ({}, archdsl.CompileError, "B101"),
        ({"free": "width=3..1"}, archdsl.CompileError, "B103"),
        ({"free": "width", "device": "nope"}, archdsl.CompileError, "B150"),
        ({"free": "width", "max_latency": "1ms"}, ValueError, "device"),
        ({"free": "width", "phi": "0..1"}, ValueError, "phi"),
        ({"max_mac": 3}, TypeError, "max_mac"),
        ({"max_macs": "much"}, ValueError, "no limit"),
        ({"batch": 0}, ValueError, "batch"),
        ({"grow": "latency"}, ValueError, "grow"),
    ],
)
def test_from_python_refused(arguments: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        archdsl.load("mobilenet").fit("MobileNetV1", **arguments)
