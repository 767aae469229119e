"""What a plan is made of: boxes in frames, and wires between the boxes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from archdsl.diagram.picture import Box, Element
from archdsl.ir.graph import Graph
from archdsl.ir.shape import Shape


@dataclass(eq=False)
class Shown:
    """One box: a leaf, or a closed box. `last` is the node whose value comes out of it.

    role: box; input: where a value comes in; entry: the point in a frame where it forks
    """

    id: str
    element: Element
    last: int
    shape: Shape
    aux: bool
    role: Literal["box", "input", "entry"] = "box"
    members: list[int] = field(default_factory=list)  # its nodes, folded twins included


@dataclass(eq=False)
class Frame:
    """An open box."""

    box: Box
    children: list[Shown | Frame]
    aux: bool


Part: TypeAlias = Shown | Frame


@dataclass(frozen=True, slots=True)
class Wire:
    """An edge between shown boxes; `shape` where the value's shape is new."""

    source: str
    target: str
    shape: Shape | None
    skip: bool
    label: str
    aux: bool


@dataclass
class Plan:
    """`parts` and `wires` in the net's order; outputs as (id of the box, label, node).

    details: closed blocks drawn open once more, beside the net
    """

    graph: Graph
    parts: list[Part] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)
    outputs: list[tuple[str, str | None, int]] = field(default_factory=list)
    details: list[Plan] = field(default_factory=list)


def shown(parts: Iterable[Part]) -> Iterator[Shown]:
    for part in parts:
        if isinstance(part, Shown):
            yield part
        else:
            yield from shown(part.children)
