"""Diagnostics are values: made by every stage, collected, rendered apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum

from archdsl.diagnostics.source import Span
from archdsl.records import record

MANY = "F509"  # findings: after so many a run ends
RAISE = "`--limit errors=NUMBER` shows more"


class TooMany(Exception):
    """There are as many findings as are worth reading: the stage that is under way ends."""


class Severity(Enum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@record
class Label:
    """A second place that matters, with what it says there."""

    span: Span
    text: str


@record
class Frame:
    """One step of the chain of block instances that led to a place: `layer3[0] -> Bottleneck`."""

    path: str
    block: str
    span: Span


@record
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
    most: int | None = None  # errors after which TooMany is raised, and warnings kept
    _counts: dict[Severity, int] = field(default_factory=dict)
    _seen: set[tuple[str, int, int, str]] = field(default_factory=set)

    def add(self, diagnostic: Diagnostic) -> None:
        span = diagnostic.span
        place = (span.source.name, span.start, span.end) if span else ("", 0, 0)
        key = (*place, diagnostic.code)
        if key in self._seen:
            return
        self._seen.add(key)
        if self.most is not None:
            self._counts[diagnostic.severity] = self._counts.get(diagnostic.severity, 0) + 1
            if self._counts[diagnostic.severity] > self.most:
                self._many(diagnostic.severity)
                return
        self.items.append(diagnostic)

    def _many(self, severity: Severity) -> None:
        """Of warnings the rest is left out; after errors nothing else is worth looking for."""
        key = ("", 0, 0, MANY)
        if key not in self._seen:
            self._seen.add(key)
            said = f"stopped after {self.most:,} {severity.value}s"
            self.items.append(Diagnostic(MANY, Severity.NOTE, said, None, help=RAISE))
        if severity is Severity.ERROR:
            raise TooMany

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

    def sort(self) -> None:
        """Puts them in the order of the text, file by file; what has no place comes first."""
        files: dict[str, int] = {}
        for item in self.items:
            if item.span is not None:
                files.setdefault(item.span.source.name, len(files))

        def place(item: Diagnostic) -> tuple[int, int]:
            span = item.span
            if item.code == MANY:
                return (len(files), 0)
            return (-1, 0) if span is None else (files[span.source.name], span.start)

        self.items.sort(key=place)

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


_LONGEST = 64  # characters of a name for which another is looked for
_KNOWN = 2_000  # names among which it is
_COMPARED = 40  # and those compared in full


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like `word`, for "did you mean", or None."""
    if len(word) > _LONGEST:
        return None
    distinct: set[str] = set()
    for name in known:
        if len(name) <= 2 * _LONGEST:
            distinct.add(name)
            if len(distinct) > _KNOWN:
                return None
    names = sorted(distinct)
    if len(names) > _COMPARED:
        letters = set(word.lower())
        names.sort(key=lambda k: (len(letters ^ set(k.lower())), abs(len(word) - len(k)), k))
        names = sorted(names[:_COMPARED])
    import difflib  # only once something is wrong

    found = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if not found and not (word.islower() and all(map(str.islower, names))):
        folded = {k.lower(): k for k in reversed(names)}
        found = [folded[w] for w in difflib.get_close_matches(word.lower(), folded, 1, 0.75)]
    return found[0] if found else None
