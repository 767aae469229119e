"""The commands, each on small files."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archdsl.cli.group import cli

TINY = """\
## A tiny net
## of two lines.
net Tiny(classes = 10) {
  input 8x8x3
  conv(4, 3x3) -> relu -> maxpool(2x2)
  flatten -> linear(classes)
}
"""
TWO = (
    TINY
    + """
net Base(width) { input 8x8x3 conv(width, 3x3) }
net Wide = Base(64)
"""
)
BAD = "net Bad {\n  input 8x8x3\n  cnov(4, 3x3)\n}\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, text in (("tiny", TINY), ("two", TWO), ("bad", BAD)):
        Path(f"{name}.arch").write_text(text, encoding="utf-8")
    return tmp_path


def archdsl(*args: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(cli, args, input=stdin)


# --------------------------------------------------------------------------- check


def test_check() -> None:
    result = archdsl("check", "tiny.arch", "two.arch")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "2 files checked, 3 nets: no errors\n"


def test_check_reports_every_file() -> None:
    Path("worse.arch").write_text("net {", encoding="utf-8")
    result = archdsl("check", "bad.arch", "worse.arch", "tiny.arch", "--output-format", "concise")
    assert (result.exit_code, result.stdout) == (1, "")
    first, second, last = result.stderr.splitlines()
    assert first.startswith("bad.arch:3:3: error[")
    assert second.startswith("worse.arch:1:5: error[")
    assert last == "2 errors"


def test_check_is_for_files_without_a_net_too() -> None:
    Path("blocks.arch").write_text("block B(c) { conv(c, 3x3) }", encoding="utf-8")
    assert archdsl("check", "blocks.arch").exit_code == 0


def test_check_checks_budgets() -> None:
    Path("a.arch").write_text(TINY.replace("flatten", "expect params < 700 flatten"), "utf-8")
    result = archdsl("check", "a.arch")
    assert result.exit_code == 1
    assert "expected params < 700, found 762" in result.stderr


def test_machine_output_is_on_stdout() -> None:
    for format in ("json", "sarif"):
        result = archdsl("check", "bad.arch", "--output-format", format)
        assert (result.exit_code, result.stderr) == (1, "")
        assert json.loads(result.stdout)["version"]
        result = archdsl("check", "tiny.arch", "--output-format", format)
        assert (result.exit_code, result.stderr) == (0, "")
        json.loads(result.stdout)
    result = archdsl("check", "bad.arch", "--output-format", "github")
    assert result.stdout.startswith("::error file=bad.arch,line=3,")


def test_colours_on_demand(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in archdsl("check", "bad.arch").stderr
    monkeypatch.setenv("FORCE_COLOR", "1")
    result = CliRunner().invoke(cli, ["check", "bad.arch"], color=True)
    assert "\x1b[1;31merror" in result.stderr
    result = CliRunner().invoke(cli, ["check", "bad.arch", "--output-format=json"], color=True)
    assert "\x1b" not in result.stdout


def test_stdin() -> None:
    result = archdsl("check", "-", stdin=BAD)
    assert result.stderr.startswith("<stdin>:3:3: error")
    result = archdsl("check", "-", "--stdin-filename", "sub/x.arch", stdin=BAD)
    assert result.stderr.startswith("sub/x.arch:3:3: error")


def test_stdin_imports_from_where_it_is_said_to_be() -> None:
    Path("sub").mkdir()
    Path("sub/b.arch").write_text("block B { conv(4, 3x3) }", encoding="utf-8")
    text = 'import B from "b.arch"\nnet A { input 8x8x3 B }'
    assert archdsl("check", "-", "--stdin-filename", "sub/x.arch", stdin=text).exit_code == 0
    assert archdsl("check", "-", stdin=text).exit_code == 1


def test_what_is_wrong_in_an_import_is_shown_there() -> None:
    Path("b.arch").write_text("block B { conv(4, 3x3 }", encoding="utf-8")
    Path("a.arch").write_text('import B from "b.arch"\nnet A { input 8x8x3 B }', encoding="utf-8")
    result = archdsl("check", "a.arch", "--output-format", "concise")
    assert result.exit_code == 1
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == ["b.arch"]


def test_imports_stay_in_the_project(here: Path) -> None:
    Path("sub").mkdir()
    Path("sub/a.arch").write_text(
        'import Tiny from "../tiny.arch"\nnet A = Tiny(3)', encoding="utf-8"
    )
    result = archdsl("check", "sub/a.arch", "--output-format", "json")
    if result.exit_code:  # no parent of the temporary folder is a project
        (item,) = json.loads(result.stdout)["diagnostics"]
        assert item["code"] == "F512"
    assert archdsl("check", "sub/a.arch", "--root", ".").exit_code == 0
    Path("archdsl.toml").touch()
    assert archdsl("check", "sub/a.arch").exit_code == 0


# --------------------------------------------------------------------------- nets, parameters


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["--net", "Tny"], "F521", "did you mean Tiny?"),
        (["--net", "Tiny", "--set", "clases=10"], "F523", "did you mean classes?"),
        (["--set", "clases=10"], "F523", "did you mean classes?"),
        (["--set", "classes"], "F523", "name=value"),
        (["--set", "classes="], "F523", "set to nothing"),
        (["--set", "classes=1 let x = 2"], "F523", "is no expression"),
        (["--set", "classes=1", "--set", "classes=2"], "F523", "set twice"),
        (["--set", "classes=1 +"], "S107", "<set classes>"),
        (["--set", "classes=3 4"], "F523", "takes one value, and `4` follows it"),
        (["--set", "classes=ten"], "E201", "write a number, as its default is: `classes=10`"),
        (["--set", "classes=True"], "E201", "did you mean `true`?"),
        (["--net", "Base", "--set", "width=hello"], "E201", '`width="hello"`'),
        (["--input", "0x8x3"], "F524", "every size is at least 1"),
        (["--input", "8xx3"], "F524", "is no shape"),
        (["--input", "8x8x99999999999999999999"], "F524", "is no shape"),
        (["--net", "Tiny", "--input", "left=8x8x3"], "E443", "no input `left`"),
        (["--net", "Base"], "E213", "needs `width`"),
    ],
)
def test_wrong_requests(args: list[str], code: str, words: str) -> None:
    result = archdsl("cost", "two.arch", *args)
    assert result.exit_code in (1, 2)
    assert result.stdout == ""
    assert f"error[{code}]" in result.stderr
    assert words in result.stderr


def figures(*args: str) -> dict[str, tuple[int, list[list[int]]]]:
    result = archdsl("cost", "two.arch", "--format", "json", *args)
    assert result.exit_code == 0, result.stderr
    return {
        net["name"]: (net["totals"]["params"], net["outputs"])
        for net in json.loads(result.stdout)["nets"]
    }


def test_all_nets_that_stand_alone() -> None:
    assert figures() == {"Tiny": (762, [[10]]), "Wide": (1792, [[8, 8, 64]])}


def test_one_net() -> None:
    assert figures("--net", "Wide") == {"Wide": (1792, [[8, 8, 64]])}


def test_parameters_from_outside() -> None:
    # 64 features to each of the classes; of several nets those are set that have it
    assert figures("--set", "classes=2 + 3")["Tiny"] == (112 + 5 * 65, [[5]])
    assert figures("--net", "Base", "--set", "width=2") == {"Base": (56, [[8, 8, 2]])}
    assert sorted(figures("--set", "width=2")) == ["Base", "Tiny", "Wide"]


def test_another_resolution() -> None:
    assert figures("--input", "16x16x3", "--net", "Wide")["Wide"] == (1792, [[16, 16, 64]])


# --------------------------------------------------------------------------- cost, list


def test_a_missed_budget_does_not_hide_the_figures() -> None:
    Path("a.arch").write_text(TINY.replace("flatten", "expect params < 700 flatten"), "utf-8")
    result = archdsl("cost", "a.arch")
    assert result.exit_code == 1
    assert re.search(r"parameters +762\b", result.stdout)
    assert "found 762" in result.stderr


def test_cost_formats() -> None:
    assert archdsl("cost", "tiny.arch").stdout.startswith("Tiny  8x8x3 -> 10\n")
    assert archdsl("cost", "tiny.arch", "-f", "md").stdout.startswith("### Tiny: 8x8x3 -> 10\n")
    assert archdsl("cost", "tiny.arch", "-f", "csv").stdout.startswith("net,path,op,output,")
    assert "conv" not in archdsl("cost", "tiny.arch", "--depth", "0").stdout


def test_list() -> None:
    result = archdsl("list", "two.arch")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "net   parameters    MACs  input\n"
        "Tiny         762  7.55 k  8x8x3  A tiny net ..\n"
        "Wide       1,792   111 k  8x8x3\n"
    )


def test_list_as_json() -> None:
    (first, _) = json.loads(archdsl("list", "two.arch", "--format", "json").stdout)["nets"]
    assert first["net"] == "Tiny"
    assert first["params"] == 762
    assert first["inputs"] == [[8, 8, 3]]


def test_list_goes_on_after_a_broken_file() -> None:
    result = archdsl("list", "bad.arch", "tiny.arch")
    assert result.exit_code == 1
    assert "Tiny" in result.stdout
