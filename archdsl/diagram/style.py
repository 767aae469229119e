"""Colours, fonts and measures of a diagram: everything that is a matter of taste.

The palette is Okabe and Ito's, told apart by colour-blind readers too: borders in the full
colour, fills in a tint of it, so that dark text stays readable and grey prints keep the order.
"""

from __future__ import annotations

from dataclasses import dataclass

TEXT = "#1f2328"
FAINT = "#4d5561"
LINE = "#3d444d"
SKIP = "#a3386c"
FONT = "Helvetica,Arial,sans-serif"


@dataclass(frozen=True, slots=True)
class Tint:
    name: str  # as in the legend
    fill: str
    line: str


TINTS: dict[str, Tint] = {
    "conv": Tint("convolution", "#d6e8f6", "#0072b2"),
    "pool": Tint("pooling", "#fbe0c8", "#d55e00"),
    "norm": Tint("normalization, activation", "#faf3c4", "#a08a00"),
    "linear": Tint("linear", "#cdebe1", "#009e73"),
    "merge": Tint("merge", "#f6dcea", "#b5588d"),
    "other": Tint("other", "#e9ebee", "#6e7781"),
    "block": Tint("block, folded", "#ffffff", "#3d444d"),
}

# How clusters look, by what they are.
FRAME = {"peripheries": "1", "margin": "13", "fontsize": "10"}
STAGE = {"style": "rounded,filled", "fillcolor": "#f6f7f9", "color": "#c4cad1"}
BLOCK = {"style": "rounded,filled", "fillcolor": "#ffffff", "color": "#8c959f"}
REPEAT = {"style": "rounded,dotted", "color": "#6e7781"}
AUX = {"style": "rounded,dashed", "color": "#6e7781"}
HIDDEN = {"label": "", "style": "invis", "peripheries": "0", "margin": "14"}
# The same sign at the foot of one column and the head of the next.
SIGN = {
    "shape": "circle",
    "style": "filled",
    "fillcolor": LINE,
    "color": LINE,
    "fontcolor": "#ffffff",
    "fixedsize": "true",
    "width": "0.24",
    "fontsize": "9",
}
LABEL_SIGN = {
    "style": "rounded,filled",
    "fillcolor": "#ffffff",
    "color": SKIP,
    "fontcolor": SKIP,
    "fontsize": "9",
    "height": "0.2",
    "margin": "0.06,0.02",
}

GRAPH = {
    "rankdir": "TB",
    "fontname": FONT,
    "fontcolor": TEXT,
    "fontsize": "11",
    "bgcolor": "white",
    "nodesep": "0.22",
    "ranksep": "0.26",
    "pad": "0.2",
    "labelloc": "t",
    "splines": "spline",
    "outputorder": "edgeslast",
}
NODE = {
    "shape": "box",
    "style": "rounded,filled",
    "fontname": FONT,
    "fontcolor": TEXT,
    "fontsize": "11",
    "height": "0.3",
    "margin": "0.1,0.045",
    "penwidth": "1.2",
}
EDGE = {
    "color": LINE,
    "fontname": FONT,
    "fontcolor": FAINT,
    "fontsize": "9",
    "arrowsize": "0.6",
    "penwidth": "1",
}
SKIP_EDGE = {
    "color": SKIP,
    "fontcolor": SKIP,
    "constraint": "false",
    "penwidth": "1.3",
}
# Across a U, from the way down to the way up, level.
LEVEL_EDGE = {
    "constraint": "true",
    "minlen": "0",
    "weight": "1",
    "tailport": "e",
    "headport": "w",
}
BENT = {"nodesep": "0.7"}
NO_HEAD = {"arrowhead": "none"}
AUX_EDGE = {"style": "dashed"}
AUX_BOX = {"style": "rounded,filled,dashed"}
CIRCLE = {"shape": "circle", "width": "0.3", "margin": "0", "fixedsize": "true"}
TERMINAL = {"style": "filled", "fillcolor": "#ffffff", "color": "#ffffff", "margin": "0.06,0.02"}
# Where a value that came into a frame forks.
ENTRY = {
    "shape": "point",
    "width": "0.05",
    "height": "0.05",
    "color": LINE,
    "fillcolor": LINE,
}
