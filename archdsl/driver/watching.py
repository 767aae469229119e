"""Which files a run read, and whether one of them is another since: by looking, now and then."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TypeAlias

Stamp: TypeAlias = "tuple[int, int, int] | None"

_INTERVAL = 0.2  # seconds between two looks
_READ: ContextVar[dict[Path, Stamp] | None] = ContextVar("read", default=None)


def stamp(path: Path) -> Stamp:
    """What changes with a file; None where there is none."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def noted(path: Path) -> None:
    """Says that a file is about to be read (or looked for)."""
    seen = _READ.get()
    if seen is not None:
        # As it was when it was first read: a change during the run is one, too.
        seen.setdefault(path.absolute(), stamp(path))


@contextmanager
def noting() -> Iterator[dict[Path, Stamp]]:
    """Collects the files that are read meanwhile."""
    seen: dict[Path, Stamp] = {}
    token = _READ.set(seen)
    try:
        yield seen
    finally:
        _READ.reset(token)


def wait(seen: dict[Path, Stamp]) -> list[Path]:
    """Returns once some of the files have changed: those."""
    while not (changed := [path for path, before in seen.items() if stamp(path) != before]):
        time.sleep(_INTERVAL)
    return changed
