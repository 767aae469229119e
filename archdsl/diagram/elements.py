"""From the tree of forms of a net to the parts of its picture.

Input: an elaborated net. Output: leaves (an op with its small neighbours) in boxes (stages,
blocks, forms), with equal neighbours folded, and the edges that are skips.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from archdsl.diagram.fold import folded
from archdsl.diagram.labels import ACTIVATIONS, MINOR, NORMS, arguments, kind_of
from archdsl.diagram.picture import Box, Element, Leaf, Picture
from archdsl.ir import structure as st
from archdsl.syntax import tree

SMALL = 24  # nodes of a group in a block that makes no box


def picture(net: st.Net) -> Picture:
    made = _started(net)
    made.elements = _Walk(made).body(net.root.items)
    return made


def block_picture(net: st.Net, call: st.Call) -> Picture:
    """One use of a block by itself."""
    made = _started(net)
    made.elements = list(_Walk(made).call(call, always=True))
    return made


def _started(net: st.Net) -> Picture:
    made = Picture(net.graph)
    for node in net.graph:
        for source in node.inputs:
            made.uses.setdefault(source, []).append(node.id)
    return made


class _Walk:
    def __init__(self, picture: Picture) -> None:
        self.blocks = 0  # how many stand around
        self.picture = picture
        self.graph = picture.graph

    def body(self, items: Iterable[st.Item]) -> list[Element]:
        """Items of one body: chains made one box each, then equal neighbours folded."""
        return folded(self.chained(self.items(items)), self.picture)

    def items(self, items: Iterable[st.Item]) -> Iterator[Element]:
        for item in items:
            yield from self.item(item)

    def leaf(self, node: int) -> Leaf:
        return Leaf([node], node, self.graph.nodes[node].op.keyword in MINOR)

    def item(self, item: st.Item) -> Iterator[Element]:
        match item:
            case st.Layer():
                yield self.leaf(item.node)
            case st.Call():
                yield from self.call(item)
            case st.Group(key=None):
                yield from self.items(item.items)
            case st.Group():
                yield from self.group(item)
            case st.Loop():
                yield from self.loop(item)
            case st.Choice():
                yield from self.items(item.items)
            case st.Residual():
                yield from self.residual(item)
            case st.Gate():
                self.picture.skips[item.input, item.node] = ""
                yield self.form("gate", self.body(item.items), item.node)
            case st.Merge():
                yield self.merge(item)
            case st.Join():
                self.join(item)
                yield self.leaf(item.node)
            case st.Aux():
                children = self.body(item.items)
                only = children[0] if len(children) == 1 else None
                box = Box("aux", item.label, item.label, children)
                if isinstance(only, Box) and only.count == 1 and only.what == "block":
                    box.children, box.block, box.given = only.children, only.block, only.given
                yield box
            case st.Ref() | st.Skip() | st.Let():
                pass

    def call(self, item: st.Call, *, always: bool = False) -> Iterator[Element]:
        """A block in a box; one leaf alone needs none (`always`: has one too)."""
        inner = item.instance
        self.blocks += 1
        children = self.body(inner.items)
        self.blocks -= 1
        if len(children) == 1 and isinstance(children[0], Leaf) and not always:
            yield children[0]
        elif children:
            name, given = inner.block.name, arguments(inner, item.syntax)
            label = item.syntax.label.literal if item.syntax.label is not None else None
            yield Box("block", label or "", inner.path, children, name, given, inner)

    def group(self, item: st.Group) -> Iterator[Element]:
        """A stage; inside a block, where groups are there for the names of weights, no box."""
        key = item.key or ""
        raw = list(self.items(item.items))
        if self.blocks and sum(len(child.nodes) for child in raw) <= SMALL:
            yield from raw
            return
        children = folded(self.chained(raw), self.picture)
        if len(children) == 1 and isinstance(children[0], Leaf):
            yield children[0]
        elif children:
            yield Box("stage", key, self.path_of(children, key), children)

    def form(self, title: str, children: list[Element], node: int) -> Box:
        path = self.graph.nodes[node].path
        return Box("form", title, path, [*children, self.leaf(node)], title)

    def loop(self, item: st.Loop) -> Iterator[Element]:
        """Rounds of several elements that are equal make one; else all stand in the body."""
        rounds: list[Element] = []
        for turn in item.rounds:
            children = self.body(turn.items)
            if len(children) == 1:
                rounds.append(children[0])
            elif children:
                rounds.append(Box("repeat", "", self.path_of(children), children))
        for element in folded(rounds, self.picture):
            if isinstance(element, Box) and element.what == "repeat" and element.count == 1:
                yield from element.children
            else:
                yield element

    def residual(self, item: st.Residual) -> Iterator[Element]:
        if item.node is None:
            yield from self.items(item.items)
            return
        children = self.body(item.items)
        if item.drop_node is not None:
            children = self.chained([*children, self.leaf(item.drop_node)])
        if item.shortcut is None:
            self.picture.skips[item.input, item.node] = ""
        else:
            children += self.body(item.shortcut)
        yield self.form("residual", children, item.node)

    def merge(self, item: st.Merge) -> Box:
        children: list[Element] = []
        for branch in item.branches:
            children += self.body(branch.items)
            if branch.output == item.input:
                self.picture.skips[item.input, item.node] = ""
        kind = item.syntax.piece.kind if isinstance(item.syntax.piece, tree.Parallel) else "merge"
        return self.form(kind, children, item.node)

    def join(self, item: st.Join) -> None:
        labelled = dict(zip(item.values[-len(item.labels) :], item.labels, strict=False))
        main = self.graph.nodes[item.node].inputs[0]
        for value, label in labelled.items():
            if value != main:
                self.picture.skips[value, item.node] = label

    def path_of(self, children: list[Element], key: str = "") -> str:
        """What the paths of all nodes begin with, up to the key."""
        paths = [self.graph.nodes[n].path.split(".") for child in children for n in child.nodes]
        if not paths:
            return key
        low, high = min(paths), max(paths)
        same = [x == y for x, y in zip(low, high, strict=False)]
        shared = low[: same.index(False) if False in same else len(same)]
        if key in shared:
            del shared[shared.index(key) + 1 :]
        return ".".join(shared) or key

    def chained(self, elements: Iterable[Element]) -> list[Element]:
        """Small layers drawn in the box of the one before them, or of the one after."""
        out: list[Element] = []
        for element in elements:
            last = _tail(out[-1]) if out else None
            if isinstance(element, Leaf) and last is not None and self.linked(last, element):
                if element.minor and self.attaches(last, element):
                    last.nodes += element.nodes
                    continue
                if last.minor and not element.minor and self.leads(last, element):
                    last.nodes += element.nodes
                    last.head, last.minor = element.head, False
                    continue
            out.append(element)
        return out

    def linked(self, a: Leaf, b: Leaf) -> bool:
        """b's only input is a, and a's only reader is b."""
        first = self.graph.nodes[b.nodes[0]]
        return (
            a.count == b.count == 1
            and first.inputs == (a.nodes[-1],)
            and self.picture.uses.get(a.nodes[-1], []) == [first.id]
        )

    def attaches(self, last: Leaf, minor: Leaf) -> bool:
        word = self.graph.nodes[minor.head].op.keyword
        kind = kind_of(self.graph.nodes[last.head].op)
        if word == "zero_pad":
            return False
        if kind == "merge":
            return word in ACTIVATIONS
        if word in NORMS and word != "lrn":
            # bn, relu, conv, bn, relu, conv: where the norm comes first it does so each time.
            first = self.graph.nodes[last.nodes[0]].op.keyword
            return kind in ("conv", "linear") and first not in NORMS
        return True

    def leads(self, minors: Leaf, major: Leaf) -> bool:
        return kind_of(self.graph.nodes[major.head].op) in ("conv", "linear")


def _tail(element: Element) -> Leaf | None:
    """The leaf that a form ends in; what follows a block doesn't join its last box."""
    while isinstance(element, Box):
        if element.what != "form" or element.count != 1:
            return None
        element = element.children[-1]
    return element
