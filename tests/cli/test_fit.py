"""`archdsl fit`: the same answer however the work is shared, and clear ones to wrong questions."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from archdsl.cli.group import cli


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


GRID = (
    "mobilenet",
    "--net",
    "MobileNetV1",
    "--free",
    "width=0.2..1.2:0.02,res=[32,40,48,64,96,160]",
)


def test_processes_find_the_same() -> None:
    one = found(*GRID, "--max-macs", "50M", "--device", "phone")
    assert one["candidates"] == 306
    assert one == found(*GRID, "--max-macs", "50M", "--device", "phone", "--jobs", "2")
    assert one == found(*GRID, "--max-macs", "50M", "--device", "phone")
    best = one["best"]
    assert best["macs"] == max(row["macs"] for row in one["front"]) <= 50_000_000
    assert {"latency", "training", "size", "peak"} <= best.keys()


def test_a_variant_keeps_its_other_values() -> None:
    said = found("efficientnet", "--net", "EfficientNetB5", "--free", "res=[224, 456]")
    assert [row["parameters"] for row in said["front"]] == [{"res": 456}, {"res": 224}]


def test_a_device_with_a_small_memory_is_a_budget() -> None:
    said = found(*GRID, "--device", "microcontroller")
    assert {"peak", "size"} <= said["budget"].keys() or "memory" in said["budget"]
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
