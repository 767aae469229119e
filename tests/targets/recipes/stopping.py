"""Checkpoints and trainings that are stopped, for the tests of both frameworks."""

from __future__ import annotations

import json
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol


class Process(Protocol):
    def running(self) -> bool: ...

    def send(self, number: signal.Signals) -> None: ...

    def wait(self) -> Any: ...


def arrays(path: Path, framework: str) -> dict[str, Any]:
    """framework: as safetensors calls it"""
    from safetensors import safe_open

    with safe_open(path, framework) as file:
        return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118


def training(path: Path) -> Any:
    """What the checkpoint says beside its arrays; times left out."""
    from safetensors import safe_open

    with safe_open(path, "np") as file:
        about = json.loads(file.metadata()["training"])
    for row in about["state"]["history"]:
        del row["seconds"]
    return about


def changed(path: Path, before: int, process: Process) -> None:
    """Waits until there is a newer checkpoint."""
    while process.running() and (not path.exists() or path.stat().st_mtime_ns == before):
        time.sleep(0.01)


def killed(start: Callable[[], Process], last: Path, times: int) -> list[int]:
    """Kills the training so many times; the steps that its checkpoints were at."""
    random.seed(0)
    steps = []
    for _ in range(times):
        before = last.stat().st_mtime_ns if last.exists() else 0
        process = start()
        changed(last, before, process)
        time.sleep(random.uniform(0, 0.3))
        process.send(signal.SIGKILL)
        process.wait()
        steps.append(training(last)["state"]["step"])
    return steps
