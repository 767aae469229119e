"""Colours, fonts and measures of a diagram: everything that is a matter of taste.

The palette is Okabe and Ito's, told apart by colour-blind readers too: borders in the full
colour, fills in a tint of it, so that text stays readable and grey prints keep the order.
"""

from __future__ import annotations

from dataclasses import dataclass

FONT = "Helvetica,Arial,sans-serif"


@dataclass(frozen=True, slots=True)
class Tint:
    fill: str
    line: str


# Kinds of boxes, as the legend names them.
KINDS = {
    "conv": "convolution",
    "pool": "pooling",
    "norm": "normalization, activation",
    "linear": "linear",
    "merge": "merge",
    "other": "other",
    "block": "block, folded",
}


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours for one background; `heat` goes from cheap to dear."""

    back: str
    text: str
    faint: str
    line: str
    skip: str
    bar: str
    stage: Tint
    block: Tint
    kinds: dict[str, Tint]
    heat: tuple[str, ...]


THEMES = {
    "light": Theme(
        back="#ffffff",
        text="#1f2328",
        faint="#4d5561",
        line="#3d444d",
        skip="#a3386c",
        bar="#e6e9ed",
        stage=Tint("#f4f5f7", "#c4cad1"),
        block=Tint("#fdfdfe", "#8c959f"),
        kinds={
            "conv": Tint("#d6e8f6", "#0072b2"),
            "pool": Tint("#fbe0c8", "#d55e00"),
            "norm": Tint("#faf3c4", "#a08a00"),
            "linear": Tint("#cdebe1", "#009e73"),
            "merge": Tint("#f6dcea", "#b5588d"),
            "other": Tint("#e9ebee", "#6e7781"),
            "block": Tint("#fcfcfd", "#3d444e"),
        },
        heat=("#fff7ec", "#fdd49e", "#fc8d59", "#d7301f", "#7f0000"),
    ),
    "dark": Theme(
        back="#0d1117",
        text="#e6edf3",
        faint="#a8b3c0",
        line="#9aa5b1",
        skip="#e07fb0",
        bar="#2b323b",
        stage=Tint("#161b22", "#3d4754"),
        block=Tint("#0f141b", "#6b7684"),
        kinds={
            "conv": Tint("#123049", "#56b4e9"),
            "pool": Tint("#47260f", "#f08a3c"),
            "norm": Tint("#39340f", "#d8c53b"),
            "linear": Tint("#0e3a2e", "#2fc39a"),
            "merge": Tint("#43203a", "#e08fbf"),
            "other": Tint("#262c35", "#8f9aa7"),
            "block": Tint("#10161e", "#9aa5b2"),
        },
        heat=("#1c1a19", "#4a2617", "#8f3d12", "#d9742b", "#ffc27a"),
    ),
}

SMALL = "9"  # points, of what stands below and beside

GRAPH = {
    "rankdir": "TB",
    "fontname": FONT,
    "fontsize": "11",
    "nodesep": "0.22",
    "ranksep": "0.17",
    "pad": "0.15",
    "labelloc": "t",
    "splines": "spline",
    "outputorder": "edgesfirst",
}
NODE = {
    "shape": "box",
    "style": "rounded,filled",
    "fontname": FONT,
    "fontsize": "11",
    "height": "0.3",
    "margin": "0.1,0.045",
    "penwidth": "1.2",
}
EDGE = {"fontname": FONT, "fontsize": SMALL, "arrowsize": "0.6", "penwidth": "1"}
FRAME = {"peripheries": "1", "margin": "8", "fontsize": "10"}
HIDDEN = {"label": "", "peripheries": "0", "margin": "12", "fontsize": SMALL}
BENT = {"nodesep": "0.7"}
# Where the flow breaks off: the same sign at the foot of one column and the head of the next.
SIGN = {
    "shape": "circle",
    "style": "filled",
    "fixedsize": "true",
    "width": "0.24",
    "fontsize": SMALL,
}
LABEL_SIGN = {"style": "rounded,filled", "fontsize": SMALL, "height": "0.2", "margin": "0.06,0.02"}
# Words without a box: inputs, outputs; shapes, which break their line; the bar of a frame.
TERMINAL = {"style": "filled", "margin": "0.06,0.03", "penwidth": "0"}
NOTE = {"shape": "plain", "style": "filled", "margin": "0.02,0.01", "height": "0.12"}
BAR = {"shape": "plain", "style": "filled", "fontsize": "10"}
POINT = {"shape": "point", "width": "0.05", "height": "0.05"}  # where a value forks
CIRCLE = {"shape": "circle", "width": "0.3", "margin": "0", "fixedsize": "true"}
NO_HEAD = {"arrowhead": "none"}
SKIP_EDGE = {"constraint": "false", "penwidth": "1.3", "weight": "0"}
# Across a U, from the way down to the way up, level.
LEVEL_EDGE = {
    "constraint": "true",
    "minlen": "0",
    "weight": "1",
    "tailport": "e",
    "headport": "w",
}
AUX_EDGE = {"style": "dashed"}
AUX_BOX = {"style": "rounded,filled,dashed"}
FRAMES = {"stage": "rounded,filled", "block": "rounded,filled", "aux": "rounded,dashed"}
OTHER_FRAME = "rounded,dotted"
