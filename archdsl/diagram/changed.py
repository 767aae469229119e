"""Two nets side by side, their boxes coloured by what changed between them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from archdsl.diagram import labels
from archdsl.diagram.dot import to_dot
from archdsl.diagram.draw import DiagramError, draw
from archdsl.diagram.heat import Shading
from archdsl.diagram.sheets import comment, environment
from archdsl.diagram.style import FONT, THEMES, Theme
from archdsl.ir import structure

# Each with its sign, fill and words: a picture is read without its colours too.
LOOKS = {
    "removed": ("−", "#f7bf97", "gone"),
    "added": ("+", "#a9d3f0", "new"),
    "changed": ("~", "#f6ec9a", "other attributes"),
    "reshaped": ("", "#e3e6ea", "another shape alone"),
}
_INK = "#1f2328"
_GAP, _HEAD = 24.0, 34.0
_SVG = re.compile(r'<svg\s+width="([0-9.]+)pt"\s+height="([0-9.]+)pt"', re.ASCII)


@dataclass(frozen=True)
class Changes(Shading):
    """What became of each node, by its id; a key of LOOKS. Nodes that are the same are absent."""

    marks: Mapping[int, str]

    def scaled(self, boxes: Iterable[Iterable[int]]) -> Changes:
        return self

    def shade(self, nodes: Iterable[int], theme: Theme) -> tuple[str, str]:
        known = {self.marks[node] for node in nodes if node in self.marks}
        first = next((kind for kind in LOOKS if kind in known), None)
        return (theme.back if first is None else LOOKS[first][1]), _INK

    def share_text(self, nodes: Iterable[int]) -> str:
        """`+`, or `+ 2 of 9` of a box of which a part is new."""
        nodes = list(nodes)
        parts = []
        for kind, (sign, _, _) in LOOKS.items():
            count = sum(self.marks.get(node) == kind for node in nodes)
            if count and sign:
                parts.append(sign if count == len(nodes) else f"{sign} {count} of {len(nodes)}")
        return ", ".join(parts)

    def legend(self, theme: Theme) -> str:
        cells = []
        for kind in (kind for kind in LOOKS if kind in self.marks.values()):
            sign, fill, words = LOOKS[kind]
            cells.append(
                f'<td bgcolor="{fill}" color="{theme.line}" border="1" width="22" height="10" '
                'fixedsize="true"></td><td align="left"><font point-size="9">'
                f"{labels.markup(f'{sign} {words}')}  </font></td>"
            )
        return "".join(cells)


def changed_svg(
    names: tuple[str, str],
    nets: tuple[structure.Net, structure.Net],
    marks: tuple[Mapping[int, str], Mapping[int, str]],
) -> bytes:
    """Both nets as SVG, the one before on the left; raises DiagramError."""
    drawn = []
    x = _GAP
    for at, (net, known) in enumerate(zip(nets, marks, strict=True)):
        svg = draw(to_dot(net, heat=Changes(known)), "svg")[0].decode()
        found = _SVG.search(svg)
        if found is None:
            raise DiagramError("Graphviz drew something other than an SVG")
        width, height = float(found[1]), float(found[2])
        # Without the unit: inside, a length is one of the outer picture, which is a point. And
        # ids are to be different in one document.
        head = f'<svg x="{x:g}" y="{_HEAD:g}" width="{width:g}" height="{height:g}"'
        body = head + svg[found.end() :].replace(' id="', f' id="{"ab"[at]}-')
        drawn.append({"svg": body, "x": x, "width": width, "height": height, "name": names[at]})
        x += width + _GAP
    template = environment().get_template("changed.svg.jinja")
    return template.render(
        comment=comment(", ".join(dict.fromkeys(net.file for net in nets))),
        theme=THEMES["light"],
        font=FONT,
        title=labels.clean(f"{names[0]} → {names[1]}"),
        drawn=drawn,
        clean=labels.clean,
        width=x,
        height=_HEAD + max(float(str(it["height"])) for it in drawn) + _GAP / 2,
    ).encode()
