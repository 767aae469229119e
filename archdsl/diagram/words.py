"""The lines of text in each box, without any markup: a style and a text each.

Styles: "head" for what it is, "name" for a name in bold, "sub" for small print.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from archdsl.diagram import labels
from archdsl.diagram.parts import Plan, Shown
from archdsl.diagram.picture import Box, Leaf
from archdsl.ir.graph import Graph
from archdsl.ir.op import parameter_count

SIGNS = {"add": "⊕", "mul": "⊗"}
Lines = list[tuple[str, str]]


def box_lines(plan: Plan, shown: Shown) -> Lines:
    """What stands in a box."""
    if isinstance(shown.element, Leaf):
        return _leaf(plan, shown.element)
    return _closed(plan, shown, shown.element)


def _leaf(plan: Plan, element: Leaf) -> Lines:
    graph = plan.graph
    head = graph.nodes[element.head]
    at = element.nodes.index(element.head)
    before = " · ".join(_words(plan, n) for n in element.nodes[:at])
    after = " · ".join(_words(plan, n) for n in element.nodes[at + 1 :])
    kind = labels.kind_of(head.op)
    if kind == "merge":
        sign = SIGNS.get(head.op.keyword, head.op.keyword)
        return [("head", f"{sign} {after}".strip())]
    text = _words(plan, element.head)
    if kind == "norm" and not before:
        text, after = " · ".join(part for part in (text, after) if part), ""
    lines = [("sub", before), ("head", text), ("sub", after)]
    return [line for line in lines if line[1]]


def _words(plan: Plan, node: int) -> str:
    made = plan.graph.nodes[node]
    if node in plan.vague:
        return labels.clean(made.op.keyword.replace("_", " "))
    before = plan.graph.nodes[made.inputs[0]] if made.inputs else made
    return labels.op_text(made.op, before.shape, plan.names.get(node))


def _closed(plan: Plan, shown: Shown, element: Box) -> Lines:
    titled = bool(element.title) and element.what == "block" and element.path not in plan.titles
    lines = [("name", element.title if titled else title_of(element, plan.titles))]
    if titled:
        lines.append(("sub", element.call))
    inside = _summary(element)
    if inside:
        lines.append(("head", inside))
    count = parameters(plan.graph, shown.members)
    if count and not plan.names:
        lines.append(("sub", f"{labels.count_text(count)} params"))
    return lines


def title_of(element: Box, titles: Mapping[str, str] | None = None) -> str:
    """What a box is called; `titles` has names for some, by their path."""
    if titles and element.path in titles:
        return titles[element.path]
    if element.what == "aux" and element.block:
        return f"{element.title}: {element.block}"
    if element.what == "block":
        return f"{element.title}: {element.call}" if element.title else element.call
    return element.title


def _summary(element: Box) -> str:
    """What a closed stage holds: `3 × Bottleneck`, or how many layers where that is long."""
    if element.what == "run":
        return f"{len(element.nodes)} layers"
    if element.what not in ("stage", "repeat", "form"):
        return ""
    counts: dict[str, int] = {}
    for child in _plainly(element.children):
        name = child.block or child.title if isinstance(child, Box) else ""
        if isinstance(child, Box) and name:
            counts[name] = counts.get(name, 0) + child.count
    parts = [f"{count} × {name}" if count > 1 else name for name, count in counts.items()]
    text = " · ".join(parts)
    return text if len(text) <= 40 else ""


def _plainly(children: Iterable[Box | Leaf]) -> Iterable[Box | Leaf]:
    """The children, with those of forms and loops in their place."""
    for child in children:
        if isinstance(child, Box) and child.what == "repeat" and child.count == 1:
            yield from _plainly(child.children)
        else:
            yield child


def parameters(graph: Graph, nodes: Iterable[int]) -> int:
    total = 0
    for n in nodes:
        node = graph.nodes[n]
        total += parameter_count(node.op.weights(graph.input_shapes(node)))
    return total
