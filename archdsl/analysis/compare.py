"""The totals of several nets side by side, with the ratios of their figures.

Two nets are two columns, and the last says what the first has for each of the second's. More are
a row each, and so are all in Markdown, CSV and JSON; the ratios there are to the first.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict

from archdsl.analysis.cost import CostReport
from archdsl.analysis.report import JSON_VERSION, UNITS, number
from archdsl.diagnostics.text import width

_FIGURES = (
    ("parameters", "params"),
    ("MACs", "macs"),
    ("FLOPs", "flops"),
    ("activations", "activations"),
    ("depth", "depth"),
    ("peak memory", "peak_memory"),
)


# The columns of a table with a row for each net; whether it shows ratios.
_COLUMNS = (
    ("parameters", "params", True),
    ("MACs", "macs", True),
    ("activations", "activations", True),
    ("depth", "depth", False),
    ("peak memory", "peak_memory", True),
)


def render_compared(names: Sequence[str], reports: Sequence[CostReport], format: str) -> str:
    """The nets, as they are called, in a format: table, md, csv or json."""
    match format:
        case "table":
            return (side_by_side if len(reports) == 2 else _table)(names, reports)
        case "md":
            return _markdown(names, reports)
        case "csv":
            return _csv(names, reports)
        case "json":
            return _json(names, reports)
    raise ValueError(f"no such format: {format}")


def side_by_side(names: Sequence[str], reports: Sequence[CostReport]) -> str:
    """A line for each figure: the first's, the second's, and the first over the second."""
    rows = [
        ("", *names, "ratio"),
        ("input", *(_inputs(r) for r in reports), ""),
        ("output", *(_outputs(r) for r in reports), ""),
    ]
    for label, field in _FIGURES:
        first, second = (getattr(report.totals, field) for report in reports)
        rows.append((label, number(first), number(second), ratio(first, second)))
    return _aligned(rows, left=(0,))


def _table(names: Sequence[str], reports: Sequence[CostReport]) -> str:
    headings = ["", "input"]
    for label, _, ratios in _COLUMNS:
        headings += [label, "ratio"] if ratios else [label]
    rows = [tuple(headings)]
    rows += [
        (name, _inputs(report), *_cells(report, reports[0]))
        for name, report in zip(names, reports, strict=True)
    ]
    return _aligned(rows, left=(0, 1))


def _cells(report: CostReport, first: CostReport) -> list[str]:
    """The figures of a net, each with its ratio to the first net's."""
    cells = []
    for _, field, ratios in _COLUMNS:
        value = getattr(report.totals, field)
        cells.append(number(value))
        if ratios:
            cells.append(ratio(value, getattr(first.totals, field)))
    return cells


def _aligned(rows: Sequence[tuple[str, ...]], left: tuple[int, ...]) -> str:
    """Columns two apart, those in `left` ranged to the left."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            cell + " " * (wide - width(cell))
            if column in left
            else " " * (wide - width(cell)) + cell
            for column, (cell, wide) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines) + "\n"


def _markdown(names: Sequence[str], reports: Sequence[CostReport]) -> str:
    headings, rules = ["net", "input"], ["---", "---"]
    for label, _, ratios in _COLUMNS:
        headings += [label, "ratio"] if ratios else [label]
        rules += ["--:"] * (2 if ratios else 1)
    rows = [headings, rules]
    for name, report in zip(names, reports, strict=True):
        shown = " ".join(name.split()).replace("\\", "\\\\").replace("|", "\\|")
        rows.append([shown, _inputs(report), *_cells(report, reports[0])])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _csv(names: Sequence[str], reports: Sequence[CostReport]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    figures = [_figures(report) for report in reports]
    heads = ("net", "file", "input", "output", *figures[0])
    writer.writerow([*heads, *(f"{name}_ratio" for name in figures[0])])
    for name, report, found in zip(names, reports, figures, strict=True):
        ratios = ["" if r is None else str(r) for r in _ratios(found, figures[0]).values()]
        place = (name, report.net.file, _inputs(report), _outputs(report))
        writer.writerow([*place, *map(str, found.values()), *ratios])
    return out.getvalue()


def _json(names: Sequence[str], reports: Sequence[CostReport]) -> str:
    """As of `cost --format json`, without rows; `as` is what the net was asked for as."""
    first = _figures(reports[0])
    nets = [
        {
            "as": name,
            "name": report.name,
            "file": report.net.file,
            "inputs": [list(shape.channels_last) for shape in report.inputs],
            "outputs": [list(shape.channels_last) for shape in report.outputs],
            "totals": asdict(report.totals) | {"backward": report.backward},
            "memory": asdict(report.memory),
            "ratios": _ratios(_figures(report), first),
        }
        for name, report in zip(names, reports, strict=True)
    ]
    units = UNITS | {"ratios": "the net's figure over that of the first net, null over nothing"}
    found = {"version": JSON_VERSION, "units": units, "nets": nets}
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _figures(report: CostReport) -> dict[str, int]:
    memory = report.memory
    return asdict(report.totals) | {
        "backward": report.backward,
        "weights": memory.weights,
        "kept": memory.kept,
    }


def _ratios(found: dict[str, int], first: dict[str, int]) -> dict[str, float | None]:
    """To six digits."""
    return {
        name: float(f"{value / first[name]:.6g}") if first[name] else None
        for name, value in found.items()
    }


def _inputs(report: CostReport) -> str:
    return ", ".join(map(str, report.inputs))


def _outputs(report: CostReport) -> str:
    return ", ".join(map(str, report.outputs))


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
