"""Boxes shaded by what they cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Protocol

from archdsl.analysis.cost import cost
from archdsl.diagram import labels
from archdsl.diagram.style import Theme
from archdsl.ir import structure

COSTS = ("params", "macs", "memory")
NAMES = {"params": "parameters", "macs": "MACs", "memory": "memory at its peak"}


class Shading(Protocol):
    """What boxes are filled by, instead of their kinds; a box is given as its nodes' ids."""

    def scaled(self, boxes: Iterable[Iterable[int]]) -> Shading:
        """The same, for a picture of these boxes."""

    def shade(self, nodes: Iterable[int], theme: Theme) -> tuple[str, str]:
        """The fill and the colour of the text on it."""

    def share_text(self, nodes: Iterable[int]) -> str:
        """A line below the box's own."""

    def legend(self, theme: Theme) -> str:
        """Cells of an HTML-like table."""


@dataclass(frozen=True)
class Heat(Shading):
    """What each node costs, by its id.

    of:    one of COSTS; memory is the bytes of all values alive while a node runs, and a box's is
           the most in it
    total: what a share is of
    most:  the dearest box's cost, which has the last colour
    """

    of: str
    costs: Sequence[int]
    total: int
    most: int

    def cost(self, nodes: Iterable[int]) -> int:
        costs = [self.costs[n] for n in nodes]
        if self.of == "memory":
            return max(costs, default=0)
        return sum(costs)

    def scaled(self, boxes: Iterable[Iterable[int]]) -> Heat:
        """The same, with the last colour for the dearest of these boxes."""
        most = max((self.cost(nodes) for nodes in boxes), default=0)
        return Heat(self.of, self.costs, self.total, most)

    def shade(self, nodes: Iterable[int], theme: Theme) -> tuple[str, str]:
        """The fill and the colour of the text on it; the root, so that small ones differ too."""
        share = sqrt(self.cost(nodes) / self.most) if self.most else 0.0
        fill = _between(theme.heat, share)
        return fill, "#1f2328" if _light(fill) else "#ffffff"

    def share_text(self, nodes: Iterable[int]) -> str:
        cost = self.cost(nodes)
        if not cost or not self.total:
            return ""
        return _percent(cost / self.total)

    def title(self) -> str:
        return f"shaded by {NAMES[self.of]}"

    def legend(self, theme: Theme) -> str:
        """Five steps of the scale, with the share that each stands for."""
        cells = []
        for at in range(5):
            share = (at / 4) ** 2 * (self.most / self.total if self.total else 0)
            fill = _between(theme.heat, at / 4)
            cells.append(
                f'<td bgcolor="{fill}" color="{theme.line}" border="1" width="22" height="10" '
                'fixedsize="true"></td>'
                f'<td align="left"><font point-size="9">{_percent(share)}  </font></td>'
            )
        return f'<td><font point-size="9">{labels.markup(self.title())}  </font></td>' + "".join(
            cells
        )


def heat_of(net: structure.Net, of: str) -> Heat:
    """What the nodes of a net cost: parameters, multiply-accumulates or memory."""
    report = cost(net)
    costs = [getattr(row, of) for row in report.rows]
    total = report.totals.peak_memory if of == "memory" else sum(costs)
    return Heat(of, costs, total, max(costs, default=0))


def _percent(share: float) -> str:
    """12 %, 1.2 %, 0.1 %: no more digits than tell."""
    if 0 < share < 0.001:
        return "<0.1 %"
    return f"{100 * share:.0f} %" if share >= 0.1 or not share else f"{100 * share:.1f} %"


def _between(stops: Sequence[str], at: float) -> str:
    place = min(max(at, 0.0), 1.0) * (len(stops) - 1)
    low = min(int(place), len(stops) - 2)
    part = place - low
    pairs = zip(_rgb(stops[low]), _rgb(stops[low + 1]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in pairs)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _light(colour: str) -> bool:
    red, green, blue = _rgb(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue > 150
