"""The scatter plot of nets as SVG, by its template."""

from __future__ import annotations

from collections.abc import Sequence

from archdsl.diagram import labels, style
from archdsl.diagram.beside import Place, leader, text_width
from archdsl.diagram.scatter import (
    AXIS,
    LEFT,
    RIGHT,
    ROW,
    TOP,
    WIDE,
    Dot,
    Mark,
    Scatter,
    rounded,
    scatter,
)
from archdsl.diagram.sheets import comment, environment

# Okabe and Ito's without the yellow, which a white page swallows; a mark's form tells apart
# families that share a colour.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#c05a94", "#d08f00", "#3d9fdb", "#5f6872")
FORMS = ("circle", "square", "triangle")
_KEY = 9.0  # print of the legend


def scatter_svg(dots: Sequence[Dot], title: str, note: str, source: str) -> str:
    """The plot of at least one net; source: what it was made from, for the comment."""
    keys, rows = _legend(tuple(dict.fromkeys(dot.family for dot in dots)))
    made = scatter(dots, rows)
    looks = {key["family"]: key for key in keys}
    # The largest first, so that none is hidden.
    order = sorted(made.marks, key=lambda mark: (-mark.radius, mark.dot.label))
    places = [mark.place for mark in made.marks]
    template = environment().get_template("scatter.svg.jinja")
    return template.render(
        comment=comment(source),
        theme=style.THEMES["light"],
        font=style.FONT,
        title=labels.clean(title),
        note=labels.clean(note),
        plot=made,
        marks=[_mark(mark, looks[mark.dot.family], places) for mark in order],
        keys=keys if len(keys) > 1 else [],
        sizes=_sizes(made),
        across=[(made.x.at(tick), rounded(tick)) for tick in made.x.ticks()],
        up=[(made.y.at(tick), rounded(tick)) for tick in made.y.ticks()],
        left=LEFT,
        right=WIDE - RIGHT,
        top=TOP,
        foot=made.y.start,
        below=made.y.start + AXIS + 2,
        width=WIDE,
        key=_KEY,
    )


def _mark(mark: Mark, look: dict[str, object], places: Sequence[Place]) -> dict[str, object]:
    dot, box = mark.dot, mark.label
    figures = f"{dot.params:,} parameters, {dot.macs:,} MACs, {dot.memory:,} bytes"
    return {
        "x": mark.x,
        "y": mark.y,
        "radius": mark.radius,
        "colour": look["colour"],
        "form": look["form"],
        "title": labels.clean(f"{dot.label}: {figures}"),
        "label": labels.clean(dot.label),
        "box": box,
        "leader": leader(box, mark.place, places) if box else None,
    }


def _legend(families: Sequence[str]) -> tuple[list[dict[str, object]], int]:
    """Each family's mark and name in rows below the plot, and how many rows."""
    keys: list[dict[str, object]] = []
    x, row = LEFT, 0
    for at, family in enumerate(families):
        wide = text_width(family, _KEY) + 22
        if x + wide > WIDE - RIGHT:
            x, row = LEFT, row + 1
        keys.append(
            {
                "family": family,
                "name": labels.clean(family),
                "colour": COLOURS[at % len(COLOURS)],
                "form": FORMS[at // len(COLOURS) % len(FORMS)],
                "x": x + 5,
                "y": ROW * row,
            }
        )
        x += wide
    return keys, row + 1 if len(families) > 1 else 0


def _sizes(made: Scatter) -> list[dict[str, object]]:
    """Circles of round sizes in the upper right corner, ranged to the right."""
    out: list[dict[str, object]] = []
    x = WIDE - RIGHT
    for memory, radius in reversed(made.sizes):
        name = rounded(memory, "B")
        x -= text_width(name, _KEY)
        text = x
        x -= radius + 4
        out.append({"x": x, "radius": radius, "text": text, "name": name})
        x -= radius + 12
    return [*reversed(out)]
