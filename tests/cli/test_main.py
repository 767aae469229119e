"""The command line as a whole: help, wrong usage, exit codes, streams."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from archdsl import __version__
from archdsl.cli import group
from archdsl.cli.console import coloured
from archdsl.cli.group import COMMANDS, cli

ROOT = Path(__file__).resolve().parents[2]
CLEAN = {
    k: v
    for k, v in os.environ.items()
    if k not in ("NO_COLOR", "FORCE_COLOR", "ARCHDSL_DEBUG", "LC_ALL", "LANG", "PYTHONUTF8")
} | {"PYTHONPATH": str(ROOT)}

TINY = """\
## A tiny net: ü.
net Tiny(classes = 10) {
  input 8x8x3
  conv(4, 3x3) -> relu -> maxpool(2x2)
  flatten -> linear(classes)
}
"""


def archdsl(
    *args: str, cwd: Path, stdin: str = "", **env: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "archdsl", *args],
        cwd=cwd,
        env=CLEAN | env,
        input=stdin.encode(),
        capture_output=True,
        timeout=60,
    )


def test_version() -> None:
    result = CliRunner().invoke(cli, ["--version"])
    assert (result.exit_code, result.stdout) == (0, f"archdsl {__version__}\n")


def test_help_names_every_command() -> None:
    result = CliRunner().invoke(cli, ["--help"])
    assert result.exit_code == 0
    for name, line in COMMANDS.items():
        assert f"  {name}" in result.stdout
        assert line[:30] in result.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    result = CliRunner().invoke(cli, [name, "--help"])
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("Usage: ")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["chekc", "x"], "Did you mean check?"),
        (["lenet.arch"], "archdsl check lenet.arch"),
        (["check"], "Missing argument"),
        (["check", "--outptu-format", "json", "x"], "--output-format"),
        (["check", "--output-format", "jsn", "x"], "Did you mean json?"),
        (["cost", "--format", "tabel", "x"], "Did you mean table?"),
        (["cost", "--depth", "-1", "x"], "neither a number nor all"),
        (["explain", "F50l"], "Did you mean F50"),
        (["check", "-", "-"], "once only"),
        (["compile", "x"], "--target"),
    ],
)
def test_wrong_usage(args: list[str], words: str) -> None:
    result = CliRunner().invoke(cli, args)
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stdout == ""


def test_explain() -> None:
    result = CliRunner().invoke(cli, ["explain", "f501"])
    assert result.exit_code == 0
    assert result.stdout.startswith("# F501: there is no such file\n\n")
    both = CliRunner().invoke(cli, ["explain", "E201", "S209"]).stdout
    assert both.startswith("# E201: ")
    assert "\n\n# S209: " in both


def test_explain_lists_all_codes() -> None:
    lines = CliRunner().invoke(cli, ["explain"]).stdout.splitlines()
    assert len(lines) > 100
    assert "F501  there is no such file" in lines


def failing(error: BaseException) -> click.Command:
    @click.command()
    def command() -> None:
        raise error

    return command


def run_failing(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str, str]:
    monkeypatch.setitem(group.COMMANDS, "fails", "")
    monkeypatch.setattr(group.Group, "get_command", lambda self, ctx, name: failing(error))
    result = CliRunner().invoke(cli, ["fails"])
    return result.exit_code, result.stdout, result.stderr


def test_a_bug_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARCHDSL_DEBUG", raising=False)
    code, out, err = run_failing(ZeroDivisionError("division\nby zero"), monkeypatch)
    assert (code, out) == (70, "")
    assert "internal error: ZeroDivisionError: division by zero" in err
    assert "please report" in err
    assert __version__ in err
    assert "Traceback" not in err


def test_a_bug_with_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHDSL_DEBUG", "1")
    code, _, err = run_failing(ZeroDivisionError(), monkeypatch)
    assert code == 70
    assert "Traceback" in err


@pytest.mark.parametrize(
    ("error", "code"), [(KeyboardInterrupt(), 130), (click.Abort(), 130), (BrokenPipeError(), 0)]
)
def test_quiet_ends(error: BaseException, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    found, out, err = run_failing(error, monkeypatch)
    assert (found, out, err.strip()) == (code, "", "")


class Stream:
    def __init__(self, terminal: bool) -> None:
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


@pytest.mark.parametrize(
    ("env", "terminal", "expected"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "0"}, False, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"TERM": "dumb"}, True, False),
    ],
)
def test_colour(
    env: dict[str, str], terminal: bool, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert coloured(Stream(terminal)) is expected  # type: ignore[arg-type]


# --------------------------------------------------------------------------- as a process


def test_any_locale_gives_utf8(tmp_path: Path) -> None:
    (tmp_path / "网.arch").write_text(TINY, encoding="utf-8")
    for env in ({"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}, {}):
        done = archdsl("list", "网.arch", cwd=tmp_path, **env)
        assert done.returncode == 0, done.stderr
        assert "A tiny net: ü." in done.stdout.decode("utf-8")
        done = archdsl("check", "网2.arch", cwd=tmp_path, **env)
        assert done.returncode == 2
        assert "did you mean 网.arch?" in done.stderr.decode("utf-8")


def test_a_reader_that_leaves(tmp_path: Path) -> None:
    nets = "\n".join(TINY.replace("Tiny", f"Tiny{i}") for i in range(40))
    (tmp_path / "a.arch").write_text(nets, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-m", "archdsl", "cost", "a.arch", "--format", "json"],
        cwd=tmp_path,
        env=CLEAN,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c(tmp_path: Path) -> None:
    read_end, write_end = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "archdsl", "check", "-"],
        cwd=tmp_path,
        env=CLEAN,
        stdin=read_end,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stderr is not None
        text = b""
        while b"archdsl.driver.project" not in text:  # reading the standard input comes next
            text += process.stderr.readline()
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        text = process.stderr.read()
    os.close(read_end)
    os.close(write_end)
    # Interrupted in an import Python may end by the signal, which a shell calls 130 too.
    assert process.returncode in (130, -signal.SIGINT)
    assert b"Traceback" not in text


def test_debug_is_off_in_the_shell(tmp_path: Path) -> None:
    done = archdsl("check", "such-a-file.arch", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr == b"error[F501]: there is no file such-a-file.arch\n"
