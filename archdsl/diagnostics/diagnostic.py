"""Diagnostics are values: made by every stage, collected, rendered apart."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum

from archdsl.diagnostics.source import Span


class Severity(Enum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Label:
    """A second place that matters, with what it says there."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Frame:
    """One step of the chain of block instances that led to a place: `layer3[0] -> Bottleneck`."""

    path: str
    block: str
    span: Span


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding.

    `code` is stable (`A203`); `message` is one lowercase line in the user's terms; `label` stands
    at the caret; `notes` say why, `help` says what to do.
    """

    code: str
    severity: Severity
    message: str
    span: Span | None
    label: str = ""
    secondary: tuple[Label, ...] = ()
    frames: tuple[Frame, ...] = ()
    notes: tuple[str, ...] = ()
    help: str = ""


@dataclass
class Diagnostics:
    """The findings of a run, in the order found; the same finding at the same place is kept once.

    Blocks are elaborated once for each instance; an error in a block's body would come again with
    each. The first is kept.
    """

    items: list[Diagnostic] = field(default_factory=list)
    _seen: set[tuple[str, int, int, str]] = field(default_factory=set)

    def add(self, diagnostic: Diagnostic) -> None:
        span = diagnostic.span
        place = (span.source.name, span.start, span.end) if span else ("", 0, 0)
        key = (*place, diagnostic.code)
        if key not in self._seen:
            self._seen.add(key)
            self.items.append(diagnostic)

    def error(
        self,
        code: str,
        message: str,
        span: Span | None,
        *,
        label: str = "",
        secondary: Iterable[Label] = (),
        frames: Iterable[Frame] = (),
        notes: Iterable[str] = (),
        help: str = "",
        severity: Severity = Severity.ERROR,
    ) -> None:
        self.add(
            Diagnostic(
                code,
                severity,
                message,
                span,
                label,
                tuple(secondary),
                tuple(frames),
                tuple(notes),
                help,
            )
        )

    @property
    def failed(self) -> bool:
        return any(item.severity is Severity.ERROR for item in self.items)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


class Failure(Exception):
    """Raised at the edge (API, CLI) when a source has errors: carries all of them."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        super().__init__()
        self.diagnostics = diagnostics

    def __str__(self) -> str:
        errors = [d for d in self.diagnostics if d.severity is Severity.ERROR]
        return "\n".join(f"{d.span}: {d.message}" if d.span else d.message for d in errors)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like `word`, for "did you mean", or None."""
    found = difflib.get_close_matches(word, sorted(set(known)), n=1, cutoff=0.6)
    if not found:
        folded = {k.lower(): k for k in sorted(set(known), reverse=True)}
        found = [folded[w] for w in difflib.get_close_matches(word.lower(), folded, 1, 0.75)]
    return found[0] if found else None
