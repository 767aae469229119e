"""What the Python API raises."""

from __future__ import annotations

from archdsl.diagnostics import Diagnostics, Failure
from archdsl.diagnostics.render import render


class CompileError(Failure):
    """A file, or what was asked of it, has errors: `diagnostics` holds them, `str` shows them."""

    def __str__(self) -> str:
        return "\n" + render(self.diagnostics).rstrip("\n")

    def __reduce__(self) -> tuple[type[CompileError], tuple[Diagnostics]]:
        return type(self), (self.diagnostics,)


class MissingFramework(ImportError):
    """A framework that a model is to be made in isn't installed: the text says what to do."""
