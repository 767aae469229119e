"""Scripts run by processes forked from one that has TensorFlow, and has done nothing with it yet.

As a program it is that process: on standard input commands, on standard output answers, a line of
JSON each. Forked from the tests' own process a script would hang on the threads that it lost.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]


@cache
def _server() -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.targets.recipes.served"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(process.terminate)
    return process


def ask(**command: object) -> Any:
    """What the process answers."""
    server = _server()
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(json.dumps(command) + "\n")
    server.stdin.flush()
    return json.loads(server.stdout.readline())


class Served:
    """A script in a process of its own; limit: the most bytes that it may write to a file."""

    def __init__(self, path: Path, *arguments: str, limit: int | None = None) -> None:
        self.said = [path.parent.parent / f"{path.parent.name}.{n}" for n in ("out", "err")]
        self.pid = ask(path=str(path), arguments=arguments, limit=limit)

    def running(self) -> bool:
        return bool(ask(running=self.pid))

    def send(self, number: int) -> None:
        os.kill(self.pid, number)

    def wait(self) -> subprocess.CompletedProcess[str]:
        code = ask(wait=self.pid)
        out, err = (file.read_text() for file in self.said)
        return subprocess.CompletedProcess([], code, out, err)


def script(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a script in the folder above its own."""
    return Served(path, *arguments).wait()


def main() -> None:
    import keras
    import sklearn.model_selection  # noqa: F401
    import tensorflow  # noqa: F401

    from tests.targets.recipes.scripts import Running

    keras.utils.disable_interactive_logging()
    running: dict[int, Running] = {}
    for line in sys.stdin:
        command = json.loads(line)
        answer: object
        if "path" in command:
            process = Running(
                Path(command["path"]),
                *command["arguments"],
                limit=command["limit"],
                torch=False,
            )
            running[process.pid] = process
            answer = process.pid
        elif "running" in command:
            answer = running[command["running"]].running()
        else:
            answer = running.pop(command["wait"]).wait().returncode
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
