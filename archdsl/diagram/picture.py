"""The parts of a picture: what a reader sees as one thing, before any choice of depth."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from archdsl.ir.graph import Graph


@dataclass(eq=False)
class Leaf:
    """Graph nodes drawn as one: `head` is the one that gives the colour and the first line."""

    nodes: list[int]
    head: int
    minor: bool
    count: int = 1


@dataclass(eq=False)
class Box:
    """Elements that belong together.

    what: stage (a labelled group), block, aux, repeat (a folded loop) and form (a residual, gate
          or merge: no frame, but one thing)
    """

    what: Literal["stage", "block", "aux", "repeat", "form"]
    title: str
    path: str
    children: list[Element]
    call: str = ""
    count: int = 1

    @property
    def nodes(self) -> list[int]:
        return sorted(n for child in self.children for n in child.nodes)


Element: TypeAlias = Leaf | Box


@dataclass
class Picture:
    """All elements of a net.

    skips: edges (from, to) beside the main flow; skip_labels: the label each was named by
    alias: node of a folded instance -> its twin in the one that is drawn
    """

    graph: Graph
    elements: list[Element] = field(default_factory=list)
    skips: dict[tuple[int, int], str] = field(default_factory=dict)
    alias: dict[int, int] = field(default_factory=dict)
    uses: dict[int, list[int]] = field(default_factory=dict)

    def twin(self, node: int) -> int:
        while node in self.alias:
            node = self.alias[node]
        return node
