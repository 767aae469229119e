"""`archdsl fmt`."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archdsl import fmt
from archdsl.cli.group import cli

GOOD = "net N {\n  input 8x8x3\n}\n"
UGLY = "net N{\n  input 8x8x3\n}\n"
BAD = "net N{"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    for name, text in (("good", GOOD), ("ugly", UGLY), ("bad", BAD)):
        Path(f"{name}.arch").write_text(text, encoding="utf-8")
    return tmp_path


def run(*args: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(cli, ["fmt", *args], input=stdin)


def read(name: str) -> str:
    return Path(name).read_bytes().decode("utf-8")


def test_files_are_written() -> None:
    Path("ugly.arch").chmod(0o640)
    result = run("good.arch", "ugly.arch")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "1 file formatted, 1 file left as it is\n"
    assert read("ugly.arch") == GOOD
    assert stat.S_IMODE(Path("ugly.arch").stat().st_mode) == 0o640


def test_a_file_in_order_is_not_touched() -> None:
    before = Path("good.arch").stat()
    run("good.arch")
    after = Path("good.arch").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_windows_line_ends_go() -> None:
    Path("good.arch").write_bytes(GOOD.replace("\n", "\r\n").encode())
    assert run("good.arch", "--check").exit_code == 1
    run("good.arch")
    assert read("good.arch") == GOOD


def test_check() -> None:
    result = run("--check", "good.arch", "ugly.arch")
    assert (result.exit_code, result.stdout) == (1, "ugly.arch\n")
    assert result.stderr == "1 file would be formatted, 1 file left as it is\n"
    assert read("ugly.arch") == UGLY
    assert run("--check", "good.arch").exit_code == 0


def test_diff() -> None:
    result = run("--diff", "good.arch", "ugly.arch")
    assert result.exit_code == 1
    assert result.stdout == (
        "--- ugly.arch\n+++ ugly.arch (formatted)\n@@ -1,3 +1,3 @@\n"
        "-net N{\n+net N {\n   input 8x8x3\n }\n"
    )
    assert read("ugly.arch") == UGLY


def test_the_end_of_a_diff() -> None:
    result = run("--diff", "-", stdin="let a = 1")
    assert result.stdout.endswith("-let a = 1\n\\ No newline at end of file\n+let a = 1\n")


def test_standard_input() -> None:
    result = run("-", stdin=UGLY)
    assert (result.exit_code, result.stdout, result.stderr) == (0, GOOD, "")
    result = run("-", "--check", "--stdin-filename", "some.arch", stdin=UGLY)
    assert (result.exit_code, result.stdout) == (1, "some.arch\n")
    assert run("-", "-").exit_code == 2


def test_folders() -> None:
    for name in ("in", "in/deep", "in/.hidden"):
        Path(name).mkdir()
        Path(name, "x.arch").write_text(UGLY, encoding="utf-8")
    Path("in/x.txt").write_text(UGLY, encoding="utf-8")
    result = run("in", "--check")
    assert result.stdout == "in/deep/x.arch\nin/x.arch\n"
    assert run("in").exit_code == 0
    assert [read(f"in/{name}") for name in ("x.arch", "deep/x.arch")] == [GOOD, GOOD]
    assert [read(f"in/{name}") for name in ("x.txt", ".hidden/x.arch")] == [UGLY, UGLY]


@pytest.mark.parametrize("option", ["", "--check", "--diff"])
def test_syntax_errors(option: str) -> None:
    result = run("bad.arch", "ugly.arch", "--output-format", "concise", *filter(None, [option]))
    assert result.exit_code == 1
    assert result.stderr.startswith("bad.arch:1:7: error[S104]")
    assert read("bad.arch") == BAD
    assert read("ugly.arch") == (UGLY if option else GOOD)


def test_missing_and_unreadable_files() -> None:
    assert run("none.arch").exit_code == 2
    Path("latin.arch").write_bytes(b"# \xe9\n")
    result = run("latin.arch")
    assert result.exit_code == 1
    assert "isn't UTF-8" in result.stderr


def test_a_read_only_file() -> None:
    Path("ugly.arch").chmod(0o444)
    result = run("ugly.arch")
    if result.exit_code:  # root may write everything
        assert result.exit_code == 1
        assert "read-only" in result.stderr
        assert read("ugly.arch") == UGLY


def test_a_bug_leaves_the_file_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fmt.formatting, "align", lambda lines: "")
    result = run("ugly.arch")
    assert result.exit_code == 70
    assert "internal error" in result.stderr
    assert read("ugly.arch") == UGLY
