"""The formats for programs, of all files of this folder that `archdsl check` takes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from archdsl.cli.group import cli
from archdsl.driver import catalogue
from tests.diagnostics import sarif

FOLDER = Path(__file__).parent
FILES = sorted(path.name for path in FOLDER.glob("*.arch") if not path.with_suffix(".cmd").exists())
COUNTS = {
    name: len(re.findall(r"^(?:.*: )?(?:error|warning|note)\[", text, re.MULTILINE))
    for name in FILES
    for text in [(FOLDER / name).with_suffix(".txt").read_text(encoding="utf-8")]
}


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)


def check(format: str, *files: str) -> str:
    result = CliRunner().invoke(cli, ["check", *files, "--output-format", format, "--root", "."])
    assert result.stderr == ""
    warned = all(name.startswith("W") for name in files)
    # What is wrong with the file itself has no place in it, and is wrong usage.
    assert result.exit_code in ([0] if warned else [1, 2])
    return result.stdout


@pytest.mark.parametrize("name", FILES)
def test_sarif(name: str) -> None:
    log = json.loads(check("sarif", name))
    sarif.check(log)
    (run,) = log["runs"]
    assert len(run["results"]) == COUNTS[name]
    for rule in run["tool"]["driver"]["rules"]:
        assert rule["shortDescription"]["text"] == catalogue.title(rule["id"])
        assert rule["help"]["markdown"].startswith(f"# {rule['id']}: ")


@pytest.mark.parametrize("name", FILES)
def test_json(name: str) -> None:
    found = json.loads(check("json", name))
    assert found["version"] == 1
    assert sum(found["counts"].values()) == len(found["diagnostics"]) == COUNTS[name]
    for item in found["diagnostics"]:
        assert item["code"] in catalogue.codes()
        place = item["place"]
        if place is not None:
            ends = (place["line"], place["column"]), (place["end_line"], place["end_column"])
            assert (1, 1) <= ends[0] <= ends[1]


@pytest.mark.parametrize("name", FILES)
def test_github(name: str) -> None:
    lines = check("github", name).splitlines()
    assert len(lines) == COUNTS[name]
    for line in lines:
        assert re.fullmatch(
            r"::(error|warning|notice) (file=.+,)?title=archdsl [A-Z]\d{3}::.+", line
        )


def test_warnings_have_their_severity() -> None:
    name = "W101.arch"
    assert json.loads(check("json", name))["counts"] == {"errors": 0, "warnings": 1, "notes": 0}
    assert check("github", name).startswith("::warning file=W101.arch,line=1,endLine=1,col=15,")
    (run,) = json.loads(check("sarif", name))["runs"]
    assert [result["level"] for result in run["results"]] == ["warning"]


def test_several_files_are_one_log() -> None:
    (run,) = json.loads(check("sarif", "E201.arch", "W101.arch"))["runs"]
    assert [result["ruleId"] for result in run["results"]] == ["E201", "W101"]
    sarif.check({"version": "2.1.0", "runs": [run]})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda run: run.update(results=[{"level": "fatal", "message": {"text": "x"}}]), "fatal"),
        (lambda run: run["results"][0].pop("message"), "'message' is a required property"),
        (lambda run: run["results"][0].update(colour="red"), "colour"),
        (lambda run: run["tool"]["driver"].pop("name"), "'name' is a required property"),
    ],
)
def test_the_schema_refuses_what_is_no_log(change: Callable[[Any], object], said: str) -> None:
    log = json.loads(check("sarif", "W101.arch"))
    change(log["runs"][0])
    assert any(said in problem for problem in sarif.problems(log))
