"""Comparing texts with the files under tests/golden."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "golden"
_MOST_LINES = 80


@dataclass(frozen=True)
class Golden:
    """Called with a name and a text; fails unless tests/golden/<name> holds that text."""

    update: bool
    folder: Path = FOLDER

    def __call__(self, name: str, text: str) -> None:
        __tracebackhide__ = True
        relative = PurePosixPath(name)
        if relative.is_absolute() or ".." in relative.parts or "\\" in name:
            raise ValueError(f"a golden file is named relative to {self.folder}: {name!r}")
        path = self.folder / relative
        # Bytes, so that no platform's line ends creep in.
        new = text.encode("utf-8")
        if self.update:
            if not path.is_file() or path.read_bytes() != new:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(new)
            return
        if not path.is_file():
            pytest.fail(f"tests/golden/{name} is missing; `make golden` writes it", pytrace=False)
        old = path.read_bytes()
        if old != new:
            pytest.fail(_difference(name, old.decode("utf-8"), text), pytrace=False)


def _difference(name: str, old: str, new: str) -> str:
    lines = [
        line if line.endswith("\n") else line + "\n\\ no newline at the end\n"
        for line in difflib.unified_diff(
            old.splitlines(keepends=True),
            new.splitlines(keepends=True),
            f"tests/golden/{name}",
            "now",
        )
    ]
    more = len(lines) - _MOST_LINES
    shown = "".join(lines[:_MOST_LINES]) + (f"... and {more} lines more\n" if more > 0 else "")
    return f"tests/golden/{name} differs; if that is meant, `make golden` rewrites it\n{shown}"
