"""A picture of a net in one of the styles, as the bytes of a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from archdsl.diagnostics import nearest
from archdsl.diagram import codes
from archdsl.diagram.details import block_names, forms
from archdsl.diagram.dot import to_dot, totals_text
from archdsl.diagram.draw import FORMATS, DiagramError, draw
from archdsl.diagram.heat import heat_of
from archdsl.diagram.style import THEMES
from archdsl.ir import structure

# What each style can be written as; the first is what is meant where nothing is said.
STYLES: dict[str, tuple[str, ...]] = {
    "graph": (*FORMATS, "html"),
    "volumes": ("svg",),
    "table": ("svg", "md", "tex"),
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is asked for. See `to_dot` for depth, opened and block; cost is one of heat.COSTS."""

    style: str = "graph"
    depth: int | None = None
    opened: tuple[str, ...] = ()
    block: str | None = None
    cost: str | None = None
    theme: str = "light"


def render(net: structure.Net, drawing: Drawing, format: str) -> tuple[bytes, str]:
    """The picture, and what drew it; raises DiagramError."""
    known = STYLES[drawing.style]
    if format not in known:
        raise DiagramError(
            f"the style {drawing.style} can't be written as {format}: {', '.join(known)}",
            codes.NO_FORMAT,
        )
    return _RENDERERS[drawing.style](net, drawing, format)


def _graph(net: structure.Net, drawing: Drawing, format: str) -> tuple[bytes, str]:
    _check(net, drawing)
    if format == "html":
        from archdsl.diagram.page import page

        text = page(
            net,
            totals_text(net),
            depth=drawing.depth,
            opened=drawing.opened,
            block=drawing.block,
            colour=drawing.cost,
            theme=drawing.theme,
        )
        return text.encode(), "archdsl"
    heat = heat_of(net, drawing.cost) if drawing.cost is not None else None
    text = to_dot(
        net,
        depth=drawing.depth,
        opened=drawing.opened,
        block=drawing.block,
        heat=heat,
        theme=drawing.theme,
    )
    return draw(text, format)


def _volumes(net: structure.Net, drawing: Drawing, format: str) -> tuple[bytes, str]:
    from archdsl.diagram.volumes_svg import volumes_svg

    return volumes_svg(net, totals_text(net), THEMES[drawing.theme]).encode(), "archdsl"


def _table(net: structure.Net, drawing: Drawing, format: str) -> tuple[bytes, str]:
    from archdsl.diagram.table import table

    return table(net, format, totals_text(net), THEMES[drawing.theme]).encode(), "archdsl"


_RENDERERS: dict[str, Callable[[structure.Net, Drawing, str], tuple[bytes, str]]] = {
    "graph": _graph,
    "volumes": _volumes,
    "table": _table,
}


def _check(net: structure.Net, drawing: Drawing) -> None:
    """That the block and the paths asked for are there."""
    if drawing.block is not None and not forms(net, drawing.block):
        names = block_names(net)
        if not names:
            help = f"{net.name} is written without blocks"
        else:
            close = nearest(drawing.block, names)
            help = f"did you mean {close}?" if close else f"it uses {', '.join(names[:12])}"
        raise DiagramError(f"{net.name} uses no block {drawing.block}", codes.NO_BLOCK, help)
    for path in drawing.opened:
        paths = {node.path for node in net.graph}
        if not any(p == path or p.startswith(f"{path}.") for p in paths):
            heads = {".".join(p.split(".")[:n]) for p in paths for n in range(1, p.count(".") + 1)}
            close = nearest(path, sorted(heads))
            help = f"did you mean {close}?" if close else ""
            raise DiagramError(f"{net.name} has nothing at {path}", codes.NO_PATH, help)
