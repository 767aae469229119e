"""Runs `archdsl` as a process of its own under a limit of memory, and says what it took."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

MEMORY = 1024 * 1024 * 1024
HANGS = 60  # seconds of the clock: whatever the machine is busy with, that is a hang
_STARTS = "import sys; from archdsl.cli import main; sys.argv[0] = 'archdsl'; main()"


@dataclass(frozen=True, slots=True)
class Ended:
    """code: the exit status, negative for a signal; cpu: seconds; memory: bytes at the peak"""

    code: int
    out: str
    err: str
    cpu: float
    memory: int

    @property
    def clear(self) -> bool:
        """An end that a user can understand: no bug of ours, no traceback, no silence."""
        said = self.out + self.err
        bad = "Traceback" in said or "internal error" in said or "MemoryError" in said
        return self.code in (0, 1, 2) and not bad and (self.code == 0 or bool(said.strip()))


def archdsl(
    *args: str | bytes,
    cwd: Path,
    stdin: bytes | None = None,
    memory: int = MEMORY,
    hangs: float = HANGS,
    largest: int | None = None,
) -> Ended:
    """largest: the largest file that it may write, as on a disk that is full"""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        if largest is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))

    out, err = cwd / ".stdout", cwd / ".stderr"
    with open(out, "wb") as to_out, open(err, "wb") as to_err:
        process = subprocess.Popen(
            [sys.executable, "-c", _STARTS, *args],
            cwd=cwd,
            stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
            stdout=to_out,
            stderr=to_err,
            preexec_fn=limit,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        )
        if stdin is not None:
            assert process.stdin is not None
            try:
                process.stdin.write(stdin)
                process.stdin.close()
            except BrokenPipeError:
                pass
        code, cpu, most = _wait(process, time.monotonic() + hangs)
    found = [p.read_bytes()[:100_000].decode("utf-8", "replace") for p in (out, err)]
    out.unlink()
    err.unlink()
    return Ended(code, found[0], found[1], cpu, most)


def _wait(process: subprocess.Popen[bytes], until: float) -> tuple[int, float, int]:
    while True:
        done, status, usage = os.wait4(process.pid, os.WNOHANG)
        if done:
            break
        if time.monotonic() > until:
            process.kill()
            _, status, usage = os.wait4(process.pid, 0)
            break
        time.sleep(0.01)
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime
    return process.returncode, cpu, usage.ru_maxrss * 1024
