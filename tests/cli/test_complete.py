"""What the shell completes, asked as the shell asks it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAIN = "from archdsl.cli import main; main()"


def ask(folder: Path, **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", MAIN],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def offered(folder: Path, line: str) -> list[str]:
    """What is offered for the last word of a line."""
    place = len(line.split(" ")) - 1
    variables = {"COMP_WORDS": line, "COMP_CWORD": str(place)}
    return ask(folder, _ARCHDSL_COMPLETE="bash_complete", **variables).split()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_source_for_a_shell(shell: str, tmp_path: Path) -> None:
    text = ask(tmp_path, _ARCHDSL_COMPLETE=f"{shell}_source")
    assert f"_ARCHDSL_COMPLETE={shell}_complete" in text


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("archdsl co", ["plain,compile", "plain,cost"]),
        ("archdsl nonsense x", []),
        ("archdsl cost --dep", ["plain,--depth"]),
        ("archdsl cost -f m", ["plain,md"]),
        ("archdsl compile lenet --target ", ["plain,torch", "plain,keras", "plain,jax"]),
        ("archdsl cost lenet --net LeNet5A", ["plain,LeNet5AfterPooling"]),
        ("archdsl cost lenet --net LeNet5 --net ", ["plain,LeNet5", "plain,LeNet5AfterPooling"]),
        ("archdsl cost own.arch --net ", ["plain,Own"]),
        ("archdsl cost broken.arch --net ", []),
        ("archdsl cost none.arch --net ", []),
        ("archdsl cost - --net ", []),
        ("archdsl cost --net ", []),
        ("archdsl check resn", ["plain,resnet"]),
        ("archdsl check lenet own", ["plain,own.arch"]),
        ("archdsl check sub/", ["plain,sub/a.arch"]),
        ("archdsl check other", ["file,other"]),
        ("archdsl fmt resn", ["file,resn"]),
        ("archdsl list own", ["plain,own.arch"]),
        ("archdsl explain f50", [f"plain,F50{i}" for i in range(1, 10)]),
    ],
)
def test_what_is_offered(line: str, words: list[str], tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.arch").write_text("")
    (tmp_path / "own.arch").write_text(
        "net Own { input 8x8x3  relu }\nnet Needs(c) { input 8x8x3  conv(c, 1x1) }\n"
    )
    (tmp_path / "broken.arch").write_bytes(b"\xff{{{")
    assert offered(tmp_path, line) == words
