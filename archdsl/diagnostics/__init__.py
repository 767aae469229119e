"""What archdsl says about a source: spans, diagnostics as values, and their rendering."""

from archdsl.diagnostics.diagnostic import (
    Diagnostic,
    Diagnostics,
    Failure,
    Frame,
    Label,
    Severity,
    TooMany,
    nearest,
)
from archdsl.diagnostics.source import Source, Span

__all__ = [
    "Diagnostic",
    "Diagnostics",
    "Failure",
    "Frame",
    "Label",
    "Severity",
    "Source",
    "Span",
    "TooMany",
    "nearest",
]
