"""Where the flow goes from one column to another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from archdsl.diagram.parts import Wire


@dataclass
class Crossing:
    """Wires from one box to another column: drawn as the same sign in both."""

    id: str
    name: str
    start: int
    end: int
    wires: list[Wire] = field(default_factory=list)


def crossings(wires: Iterable[Wire], column: Mapping[str, int]) -> list[Crossing]:
    """Wires between columns, by the box and the column that they come from and go to."""
    found: dict[tuple[str, int], Crossing] = {}
    letters = 0
    for wire in wires:
        here, there = column[wire.source], column[wire.target]
        if here == there:
            continue
        key = (wire.source, there)
        if key not in found:
            name = f"@{wire.label}" if wire.label else _letter(letters)
            letters += not wire.label
            found[key] = Crossing(f"c{len(found)}", name, here, there)
        found[key].wires.append(wire)
    return list(found.values())


def _letter(at: int) -> str:
    """A, B, .. Z, A2, B2, .."""
    return chr(ord("A") + at % 26) + (str(at // 26 + 1) if at >= 26 else "")
