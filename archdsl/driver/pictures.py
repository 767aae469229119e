"""A net's picture in a file's format."""

from __future__ import annotations

from archdsl.diagnostics import Diagnostics
from archdsl.driver import codes
from archdsl.driver.writing import marked
from archdsl.ir import structure


def picture(
    net: structure.Net, format: str, depth: int | None, diagnostics: Diagnostics
) -> bytes | None:
    """The bytes of the file, or None and a diagnostic."""
    from archdsl.diagram import DiagramError, draw, to_dot

    try:
        made, _ = draw(to_dot(net, depth=depth), format)
    except DiagramError as error:
        message, _, remedy = str(error).partition(": ")
        diagnostics.error(
            codes.NOT_DRAWN,
            message if remedy else "the diagram was not drawn",
            None,
            help=remedy or message,
        )
        return None
    return marked(made)
