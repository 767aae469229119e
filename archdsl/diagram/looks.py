"""How each thing looks: the attributes of nodes and clusters. What users wrote is escaped here."""

from __future__ import annotations

from collections.abc import Iterable

import graphviz

from archdsl.diagram import labels, style
from archdsl.diagram.parts import Frame, Shown
from archdsl.diagram.picture import Box, Leaf
from archdsl.diagram.plan import parameters
from archdsl.ir.graph import Graph

SIGNS = {"add": "⊕", "mul": "⊗"}
Attributes = dict[str, str]


def plain(text: str) -> str:
    """A plain attribute's value: no escapes of Graphviz, no HTML."""
    made: str = graphviz.escape(labels.clean(text))  # of a type of its own that is never HTML
    return made


def box(graph: Graph, shown: Shown) -> Attributes:
    element = shown.element
    if shown.role == "entry":
        return dict(style.ENTRY)
    if isinstance(element, Leaf):
        made = leaf(graph, element)
    elif shown.role == "input":
        return terminal(graph, element.title, shown.last)
    else:
        made = closed(graph, shown, element)
    return made | (style.AUX_BOX if shown.aux else {})


def leaf(graph: Graph, element: Leaf) -> Attributes:
    head = graph.nodes[element.head]
    at = element.nodes.index(element.head)
    before = " · ".join(_words(graph, n) for n in element.nodes[:at])
    after = " · ".join(_words(graph, n) for n in element.nodes[at + 1 :])
    kind = labels.kind_of(head.op)
    tint = style.TINTS[kind]
    made = {"fillcolor": tint.fill, "color": tint.line, "tooltip": plain(head.path)}
    if kind == "merge":
        sign = SIGNS.get(head.op.keyword, head.op.keyword)
        circle = style.CIRCLE if not after and head.op.keyword in SIGNS else {}
        return made | circle | {"label": labels.lines_html([("head", f"{sign} {after}".strip())])}
    text = _words(graph, element.head)
    if kind == "norm" and not before:
        text, after = " · ".join(part for part in (text, after) if part), ""
    lines = [("sub", before), ("head", text), ("sub", after)]
    label = labels.lines_html(line for line in lines if line[1])
    return made | {"label": _times(label, element.count)}


def _words(graph: Graph, node: int) -> str:
    made = graph.nodes[node]
    return labels.op_text(made.op, graph.nodes[made.inputs[0]].shape if made.inputs else made.shape)


def closed(graph: Graph, shown: Shown, element: Box) -> Attributes:
    tint = style.TINTS["block"]
    lines = [("name", _title(element))]
    inside = _summary(element)
    if inside:
        lines.append(("head", inside))
    facts = [labels.shape_text(shown.shape)]
    count = parameters(graph, shown.members)
    if count:
        facts.append(f"{labels.count_text(count)} params")
    lines.append(("sub", " · ".join(facts)))
    return {
        "label": _times(labels.lines_html(lines), element.count),
        "fillcolor": tint.fill,
        "color": tint.line,
        "tooltip": plain(element.path),
    }


def _title(element: Box) -> str:
    if element.what == "aux" and element.call:
        return f"{element.title}: {element.call.partition('(')[0]}"
    if element.what == "repeat":
        return "repeat"
    return element.title


def _summary(element: Box) -> str:
    """What a closed stage holds, where that is one kind of block: `3 × Bottleneck`."""
    names = {c.call.partition("(")[0] if isinstance(c, Box) else "" for c in element.children}
    if element.what != "stage" or len(names) != 1 or "" in names:
        return ""
    return f"{sum(child.count for child in element.children)} × {names.pop()}"


def terminal(graph: Graph, title: str, node: int) -> Attributes:
    """An input or an output: words without a box."""
    shape = labels.shape_text(graph.nodes[node].shape)
    return {"label": labels.lines_html([("name", title), ("sub", shape)]), **style.TERMINAL}


def frame(frame: Frame) -> Attributes:
    element = frame.box
    frames = {"stage": style.STAGE, "block": style.BLOCK, "aux": style.AUX}
    title = _title(element) if element.what in frames else ""
    text = labels.markup(title)
    text = f"<b>{text}</b>" if element.what == "stage" else text
    if element.count > 1:
        text += f"&#160; <b>×{element.count}</b>"
    # As wide again beside it: the flow comes in there, and not through the words.
    length = len(title) + (len(f" ×{element.count}") + 1 if element.count > 1 else 0)
    space = "&#160;" * int(1.7 * length + 5)
    at_left = element.what == "stage"
    label = f"{text}{space}" if at_left else f"{space}{text}"
    return {
        "label": f"<{label}>" if text else "",
        "labeljust": "l" if at_left else "r",
        "tooltip": plain(element.path),
        **style.FRAME,
        **frames.get(element.what, style.REPEAT),
    }


def headline(name: str, totals: tuple[int, int], kinds: Iterable[str]) -> str:
    """The title above the picture: name, totals, legend."""
    params, macs = (labels.count_text(total) for total in totals)
    table = '<table border="0" cellborder="0" cellspacing="{}" cellpadding="1">'
    rows = [
        f'<font point-size="15"><b>{labels.markup(name)}</b></font>',
        f"{params} parameters · {macs} MACs",
    ]
    cells = "".join(
        f'<td bgcolor="{tint.fill}" color="{tint.line}" border="1" width="14" height="10" '
        'fixedsize="true"></td>'
        f'<td align="left"><font point-size="9">{tint.name}  </font></td>'
        for tint in (style.TINTS[kind] for kind in style.TINTS if kind in kinds)
    )
    if cells:
        rows.append(f"{table.format(3)}<tr>{cells}</tr></table>")
    body = "".join(f"<tr><td>{row}</td></tr>" for row in rows)
    return f"<{table.format(2)}{body}</table>>"


def _times(label: str, count: int) -> str:
    """The label with `×N` at its right."""
    if count == 1:
        return label
    return (
        '<<table border="0" cellborder="0" cellspacing="0" cellpadding="2"><tr>'
        f"<td>{label[1:-1]}</td><td>  <b>×{count}</b></td></tr></table>>"
    )
