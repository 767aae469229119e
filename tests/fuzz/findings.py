"""What a run finds: one file for each kind of failure under build/fuzz/, and the figures."""

from __future__ import annotations

import traceback
from collections import Counter
from pathlib import Path

FOLDER = Path("build/fuzz")
_EACH = 3  # files of a kind


class Findings:
    def __init__(self, name: str) -> None:
        self.name = name
        self.runs: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        FOLDER.mkdir(parents=True, exist_ok=True)

    def add(self, error: BaseException, text: str) -> None:
        kind = kind_of(error)
        self.kinds[kind] += 1
        if self.kinds[kind] <= _EACH:
            path = FOLDER / f"{self.name}-{kind}-{self.kinds[kind]}.arch"
            path.write_text(text, encoding="utf-8", errors="surrogatepass")
            print(f"{path}: {type(error).__name__}: {str(error)[:160]}", flush=True)

    def figures(self) -> str:
        runs = ", ".join(f"{number:,} {what}" for what, number in sorted(self.runs.items()))
        kinds = ", ".join(f"{kind} ({number})" for kind, number in sorted(self.kinds.items()))
        return f"{self.name}: {runs}; findings: {kinds or 'none'}"


def kind_of(error: BaseException) -> str:
    """Failures at one place of archdsl are one kind."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if "/archdsl/" in f.filename] or frames
    return f"{type(error).__name__}-{Path(own[-1].filename).stem}-{own[-1].name}".replace("<", "")
