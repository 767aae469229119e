"""How each thing looks: the attributes of nodes and clusters. What users wrote is escaped here."""

from __future__ import annotations

from collections.abc import Iterable

import graphviz

from archdsl.diagram import labels, style
from archdsl.diagram.heat import Shading
from archdsl.diagram.parts import Frame, Plan, Shown
from archdsl.diagram.picture import Box, Leaf
from archdsl.diagram.style import Theme
from archdsl.diagram.words import Lines, box_lines, title_of
from archdsl.ir.graph import Graph

Attributes = dict[str, str]


def plain(text: str) -> str:
    """A plain attribute's value: no escapes of Graphviz, no HTML."""
    made: str = graphviz.escape(labels.clean(text))  # of a type of its own that is never HTML
    return made


class Looks:
    """The looks of one plan in a theme, its boxes shaded by cost where `heat` is given."""

    def __init__(self, plan: Plan, theme: Theme, heat: Shading | None) -> None:
        self.plan = plan
        self.graph: Graph = plan.graph
        self.theme = theme
        self.heat = heat

    def lines(self, lines: Lines, faint: str | None = None) -> str:
        return labels.lines_html(lines, faint or self.theme.faint)

    def box(self, shown: Shown) -> Attributes:
        theme = self.theme
        if shown.role == "entry":
            return {**style.POINT, "color": theme.line, "fillcolor": theme.line}
        if shown.role == "bar":
            return self.bar(shown)
        if shown.role == "input":
            title = shown.element.title if isinstance(shown.element, Box) else ""
            return self.terminal(title, shown.last)
        lines = box_lines(self.plan, shown)
        kind = kind_of(self.graph, shown)
        tint = theme.kinds[kind]
        made = {"fillcolor": tint.fill, "color": tint.line, "tooltip": self.tooltip(shown)}
        faint = theme.faint
        if self.heat is not None:
            fill, ink = self.heat.shade(shown.members, theme)
            made |= {"fillcolor": fill, "fontcolor": ink, "color": theme.line}
            faint = ink
            share = self.heat.share_text(shown.members)
            if share and lines:
                lines = [*lines, ("sub", share)]
        if kind == "merge" and len(lines) == 1 and lines[0][1] in ("⊕", "⊗"):
            made |= style.CIRCLE
        made["label"] = _times(self.lines(lines, faint), shown.element.count)
        return made | (style.AUX_BOX if shown.aux else {})

    def tooltip(self, shown: Shown) -> str:
        """The path, and where in the file it is written."""
        element = shown.element
        if isinstance(element, Leaf):
            node = self.graph.nodes[element.head]
            path = node.path
        else:
            node, path = self.graph.nodes[min(element.nodes)], element.path
        span = node.span
        return plain(f"{path} ({span.source.name}:{span.line})")

    def bar(self, shown: Shown) -> Attributes:
        """A frame's title, as wide again at each end where a skip leaves it."""
        assert isinstance(shown.element, Box)
        text = f"<b>{labels.markup(title_of(shown.element, self.plan.titles))}</b>"
        if shown.element.count > 1:
            text += f"&#160;&#160;<b>×{shown.element.count}</b>"
        cells = f"<td>{text}</td>"
        if shown.room:
            port = 24
            wide = f'<td width="{shown.room - port:.0f}"></td>'
            end = f'<td width="{port}"></td>'
            cells = f'{end}{wide}{cells}{wide}<td port="k" width="{port}"></td>'
        rows = f"<tr>{cells}</tr>"
        table = '<table border="0" cellborder="0" cellspacing="0" cellpadding="2" style="rounded" '
        table += f'bgcolor="{self.theme.bar}">{rows}</table>'
        back = self.theme.block.fill
        return {"label": f"<{table}>", "fillcolor": back, "color": back, **style.BAR}

    def note(self, text: str, back: str) -> Attributes:
        """A shape in the course of its line."""
        return {
            "label": self.lines([("sub", text)]),
            "fillcolor": back,
            "color": back,
            **style.NOTE,
        }

    def note_lines(self, lines: list[str]) -> Attributes:
        """What there is to say of a block, below it."""
        back = self.theme.back
        label = self.lines([("sub", line) for line in lines])
        return {"label": label, "fillcolor": back, "color": back, **style.TERMINAL}

    def terminal(self, title: str, node: int) -> Attributes:
        """An input or an output: words without a box."""
        shape = self.plan.shapes.get(node) or labels.shape_text(self.graph.nodes[node].shape)
        back = self.theme.back
        lines = [("name", title), ("sub", shape)]
        return {"label": self.lines(lines), "fillcolor": back, "color": back, **style.TERMINAL}

    def frame(self, frame: Frame) -> Attributes:
        element, theme = frame.box, self.theme
        text = "" if frame.barred else labels.markup(frame.title)
        tint = theme.stage if element.what == "stage" else theme.block
        made = {
            "label": f"<<b>{text}</b>>" if text else "",
            "labeljust": "l",
            "tooltip": plain(element.path),
            "style": style.FRAMES.get(element.what, style.OTHER_FRAME),
            "color": tint.line,
            **style.FRAME,
        }
        if "filled" in made["style"]:
            made["fillcolor"] = tint.fill
        return made

    def headline(self, lines: list[str], kinds: Iterable[str]) -> str:
        """The title above the picture: name, totals, legend."""
        name, *facts = (labels.markup(line) for line in lines)
        rows = [f'<font point-size="15"><b>{name}</b></font>', *facts]
        cells = self.heat.legend(self.theme) if self.heat is not None else self.legend(kinds)
        if cells:
            rows.append(f"{_table(3)}<tr>{cells}</tr></table>")
        body = "".join(f"<tr><td>{row}</td></tr>" for row in rows)
        return f"<{_table(2)}{body}</table>>"

    def legend(self, kinds: Iterable[str]) -> str:
        return "".join(
            f'<td bgcolor="{tint.fill}" color="{tint.line}" border="1" width="14" height="10" '
            'fixedsize="true"></td>'
            f'<td align="left"><font point-size="9">{name}  </font></td>'
            for kind, name in style.KINDS.items()
            if kind in kinds
            for tint in [self.theme.kinds[kind]]
        )


def kind_of(graph: Graph, shown: Shown) -> str:
    """The kind of a box, for its colour and the legend."""
    if isinstance(shown.element, Leaf):
        return labels.kind_of(graph.nodes[shown.element.head].op)
    return "block"


def _table(spacing: int) -> str:
    return f'<table border="0" cellborder="0" cellspacing="{spacing}" cellpadding="1">'


def _times(label: str, count: int) -> str:
    """The label with `×N` at its right."""
    if count == 1:
        return label
    return (
        '<<table border="0" cellborder="0" cellspacing="0" cellpadding="2"><tr>'
        f"<td>{label[1:-1]}</td><td>  <b>×{count}</b></td></tr></table>>"
    )
