"""A net as one line of values, for styles that show one after the other.

Input: a `Picture`. Output: `Step`s on the main way from input to output, and `Arc`s beside it.
A block with branches is one step; branches that no block holds make no line, and that is said.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from archdsl.diagram import codes
from archdsl.diagram.draw import DiagramError
from archdsl.diagram.labels import kind_of, op_text
from archdsl.diagram.picture import Box, Element, Leaf, Picture
from archdsl.diagram.words import title_of
from archdsl.ir.graph import Graph, Node
from archdsl.ir.shape import Shape

MOST = 64  # steps; with more, blocks are one step each
SEVERAL = 4  # so many equal layers in a row are shown one by one
_QUIET = frozenset({"flatten", "dropout", "drop_path", "zero_pad", "reshape"})


@dataclass(eq=False)
class Step:
    """A value, and the layer or block that made it.

    kind:  of its colour, as in labels.KINDS, or "block"; "input" for what comes in
    text:  the op in a few words, or the block's name
    small: the layers in its box: normalization, activation
    count: it stands for so many in a row
    group: the block that it stands in with others, and the number of those in a row
    """

    kind: str
    text: str
    shape: Shape
    nodes: list[int]
    kernel: tuple[int, ...] = ()
    small: tuple[str, ...] = ()
    count: int = 1
    group: Group | None = None


@dataclass(eq=False)
class Group:
    """A block whose steps are shown one by one."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Arc:
    """A value that goes on beside the line: after one step, into what another gives."""

    source: Step
    target: Step
    label: str


@dataclass
class Line:
    steps: list[Step] = field(default_factory=list)
    arcs: list[Arc] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)  # side heads, not drawn


def line(picture: Picture, name: str) -> Line:
    """The line of a net; raises DiagramError where it is none."""
    made = _Liner(picture, name, fine=True).line()
    if len(made.steps) > MOST:
        made = _Liner(picture, name, fine=False).line()
    return made


