"""Diagnostics as text, in the formats of `--output-format`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from archdsl.diagnostics.diagnostic import Diagnostic, Severity
from archdsl.diagnostics.full import concise, full

FORMATS = ("full", "concise", "json", "github", "sarif")
MACHINE = frozenset({"json", "github", "sarif"})  # for programs: they go to stdout


def render(
    diagnostics: Iterable[Diagnostic],
    format: str = "full",
    *,
    colour: bool = False,
    pages: Mapping[str, str] | None = None,
) -> str:
    """All of them as one text, ending in a newline unless there is nothing to say.

    pages: of the codes, in Markdown, for the formats that carry them; the first line is the title
    """
    if format == "full":
        return full(diagnostics, colour=colour)
    if format == "concise":
        return concise(diagnostics, colour=colour)
    # Imported where needed: most runs end with nothing to report.
    from archdsl.diagnostics import machine

    if format == "json":
        return machine.to_json(diagnostics)
    if format == "github":
        return machine.to_github(diagnostics)
    if format == "sarif":
        return machine.to_sarif(diagnostics, pages)
    raise ValueError(f"no such format: {format}")


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning`; notes don't count."""
    items = list(diagnostics)
    parts = []
    for severity in (Severity.ERROR, Severity.WARNING):
        n = sum(item.severity is severity for item in items)
        if n:
            parts.append(f"{n} {severity.value}{'s' if n > 1 else ''}")
    return ", ".join(parts)
