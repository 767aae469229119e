"""Where grammars/, specs/ and templates/ are: in an installed wheel, an editable one, a checkout.

A wheel carries the three folders under ``archdsl/_data``; in a checkout they lie beside
the package. Everything that reads them goes through `root`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["Shipped", "root"]


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


class Shipped:
    """The files of one kind that come with archdsl: specs/<folder>/<name><suffix>."""

    def __init__(self, folder: str, suffix: str) -> None:
        self.folder = folder
        self.suffix = suffix

    def names(self) -> tuple[str, ...]:
        """Without their suffix, in order."""
        found = [entry.name for entry in (root() / "specs" / self.folder).iterdir()]
        return tuple(sorted(n.removesuffix(self.suffix) for n in found if n.endswith(self.suffix)))

    def text(self, name: str) -> str:
        return (root() / "specs" / self.folder / f"{name}{self.suffix}").read_text("utf-8")

    def shown(self, name: str) -> str:
        """What messages call it: std/maps/timm.map."""
        return f"std/{self.folder}/{name}{self.suffix}"
