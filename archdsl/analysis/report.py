"""Cost reports as text: a table for a person, Markdown, JSON, CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict

from archdsl.analysis.cost import CostReport
from archdsl.analysis.numbers import number, short, size
from archdsl.analysis.receptive import field_text
from archdsl.analysis.table import COLUMNS, flow, markdown, table
from archdsl.analysis.view import View, lines

__all__ = [
    "FORMATS",
    "JSON_VERSION",
    "UNITS",
    "flow",
    "markdown",
    "number",
    "render",
    "short",
    "size",
    "table",
    "to_csv",
    "to_json",
]

FORMATS = ("table", "json", "csv", "md")
JSON_VERSION = 1

UNITS = {
    "params": "trainable elements, side heads included",
    "buffers": "elements that are not trained, such as running statistics",
    "macs": "multiply-accumulates of convolutions and linear layers, one sample, inference",
    "flops": "floating point operations, one sample, inference: 2 x macs plus element-wise work",
    "activations": "output elements of convolutions and linear layers, one sample, inference",
    "backward": "FLOPs of convolutions and linear layers in the backward pass, one sample",
    "memory": "bytes of all values alive while the layer runs, at inference",
    "kept": "bytes of values kept for the backward pass",
    "receptive": "elements of the input that an element depends on, on each axis in space",
    "depth": "convolutions and linear layers on the longest path",
    "peak_memory": "the most bytes of values alive at once at inference, without weights",
    "batch": "samples that memory is for",
    "dtype": "type of the numbers that memory is for",
    "weights": "bytes of parameters and buffers",
    "gradients": "bytes of the parameters' gradients",
    "peak": "as peak_memory",
}

_LATENCY = {"latency": "nanoseconds of a batch on the device, estimated, inference"}

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
    "backward",
    "kept",
    "receptive",
)


def render(
    reports: Sequence[CostReport],
    format: str,
    view: View | None = None,
    columns: Sequence[str] = COLUMNS,
    colour: bool = False,
) -> str:
    """The reports in a format; json and csv have all figures, whatever the columns."""
    view = view or View()
    match format:
        case "table":
            return "\n".join(table(report, view, columns, colour) for report in reports)
        case "md":
            return "\n".join(markdown(report, view, columns) for report in reports)
        case "json":
            return to_json(reports, view)
        case "csv":
            return to_csv(reports, view)
    raise ValueError(f"no such format: {format}")


def to_json(reports: Sequence[CostReport], view: View | None = None) -> str:
    """`{version, units, nets: [{name, file, inputs, outputs, totals, rows}]}`; shapes as lists.

    With a device also its name, and latencies.
    """
    timed = any(report.device for report in reports)
    nets = [
        {
            "name": report.name,
            "file": report.net.file,
            "inputs": [list(shape.channels_last) for shape in report.inputs],
            "outputs": [list(shape.channels_last) for shape in report.outputs],
            **({"device": report.device} if timed else {}),
            "totals": asdict(report.totals)
            | {"backward": report.backward}
            | ({"latency": report.latency} if timed else {}),
            "memory": asdict(report.memory),
            "rows": [
                {name: value for name, value in asdict(row).items() if timed or name != "latency"}
                | {"output": list(row.output.channels_last) if row.output else None}
                for row in lines(report, view or View())
            ],
        }
        for report in reports
    ]
    units = UNITS | (_LATENCY if timed else {})
    return json.dumps({"version": JSON_VERSION, "units": units, "nets": nets}, indent=2) + "\n"


def to_csv(reports: Sequence[CostReport], view: View | None = None) -> str:
    """One line for each row, of all nets; the totals can be summed from them, or are in JSON."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    fields = (*_FIELDS, "latency") if any(report.device for report in reports) else _FIELDS
    writer.writerow(fields)
    for report in reports:
        for row in lines(report, view or View()):
            values = asdict(row) | {"net": report.name, "output": row.output or ""}
            values["receptive"] = field_text(row.receptive)
            values["aux"] = str(row.aux).lower()
            writer.writerow([str(values[name]) for name in fields])
    return out.getvalue()
