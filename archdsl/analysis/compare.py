"""Two cost reports side by side, with the ratios of their figures, as text."""

from __future__ import annotations

from archdsl.analysis.cost import CostReport
from archdsl.analysis.report import number
from archdsl.diagnostics.text import width

_FIGURES = (
    ("parameters", "params"),
    ("MACs", "macs"),
    ("FLOPs", "flops"),
    ("activations", "activations"),
    ("depth", "depth"),
    ("peak memory", "peak_memory"),
)


def side_by_side(names: tuple[str, str], reports: tuple[CostReport, CostReport]) -> str:
    """A line for each figure: the first's, the second's, and the first over the second."""
    rows = [
        ("", *names, "ratio"),
        ("input", *(", ".join(map(str, r.inputs)) for r in reports), ""),
        ("output", *(", ".join(map(str, r.outputs)) for r in reports), ""),
    ]
    for label, field in _FIGURES:
        first, second = (getattr(report.totals, field) for report in reports)
        rows.append((label, number(first), number(second), ratio(first, second)))
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            " " * (wide - width(cell)) + cell if column else cell + " " * (wide - width(cell))
            for column, (cell, wide) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines) + "\n"


def ratio(first: int, second: int) -> str:
    """To three digits: 9.68, 0.311; a dash where there is nothing to divide by."""
    if not second:
        return "-"
    found = first / second
    if not found or found >= 99.95:
        return f"{found:,.0f}"
    digits = 2
    while found * 10 ** (digits - 2) < 0.9995:
        digits += 1
    return f"{found:.{digits if found < 9.995 else 1}f}"
