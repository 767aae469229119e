"""Cost reports as text: a table for a person, Markdown, JSON, CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from archdsl.analysis.cost import CostReport, CostRow

FORMATS = ("table", "json", "csv", "md")
JSON_VERSION = 1

UNITS = {
    "params": "trainable elements, side heads included",
    "buffers": "elements that are not trained, such as running statistics",
    "macs": "multiply-accumulates of convolutions and linear layers, one sample, inference",
    "flops": "floating point operations, one sample, inference: 2 x macs plus element-wise work",
    "activations": "output elements of convolutions and linear layers, one sample, inference",
    "memory": "bytes of all values alive while the layer runs, one sample, float32, inference",
    "depth": "convolutions and linear layers on the longest path",
    "peak_memory": "the most bytes of values alive at once, one sample, float32, without weights",
}

_UNITS = ("", "k", "M", "G", "T")
_HEADINGS = ("name", "layer", "output", "params", "MACs", "activations", "memory")
_FIELDS = (
    "net",
    "path",
    "op",
    "output",
    "params",
    "buffers",
    "macs",
    "flops",
    "activations",
    "memory",
    "aux",
    "nodes",
)


def render(reports: Sequence[CostReport], format: str, depth: int | None = None) -> str:
    match format:
        case "table":
            return "\n".join(table(report, depth) for report in reports)
        case "md":
            return "\n".join(markdown(report, depth) for report in reports)
        case "json":
            return to_json(reports, depth)
        case "csv":
            return to_csv(reports, depth)
    raise ValueError(f"no such format: {format}")


def number(value: int) -> str:
    """With thousands separators: 25,557,032."""
    return f"{value:,}"


def short(value: int) -> str:
    """To three digits: 25.6 M, 4.09 G."""
    power = 0
    scaled = float(value)
    while scaled >= 999.5 and power < len(_UNITS) - 1:
        scaled /= 1000
        power += 1
    if not power:
        return str(value)
    digits = 2 if scaled < 9.995 else 1 if scaled < 99.95 else 0
    return f"{scaled:.{digits}f} {_UNITS[power]}"


def size(value: int) -> str:
    """Bytes, and for a person: `9,633,792 bytes (9.19 MiB)`."""
    for limit, unit in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if value >= limit:
            return f"{number(value)} bytes ({value / limit:.2f} {unit})"
    return f"{value} bytes"


def flow(report: CostReport) -> str:
    """`224x224x3 -> 1000`."""
    inputs = ", ".join(str(shape) for shape in report.inputs)
    return f"{inputs} -> {', '.join(str(shape) for shape in report.outputs)}"


def _cells(row: CostRow) -> tuple[str, ...]:
    return (
        row.path,
        row.op + (" (training only)" if row.aux else ""),
        str(row.output),
        *(number(n) if n else "-" for n in (row.params, row.macs, row.activations, row.memory)),
    )


def _summary(report: CostReport) -> list[tuple[str, str]]:
    found = report.totals
    return [
        ("parameters", number(found.params)),
        ("buffers", number(found.buffers)),
        ("MACs", number(found.macs)),
        ("FLOPs", number(found.flops)),
        ("activations", number(found.activations)),
        ("depth", number(found.depth)),
        ("peak memory", size(found.peak_memory)),
    ]


def table(report: CostReport, depth: int | None = None) -> str:
    """Aligned columns, then the totals."""
    rows = [_cells(row) for row in report.folded(depth)]
    widths = [max(map(len, column)) for column in zip(_HEADINGS, *rows, strict=True)]
    rule = "  ".join("-" * width for width in widths)
    lines = [f"{report.name}  {flow(report)}", "", _line(_HEADINGS, widths), rule]
    lines += [_line(row, widths) for row in rows]
    lines += [rule, ""]
    summary = _summary(report)
    left = max(len(name) for name, _ in summary)
    right = max(len(text.split(" ")[0]) for _, text in summary)
    for name, text in summary:
        figure, space, rest = text.partition(" ")
        lines.append(f"{name.ljust(left)}  {figure.rjust(right)}{space}{rest}")
    return "\n".join(lines) + "\n"


def _line(cells: Iterable[str], widths: Sequence[int]) -> str:
    padded = [
        cell.ljust(width) if column < 3 else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(padded).rstrip()


def markdown(report: CostReport, depth: int | None = None) -> str:
    lines = [
        f"### {report.name}: {flow(report)}",
        "",
        "| " + " | ".join(_HEADINGS) + " |",
        "|---|---|---|" + "---:|" * (len(_HEADINGS) - 3),
    ]
    lines += ["| " + " | ".join(_cells(row)) + " |" for row in report.folded(depth)]
    lines += ["", "| in all | |", "|---|---:|"]
    lines += [f"| {name} | {text} |" for name, text in _summary(report)]
    return "\n".join(lines) + "\n"


def to_json(reports: Sequence[CostReport], depth: int | None = None) -> str:
    """`{version, units, nets: [{name, file, inputs, outputs, totals, rows}]}`; shapes as lists."""
    nets = [
        {
            "name": report.name,
            "file": report.net.file,
            "inputs": [list(shape.channels_last) for shape in report.inputs],
            "outputs": [list(shape.channels_last) for shape in report.outputs],
            "totals": asdict(report.totals),
            "rows": [
                asdict(row) | {"output": list(row.output.channels_last)}
                for row in report.folded(depth)
            ],
        }
        for report in reports
    ]
    return json.dumps({"version": JSON_VERSION, "units": UNITS, "nets": nets}, indent=2) + "\n"


def to_csv(reports: Sequence[CostReport], depth: int | None = None) -> str:
    """One line for each row, of all nets; the totals can be summed from them, or are in JSON."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_FIELDS)
    for report in reports:
        for row in report.folded(depth):
            values = asdict(row) | {"net": report.name, "output": row.output}
            values["aux"] = str(row.aux).lower()
            writer.writerow([str(values[name]) for name in _FIELDS])
    return out.getvalue()
