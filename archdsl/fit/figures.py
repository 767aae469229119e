"""A candidate's figures, in the terms that budgets are given in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from archdsl.analysis.memory import DTYPES, Kept, scaled
from archdsl.analysis.numbers import duration, short
from archdsl.fit.parts import Costs
from archdsl.records import record

__all__ = ["FIGURES", "Budget", "Figures", "Terms", "bytes_", "parsed", "shown"]

FIGURES = {
    "macs": "MACs",
    "params": "params",
    "memory": "memory",
    "peak": "peak",
    "training": "training",
    "size": "size",
    "latency": "latency",
}
"""By name, with their head in a table. memory: weights and the peak of values at inference; peak:
that alone; training: weights, gradients, an optimiser's numbers and what is kept for the backward
pass; size: the weights as a file has them; latency: nanoseconds."""

Figures = Mapping[str, int]
Budget = Mapping[str, int]
"""The most of each figure that has a limit."""

_COUNTER = 8  # bytes of what is counted in whole numbers, whatever the type of the net


@record
class Terms:
    """batch, dtype: what memory is for; slots: numbers that the optimiser keeps for each
    parameter (1: SGD with momentum, 2: Adam); timed: candidates have a latency."""

    batch: int = 1
    dtype: str = "float32"
    slots: int = 2
    timed: bool = False

    def figures(self, costs: Costs) -> dict[str, int]:
        """All of them; bytes are whole, latency is in whole nanoseconds."""
        width = DTYPES[self.dtype]
        floats = costs.params + costs.buffers - costs.counters
        weights = floats * width + costs.counters * _COUNTER
        peak = scaled(costs.peak, self.batch, self.dtype)
        kept = Kept(costs.elements, costs.once, costs.indices).bytes(self.batch, self.dtype)
        found = {
            "macs": costs.macs,
            "params": costs.params,
            "memory": weights + peak,
            "peak": peak,
            "training": weights + (1 + self.slots) * costs.params * width + kept,
            "size": weights,
        }
        if self.timed:
            found["latency"] = round(costs.seconds * 10**9)
        return found


# ----------------------------------------------------------------------------------- as written

_WRITTEN = re.compile(r"([0-9]+(?:_[0-9]+)*(?:\.[0-9]+)?)\s*([A-Za-zµ]*)")
_COUNTS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_BYTES = {
    **{f"{factor}{ending}": by for factor, by in _COUNTS.items() for ending in ("", "B")},
    "KB": 10**3,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
    "TiB": 2**40,
}
_TIMES = {"s": 10**9, "ms": 10**6, "us": 10**3, "µs": 10**3, "ns": 1}


def parsed(figure: str, text: str) -> int | None:
    """A limit as one writes it: `1G`, `64MB`, `20ms`; None for what is none."""
    units = _COUNTS if figure in ("macs", "params") else _BYTES
    if figure == "latency":
        units = _TIMES
    match = _WRITTEN.fullmatch(text.strip())
    if match is None or match[2] not in units:
        return None
    value = Fraction(match[1].replace("_", "")) * units[match[2]]
    return int(value)


def shown(figure: str, value: int) -> str:
    """A figure as a table has it."""
    if figure == "latency":
        return duration(value)
    if figure in ("macs", "params"):
        return short(value)
    return bytes_(value)


def bytes_(value: int) -> str:
    """`57.1 MB`: powers of ten, as budgets are written."""
    text = short(value)
    return f"{text}B" if " " in text else f"{text} B"
