"""What a command is given by name, for what comes with archdsl, or by file."""

from __future__ import annotations

from pathlib import Path

from archdsl.diagnostics import Diagnostics, Source, nearest
from archdsl.driver.reading import Unreadable, read, shown
from archdsl.resources import Shipped


def source_named(
    text: str, kind: str, shipped: Shipped, code: str, diagnostics: Diagnostics
) -> Source | None:
    """The shipped text of that name, or that in a file; None, and errors, where there is none.

    kind: what it is, in errors; code: that of the error where nothing has the name
    """
    names = shipped.names()
    if text in names:
        return Source(shipped.shown(text), shipped.text(text))
    path = Path(text)
    if not path.suffix and not path.exists():
        near = nearest(text, names)
        ending = f"a file is named with its ending, mine{shipped.suffix}"
        diagnostics.error(
            code,
            f"there is no {kind} {text}",
            None,
            notes=[f"those that come with archdsl are {', '.join(names)}"],
            help=f"did you mean {near}?" if near else ending,
        )
        return None
    try:
        return Source(shown(path), read(path, shown(path)))
    except Unreadable as error:
        diagnostics.error(error.code, error.message, error.span, help=error.help)
        return None
