"""What can be said in Keras, but not by this target yet: an error, never something else."""

from __future__ import annotations

from archdsl.diagnostics import Span


class Unsupported(Exception):
    """`what` in the place `span` can't be written; `note` says why."""

    def __init__(self, what: str, span: Span, note: str = "", help: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.span = span
        self.note = note
        self.help = help
