"""The rows of a layer table, as the ResNet and the MobileNetV2 papers have it.

One row for each step of the net: a layer, or a block and how often in a row. The first of a
stage's blocks, which has another stride or a projection, counts with those after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from archdsl.diagram.chain import has_branches, is_gate, main_way
from archdsl.diagram.labels import clean, kind_of, op_text, value_text
from archdsl.diagram.picture import Box, Element, Leaf, Picture
from archdsl.diagram.words import parameters
from archdsl.ir import structure as st
from archdsl.ir.graph import Graph, Node
from archdsl.ir.shape import Shape

COLUMNS = 6  # so many parameters of a block have a column each
LINES = 6  # so many layers of a block are written out
_STRIDE = ("stride", "s")


@dataclass
class Row:
    """A row. `lines`: the layers of a block; `given`: its arguments, the stride apart."""

    name: str
    what: str
    lines: tuple[str, ...]
    given: dict[str, str]
    count: int
    stride: int
    input: Shape
    output: Shape
    params: int
    macs: int
    aux: bool


@dataclass
class Layers:
    rows: list[Row]
    columns: list[str] = field(default_factory=list)  # names of arguments that have a column


def layers(picture: Picture) -> Layers:
    """All rows of a net, equal neighbours as one."""
    maker = _Maker(picture)
    rows: list[Row] = []
    for row in maker.body(picture.elements, ""):
        last = rows[-1] if rows else None
        if last is not None and _continues(last, row):
            last.count += row.count
            last.lines = tuple(_both(a, b) for a, b in zip(last.lines, row.lines, strict=True))
            last.output = row.output
            last.params += row.params
            last.macs += row.macs
        else:
            rows.append(row)
    names = list(dict.fromkeys(name for row in rows for name in row.given))
    blocks = {row.what for row in rows if row.given}
    return Layers(rows, names if len(blocks) == 1 and len(names) <= COLUMNS else [])


def _continues(last: Row, row: Row) -> bool:
    """Whether a row is the one before again, strides and projections apart."""
    same = (last.name, last.what, last.given) == (row.name, row.what, row.given)
    alike = len(last.lines) == len(row.lines) and bool(row.given or row.lines)
    return same and alike and row.stride == 1 and not row.aux


def _both(one: str, other: str) -> str:
    """A layer's line for two blocks: without what differs."""
    return one if one == other else one.partition(",")[0]


class _Maker:
    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self.graph: Graph = picture.graph
        self.main = main_way(self.graph)
        self.twins: dict[int, list[int]] = {}
        for node in self.graph:
            self.twins.setdefault(picture.twin(node.id), []).append(node.id)

    def body(self, elements: Iterable[Element], stage: str) -> Iterator[Row]:
        for element in elements:
            if not element.nodes:
                continue
            if isinstance(element, Box) and element.what == "stage":
                name = f"{stage}.{element.title}" if stage else element.title
                yield from self.body(element.children, name)
            elif isinstance(element, Box) and element.what == "repeat" and element.count == 1:
                yield from self.body(element.children, stage)
            else:
                yield self.row(element, stage)

    def row(self, element: Element, stage: str) -> Row:
        nodes = element.nodes
        members = sorted(m for n in nodes for m in self.twins.get(n, [n]))
        first = self.graph.nodes[nodes[0]]
        outside = next((i for n in nodes for i in self.graph.nodes[n].inputs if i < nodes[0]), None)
        before = self.graph.nodes[outside] if outside is not None else first
        after = self.graph.nodes[max(members)]
        what, lines, given, stride = self.told(element)
        macs = 0
        for n in members:
            node = self.graph.nodes[n]
            if not node.aux:
                macs += node.op.macs(self.graph.input_shapes(node), node.shape)
        return Row(
            name=clean(stage or self.name(element)),
            what=what,
            lines=lines,
            given=given,
            count=element.count,
            stride=stride,
            input=before.shape,
            output=after.shape,
            params=parameters(self.graph, members),
            macs=macs,
            aux=first.aux,
        )

    def name(self, element: Element) -> str:
        if isinstance(element, Leaf):
            return self.graph.nodes[element.head].path
        return element.path

    def told(self, element: Element) -> tuple[str, tuple[str, ...], dict[str, str], int]:
        """What an element is: the op or block, the block's layers and arguments, its stride."""
        if isinstance(element, Leaf):
            head = self.graph.nodes[element.head]
            return self.text(head, stride=False), (), {}, _stride(head)
        given, stride = _arguments(element.instance) if element.instance else ({}, 1)
        lines = tuple(self.layers(element.children, element.what == "aux"))
        told = lines if len(lines) <= LINES and not has_branches(element) else ()
        return clean(element.block or element.title or "block"), told, given, stride

    def layers(self, elements: Iterable[Element], aux: bool) -> Iterator[str]:
        """The layers on the main way through a block, a line each; a gate is one."""
        for element in elements:
            if not aux and self.main.isdisjoint(element.nodes):
                continue  # a shortcut's
            if isinstance(element, Leaf):
                head = self.graph.nodes[element.head]
                if kind_of(head.op) in ("conv", "linear", "pool"):
                    yield from [self.text(head, stride=False)] * element.count
            elif element.what == "block" and is_gate(element):
                yield element.block
            else:
                yield from self.layers(element.children, aux)

    def text(self, node: Node, *, stride: bool) -> str:
        shape = self.graph.nodes[node.inputs[0]].shape if node.inputs else node.shape
        text = op_text(node.op, shape)
        return text if stride else text.partition(", /")[0]


def _stride(node: Node) -> int:
    stride = getattr(node.op, "stride", 1)
    return stride if isinstance(stride, int) else max(stride or (1,))


def _arguments(instance: st.Instance) -> tuple[dict[str, str], int]:
    """The arguments of a block that are short numbers, and its stride."""
    given: dict[str, str] = {}
    stride = 1
    for name, known in instance.args.items():
        text = value_text(known.value)
        if name in _STRIDE and text is not None and text.isdecimal():
            stride = int(text)
        elif text is not None and not known.default and isinstance(known.value, int | str):
            given[name] = text
    return given, stride
