"""Running the scripts that a recipe became, each in a process of its own."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from archdsl.driver.writing import MARKER

# What a target's scripts import -> how it is installed.
_NEEDS = {
    "torch": (("torch", "torch"),),
    "keras": (("keras", "keras"), ("tensorflow", "tensorflow")),
}


def lacking(target: str) -> str:
    """How to install what the target's scripts need and isn't here; "" where nothing is amiss."""
    for module, extra in _NEEDS.get(target, ()):
        if importlib.util.find_spec(module) is None:
            return f'{module} is not installed: pip install "archdsl[{extra}]"'
    return ""


def ours(script: Path) -> bool:
    """Whether a script is one that archdsl wrote."""
    try:
        with script.open("rb") as file:
            return MARKER.encode() in file.readline()
    except OSError:
        return False


def run_script(script: Path, arguments: Sequence[str]) -> int:
    """Runs it with this Python, in the current folder; returns its exit code.

    It has a session of its own, so that Ctrl-C reaches it once: through here.
    """
    process = subprocess.Popen(
        [sys.executable, str(script), *arguments], start_new_session=hasattr(os, "setsid")
    )
    with _passing_on(process):
        code = process.wait()
    return 128 - code if code < 0 else code


@contextmanager
def _passing_on(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Signals that would end this process go to the other one, which has to save what it has."""

    def pass_on(number: int, _frame: FrameType | None) -> None:
        if process.poll() is None:
            process.send_signal(number)

    numbers = [signal.SIGINT, signal.SIGTERM]
    before = [(number, signal.signal(number, pass_on)) for number in numbers]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def script_of(place: Path, name: str) -> Path | None:
    """The script that a folder or a checkpoint belongs to: in it, or in a folder above."""
    start = Path(os.path.abspath(place))
    for folder in [start, *start.parents][:4]:
        script = folder / name
        if script.is_file() and ours(script):
            return script
    return None
