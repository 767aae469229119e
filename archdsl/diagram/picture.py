"""The parts of a picture: what a reader sees as one thing, before any choice of depth."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from archdsl.diagram.labels import Arguments, call_text
from archdsl.ir import structure as st
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

    what:     stage (a labelled group), block, aux, repeat (a folded loop), run (a stretch of a
              long line) and form (a residual, gate or merge: no frame, but one thing)
    block:    the name of the block used, and `given` its arguments
    instance: the first of those that it stands for
    """

    what: Literal["stage", "block", "aux", "repeat", "run", "form"]
    title: str
    path: str
    children: list[Element]
    block: str = ""
    given: Arguments = ()
    instance: st.Instance | None = None
    count: int = 1

    @property
    def call(self) -> str:
        return call_text(self.block, self.given) if self.block else ""

    @property
    def nodes(self) -> list[int]:
        return sorted(n for child in self.children for n in child.nodes)


Element: TypeAlias = Leaf | Box


@dataclass
class Picture:
    """All elements of a net.

    skips: edges (from, to) beside the main flow; skip_labels: the label each was named by
    alias: node of a folded instance -> its twin in the one that is drawn
    vague: nodes whose attributes are not those of all their twins
    last: the last node of a drawn instance -> that of the last one folded into it
    """

    graph: Graph
    elements: list[Element] = field(default_factory=list)
    skips: dict[tuple[int, int], str] = field(default_factory=dict)
    alias: dict[int, int] = field(default_factory=dict)
    uses: dict[int, list[int]] = field(default_factory=dict)
    vague: set[int] = field(default_factory=set)
    last: dict[int, int] = field(default_factory=dict)

    def twin(self, node: int) -> int:
        while node in self.alias:
            node = self.alias[node]
        return node
