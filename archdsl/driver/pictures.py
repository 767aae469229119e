"""A net's picture in a file's format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archdsl.diagnostics import Diagnostics
from archdsl.driver import codes
from archdsl.driver.writing import marked
from archdsl.ir import structure

if TYPE_CHECKING:
    from archdsl.diagram import DiagramError, Drawing


def picture(
    net: structure.Net, format: str, drawing: Drawing, diagnostics: Diagnostics
) -> tuple[bytes, str] | None:
    """The bytes of the file and what drew them, or None and a diagnostic."""
    from archdsl.diagram import DiagramError, render

    try:
        made, how = render(net, drawing, format)
    except DiagramError as error:
        _not_drawn(error, diagnostics)
        return None
    return marked(made), how


def change_picture(
    names: tuple[str, str], nets: tuple[structure.Net, structure.Net], diagnostics: Diagnostics
) -> bytes | None:
    """What changed between two nets as SVG, or None and a diagnostic."""
    from archdsl.analysis.difference import marks
    from archdsl.diagram import DiagramError
    from archdsl.diagram.changed import changed_svg

    try:
        return changed_svg(names, nets, marks(nets[0].graph, nets[1].graph))
    except DiagramError as error:
        _not_drawn(error, diagnostics)
        return None


def _not_drawn(error: DiagramError, diagnostics: Diagnostics) -> None:
    if error.code:
        diagnostics.error(error.code, str(error), None, help=error.help)
        return
    message, _, remedy = str(error).partition(": ")
    diagnostics.error(
        codes.NOT_DRAWN,
        message if remedy else "the diagram was not drawn",
        None,
        help=remedy or message,
    )
