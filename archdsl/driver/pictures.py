"""A net's picture in a file's format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archdsl.diagnostics import Diagnostics
from archdsl.driver import codes
from archdsl.driver.writing import marked
from archdsl.ir import structure

if TYPE_CHECKING:
    from archdsl.diagram import Drawing


def picture(
    net: structure.Net, format: str, drawing: Drawing, diagnostics: Diagnostics
) -> tuple[bytes, str] | None:
    """The bytes of the file and what drew them, or None and a diagnostic."""
    from archdsl.diagram import DiagramError, render

    try:
        made, how = render(net, drawing, format)
    except DiagramError as error:
        if error.code:
            diagnostics.error(error.code, str(error), None, help=error.help)
            return None
        message, _, remedy = str(error).partition(": ")
        diagnostics.error(
            codes.NOT_DRAWN,
            message if remedy else "the diagram was not drawn",
            None,
            help=remedy or message,
        )
        return None
    return marked(made), how