class _Liner:
    def __init__(self, picture: Picture, name: str, *, fine: bool) -> None:
        self.picture = picture
        self.graph: Graph = picture.graph
        self.name = name
        self.fine = fine
        self.made = Line()
        self.owner: dict[int, Step] = {}
        self.main = main_way(self.graph)

    def line(self) -> Line:
        if len(self.graph.inputs) != 1 or len(self.graph.outputs) != 1:
            raise self.refusal("it has several inputs or outputs")
        start = self.graph.inputs[0][1]
        self.step(Step("input", "input", self.graph.nodes[start].shape, [start]), [start])
        self.body(self.picture.elements, None)
        for node in sorted(self.main):
            if node in self.owner and self.picture.twin(node) == node:
                self.beside(node)
        return self.made

    def refusal(self, why: str) -> DiagramError:
        return DiagramError(
            f"{self.name} is no line of layers: {why}",
            codes.NO_LINE,
            "--style graph shows any net",
        )

    def step(self, made: Step, nodes: Iterable[int]) -> None:
        self.made.steps.append(made)
        for node in nodes:
            self.owner[node] = made

    def body(self, elements: Iterable[Element], group: Group | None) -> None:
        for element in elements:
            nodes = element.nodes
            if not nodes:
                continue
            if all(self.graph.nodes[n].aux for n in nodes):
                self.made.aside.append(element.title if isinstance(element, Box) else "")
            elif self.main.isdisjoint(nodes):
                continue  # beside the line: an arc says what is there
            elif isinstance(element, Leaf):
                self.leaf(element, group)
            else:
                self.box(element, group)

    def box(self, box: Box, group: Group | None) -> None:
        branched = box.block == "concat" or box.block in ("add", "mul")
        if box.what == "form" and branched:
            raise self.refusal("it has branches outside blocks")
        if box.what == "form" and box.block == "gate":
            self.closed(box, "gate", group)
        elif box.what == "block" and (not self.fine or has_branches(box)):
            self.closed(box, title_of(box), group)
        elif box.what in ("block", "repeat") and (box.what == "block" or box.count > 1):
            if is_gate(box):
                self.closed(box, title_of(box), group)
                return
            self.body(box.children, Group(title_of(box), box.count))
        else:
            self.body(box.children, group)

    def closed(self, box: Box, text: str, group: Group | None) -> None:
        nodes = box.nodes
        last = max(nodes)
        shape = self.graph.nodes[last].shape
        made = Step("block", text, shape, nodes, count=box.count, group=group)
        self.step(made, nodes)

    def leaf(self, leaf: Leaf, group: Group | None) -> None:
        head = self.graph.nodes[leaf.head]
        kind = kind_of(head.op)
        small = tuple(
            _word(self.graph.nodes[n])
            for n in leaf.nodes
            if n != leaf.head and self.graph.nodes[n].op.keyword not in _QUIET
        )
        last = self.made.steps[-1]
        if head.op.keyword in ("add", "mul") or (kind in ("norm", "other") and _still(self, leaf)):
            # What changes no shape shows on the box before it.
            words = small if kind == "merge" else (_word(head), *small)
            last.small += tuple(w for w in words if head.op.keyword not in _QUIET or w in small)
            last.nodes = [*last.nodes, *leaf.nodes]
            for node in leaf.nodes:
                self.owner[node] = last
            return
        before = self.graph.nodes[head.inputs[0]]
        text = "concat" if head.op.keyword == "concat" else op_text(head.op, before.shape)
        window = getattr(head.op, "k", None)
        kernel = (window,) if isinstance(window, int) else tuple(window or ())
        shape = head.shape
        several = leaf.count if group is None and leaf.count <= SEVERAL else 1
        for _ in range(several):
            count = leaf.count // several
            made = Step(kind, text, shape, leaf.nodes, kernel, small, count, group)
            self.step(made, leaf.nodes)

    def beside(self, node: int) -> None:
        """The arcs that end in a sum or a concat on the line."""
        made = self.graph.nodes[node]
        if made.op.keyword not in ("add", "concat") or self.owner[node].kind == "block":
            return
        for value in made.inputs:
            label = self.picture.skips.get((value, node), "")
            words: list[str] = []
            while value not in self.main:
                side = self.graph.nodes[value]
                if kind_of(side.op) in ("conv", "pool"):
                    words.append(op_text(side.op, self.graph.nodes[side.inputs[0]].shape))
                value = side.inputs[0]
            start = self.owner.get(self.picture.twin(value))
            follows = value in self.before(node)
            if start is not None and start is not self.owner[node] and not follows:
                text = label or ", ".join(reversed(words))
                self.made.arcs.append(Arc(start, self.owner[node], text))

    def before(self, node: int) -> set[int]:
        """The value that comes to a node along the line, not beside it."""
        inputs = [i for i in self.graph.nodes[node].inputs if i in self.main]
        return {max(inputs)} if inputs else set()


def _still(liner: _Liner, leaf: Leaf) -> bool:
    """Whether a leaf gives the shape that came in."""
    first, last = (liner.graph.nodes[leaf.nodes[i]] for i in (0, -1))
    return bool(first.inputs) and liner.graph.nodes[first.inputs[0]].shape == last.shape


def _word(node: Node) -> str:
    return node.op.keyword.replace("_", " ")


def has_branches(box: Box) -> bool:
    return any(
        isinstance(child, Box) and (child.block in ("concat", "add", "mul") or has_branches(child))
        for child in box.children
    )


def is_gate(box: Box) -> bool:
    (child, *more) = box.children
    return not more and isinstance(child, Box) and child.what == "form" and child.block == "gate"


def main_way(graph: Graph) -> frozenset[int]:
    """The nodes on the longest way to the output; of a gate's two the value itself."""
    length: dict[int, int] = {}
    for node in graph:
        length[node.id] = 1 + max((length[i] for i in node.inputs), default=0)
    way: list[int] = []
    at = graph.outputs[0][1]
    while True:
        way.append(at)
        inputs = graph.nodes[at].inputs
        if not inputs:
            return frozenset(way)
        gated = graph.nodes[at].op.keyword == "mul"
        at = (min if gated else max)(inputs, key=lambda i: length[i])
