"""What became of a file's weights, in words and as data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from archdsl.weights.fitting import Fitted

_FEW = 3


def text(fitted: Fitted, head: str, end: str) -> str:
    """Lines: what was taken, adapted, made, left; alike ones in one."""
    lines = [head, f"  taken    {_count(len(fitted.taken))}"]
    parts = (("adapted", fitted.adapted), ("made", fitted.made), ("left", fitted.left))
    for word, found in parts:
        lines += [f"  {word:<8} {line}" for line in _grouped(found)]
    lines += [f"  note     {note}" for note in fitted.notes]
    if end:
        lines.append(f"  {end}")
    return "\n".join(lines) + "\n"


def data(fitted: Fitted) -> dict[str, Any]:
    return {
        "taken": fitted.taken,
        "adapted": fitted.adapted,
        "made": fitted.made,
        "left": fitted.left,
        "notes": fitted.notes,
    }


def _count(n: int) -> str:
    return f"{n:,} weight" + ("" if n == 1 else "s")


def _grouped(found: Mapping[str, str]) -> list[str]:
    """For each reason its names, the first few."""
    by_reason: dict[str, list[str]] = {}
    for name, why in found.items():
        by_reason.setdefault(why, []).append(name)
    lines = []
    for why, names in by_reason.items():
        lasts = {name.rpartition(".")[2] for name in names}
        if len(names) > _FEW and len(lasts) == 1 and not re.fullmatch("[0-9]+", min(lasts)):
            shown = f"{len(names)} of {lasts.pop()}"
        elif len(names) > _FEW:
            shown = f"{', '.join(names[:_FEW])} and {len(names) - _FEW} more"
        else:
            shown = ", ".join(names)
        lines.append(f"{shown}: {why}")
    return lines
