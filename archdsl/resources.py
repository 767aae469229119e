"""Where grammars/, specs/ and templates/ are: in an installed wheel, an editable one, a checkout.

A wheel carries the three folders under ``archdsl/_data``; in a checkout they lie beside
the package. Everything that reads them goes through `root`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["root"]


def root() -> Traversable:
    """The folder that holds grammars/, specs/ and templates/.

    A `Path`, unless the package is imported from an archive.
    """
    package = Path(__file__).parent
    for candidate in (package / "_data", package.parent):
        if (candidate / "grammars").is_dir():
            return candidate
    # Only needed here: importing importlib.resources costs more than the rest of this module.
    from importlib.resources import files

    data = files("archdsl") / "_data"
    if not data.is_dir():
        raise FileNotFoundError(f"archdsl's own grammars and specs are missing from {package}")
    return data
