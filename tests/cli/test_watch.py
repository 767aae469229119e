"""`--watch`: again when a file or one of its imports changes, until Ctrl-C."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from archdsl.cli.group import cli

NET = 'import Stem from "stem.arch"\n\nnet A {\n  input 8x8x3\n  Stem(4)\n}\n'
STEM = "block Stem(c) {\n  conv(c, 3x3)\n}\n"


class Watching:
    """A process, and the lines that it writes to stderr."""

    def __init__(self, folder: Path, *args: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "archdsl", *args, "--watch"],
            cwd=folder,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "NO_COLOR": "1"},
        )
        self.lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.put(line.rstrip("\n"))

    def until(self, start: str) -> str:
        """The next line that starts so."""
        while True:
            line = self.lines.get(timeout=30)
            if line.startswith(start):
                return line


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "net.arch").write_text(NET, encoding="utf-8")
    (tmp_path / "stem.arch").write_text(STEM, encoding="utf-8")
    return tmp_path


def test_check(folder: Path) -> None:
    watching = Watching(folder, "check", "net.arch")
    try:
        assert watching.until("1 file") == "1 file checked, 1 net: no errors"
        assert watching.until("watching") == "watching 2 files; Ctrl-C ends"
        (folder / "stem.arch").write_text(STEM.replace("conv", "cnov"), encoding="utf-8")
        assert watching.until("stem.arch changed") == "stem.arch changed"
        assert "unknown layer `cnov`" in watching.until("stem.arch:2:3")
        watching.until("watching")
        (folder / "stem.arch").unlink()
        assert "there is no file stem.arch" in watching.until("net.arch:1:18")
        watching.until("watching")
        (folder / "stem.arch").write_text(STEM, encoding="utf-8")
        assert watching.until("1 file") == "1 file checked, 1 net: no errors"
        watching.until("watching")
        watching.process.send_signal(signal.SIGINT)
        assert watching.process.wait(timeout=30) == 0
    finally:
        watching.process.kill()
    assert watching.lines.empty()


def test_compile(folder: Path) -> None:
    watching = Watching(folder, "compile", "net.arch", "--target", "torch", "-o", "net.py")
    try:
        watching.until("watching")
        assert "randn(1, 3, 8, 8)" in (folder / "net.py").read_text(encoding="utf-8")
        (folder / "net.arch").write_text(NET.replace("8x8x3", "8x8x5"), encoding="utf-8")
        watching.until("net.arch changed")
        watching.until("watching")
        assert "randn(1, 5, 8, 8)" in (folder / "net.py").read_text(encoding="utf-8")
        watching.process.send_signal(signal.SIGINT)
        assert watching.process.wait(timeout=30) == 0
    finally:
        watching.process.kill()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["check", "-"], "The standard input can't be watched"),
        (["check", "resnet"], "No file to watch"),
        (["diagram", "resnet", "-f", "dot"], "several nets"),
    ],
)
def test_what_cannot_be_watched(args: list[str], words: str) -> None:
    result = CliRunner().invoke(cli, [*args, "--watch"])
    assert result.exit_code == 2
    assert words in result.stderr
