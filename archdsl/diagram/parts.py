"""What a plan is made of: boxes in frames, and wires between the boxes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from archdsl.diagram.picture import Box, Element
from archdsl.ir.graph import Graph
from archdsl.ir.shape import Shape

ROOM = 46.0  # points from a title to the end of its bar, at least
CORNER = 11  # a stage's title of so many letters stands in its corner, clear of the flow


@dataclass(eq=False)
class Shown:
    """One box: a leaf, or a closed box. `last` is the node whose value comes out of it.

    role: box; input: where a value comes in; entry: the point in a frame where it forks; bar: a
          frame's title, which the value passes
    room: points at each end of a bar, for the skip that leaves it and goes down beside the boxes
    """

    id: str
    element: Element
    last: int
    shape: Shape
    aux: bool
    role: Literal["box", "input", "entry", "bar"] = "box"
    members: list[int] = field(default_factory=list)  # its nodes, folded twins included
    room: float = 0.0


@dataclass(eq=False)
class Frame:
    """An open box; `title` is what it is called."""

    box: Box
    children: list[Shown | Frame]
    aux: bool
    title: str

    @property
    def barred(self) -> bool:
        """Whether the title stands in a bar, and not in the corner."""
        named = self.title != "" or self.box.count > 1
        return named and not (
            self.box.what == "stage" and len(self.title) <= CORNER and self.box.count == 1
        )


Part: TypeAlias = Shown | Frame


@dataclass(frozen=True, slots=True)
class Wire:
    """An edge between shown boxes; `shape` where the value's shape is new.

    hidden: nothing flows here: it only keeps the bar of a frame above what is in it
    """

    source: str
    target: str
    shape: Shape | None
    skip: bool
    label: str
    aux: bool
    hidden: bool = False


@dataclass
class Plan:
    """`parts` and `wires` in the net's order; outputs as (id of the box, label, node).

    details: blocks drawn open once more, beside the net
    names:   what stands for attributes' values, by node and attribute, where a block is drawn by
             itself
    shapes:  the same for the shapes of what goes in and comes out, by node
    notes:   lines below the title of such a block
    """

    graph: Graph
    parts: list[Part] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)
    outputs: list[tuple[str, str | None, int]] = field(default_factory=list)
    details: list[Plan] = field(default_factory=list)
    vague: set[int] = field(default_factory=set)
    names: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    shapes: Mapping[int, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def bar_width(title: str, count: int, room: float) -> float:
    """About how wide a bar is, in points."""
    return 5.6 * (len(title) + (4 if count > 1 else 0)) + 8 + 2 * room


def shown(parts: Iterable[Part]) -> Iterator[Shown]:
    for part in parts:
        if isinstance(part, Shown):
            yield part
        else:
            yield from shown(part.children)


def frames(parts: Iterable[Part]) -> Iterator[Frame]:
    for part in parts:
        if isinstance(part, Frame):
            yield part
            yield from frames(part.children)
