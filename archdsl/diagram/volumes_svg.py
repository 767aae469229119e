"""The figure of volumes as SVG, by its template."""

from __future__ import annotations

from archdsl.diagram import labels, style
from archdsl.diagram.chain import line
from archdsl.diagram.elements import picture
from archdsl.diagram.sheets import comment, environment
from archdsl.diagram.volumes import Point, Volume, figure
from archdsl.ir import structure

MARGIN = 18.0
HEAD = 58.0  # above the figure, for the title and the legend


def volumes_svg(net: structure.Net, totals: str, theme: style.Theme) -> str:
    """The net as volumes; raises DiagramError where it is no line of layers."""
    made = line(picture(net), net.name)
    drawn = figure(made)
    kinds = [kind for kind in style.KINDS if any(s.kind == kind for s in made.steps)]
    aside = [label for label in made.aside if label]
    note = f" · side heads not drawn: {', '.join(aside)}" if aside else ""
    template = environment().get_template("volumes.svg.jinja")
    return template.render(
        comment=comment(net.file),
        theme=theme,
        font=style.FONT,
        name=labels.clean(net.name),
        facts=labels.clean(totals + note),
        legend=_legend(kinds, theme, drawn.width + 2 * MARGIN),
        figure=drawn,
        boxes=[_box(volume, theme) for volume in drawn.volumes],
        curves=[_curve(c.start, c.end, c.height) for c in drawn.curves],
        arcs=drawn.curves,
        margin=MARGIN,
        head=HEAD,
        width=round(max(drawn.width, 260.0) + 2 * MARGIN, 1),
        height=round(drawn.height + HEAD + 2 * MARGIN, 1),
        shift=round(MARGIN + max(0.0, 260.0 - drawn.width) / 2, 1),
        points=points,
        clean=labels.clean,
    )


def points(corners: list[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)


def _box(volume: Volume, theme: style.Theme) -> dict[str, object]:
    """The three faces that are seen, with their colours, and what the pointer tells."""
    kind = volume.step.kind
    tint = theme.kinds["other" if kind == "input" else kind]
    step = volume.step
    words = [step.text, *step.small, labels.shape_text(step.shape)]
    return {
        "front": points(volume.front),
        "roof": points(volume.roof),
        "side": points(volume.side),
        "fill": tint.fill,
        "line": tint.line,
        "title": labels.clean(" · ".join(words)),
    }


def _curve(start: Point, end: Point, top: float) -> str:
    """Up, across and down again."""
    (x1, y1), (x2, y2) = start, end
    bend = min(14.0, (x2 - x1) / 2)
    return (
        f"M{x1:.1f},{y1:.1f} C{x1:.1f},{top:.1f} {x1:.1f},{top:.1f} {x1 + bend:.1f},{top:.1f} "
        f"L{x2 - bend:.1f},{top:.1f} C{x2:.1f},{top:.1f} {x2:.1f},{top:.1f} {x2:.1f},{y2:.1f}"
    )


def _legend(kinds: list[str], theme: style.Theme, width: float) -> list[dict[str, object]]:
    """Each kind's square and name, in a row in the middle."""
    names = [style.KINDS[kind].partition(",")[0] for kind in kinds]
    widths = [22 + 4.7 * len(name) for name in names]
    x = (max(width, 296.0) - sum(widths)) / 2
    out: list[dict[str, object]] = []
    for kind, name, wide in zip(kinds, names, widths, strict=True):
        tint = theme.kinds[kind]
        out.append({"x": round(x, 1), "name": name, "fill": tint.fill, "line": tint.line})
        x += wide
    return out
