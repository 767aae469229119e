"""Errors on their way from where they are found to where the flow can go on without them."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from archdsl import limits
from archdsl.diagnostics import Diagnostics, Frame, Label, Span


class Poisoned(Exception):
    """Something depends on what is already reported: say nothing."""


class TooMuch(Exception):
    """A limit was met and reported: the whole elaboration ends."""


class Problem(Exception):
    """An error of the file, to be reported at `span`."""

    def __init__(
        self,
        code: str,
        message: str,
        span: Span,
        *,
        label: str = "",
        secondary: Iterable[Label] = (),
        notes: Iterable[str] = (),
        help: str = "",
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.span = span
        self.label = label
        self.secondary = tuple(secondary)
        self.notes = tuple(notes)
        self.help = help

    def report(self, diagnostics: Diagnostics, frames: Iterable[Frame] = ()) -> None:
        diagnostics.error(
            self.code,
            self.message,
            self.span,
            label=self.label,
            secondary=self.secondary,
            frames=frames,
            notes=self.notes,
            help=self.help,
        )


@contextmanager
def deep_stack() -> Iterator[None]:
    """Room for bodies within bodies, as far as the limits allow them.

    The collector of garbage pauses: much is made here, nearly all of it kept.
    """
    before, collecting = sys.getrecursionlimit(), gc.isenabled()
    sys.setrecursionlimit(max(before, limits.STACK))
    gc.disable()
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
        if collecting:
            gc.enable()


def quoted_list(words: Iterable[str]) -> str:
    """`a`, `b` and `c`."""
    marked = [f"`{word}`" for word in words]
    if len(marked) < 2:
        return "".join(marked)
    return f"{', '.join(marked[:-1])} and {marked[-1]}"
