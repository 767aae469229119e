"""A cost report for a person: aligned columns with shares as bars, then the totals; or Markdown."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from archdsl.analysis.cost import CostReport, CostRow
from archdsl.analysis.numbers import duration, number, percent, size
from archdsl.analysis.receptive import field_text
from archdsl.analysis.view import ADDITIVE, FIGURES, View, costliest, lines
from archdsl.diagnostics.text import width
from archdsl.records import record

COLUMNS = ("params", "macs", "memory", "field")  # shown if nothing else is asked for
CHOICES = (*FIGURES, "field")
_HEADINGS = {"macs": "MACs", "flops": "FLOPs", "backward": "backward FLOPs"}
_MOST = {"params": "parameters", "macs": "MACs", "flops": "FLOPs", "backward": "backward FLOPs"}
_CELLS = 6  # of a bar
_EIGHTHS = " ▏▎▍▌▋▊▉"

_BOLD, _DIM, _BLUE, _RED = "1", "2", "34", "1;31"


@record
class Column:
    """figure: that a column is of; ink: its colour where there is one."""

    heading: str
    cells: list[str]
    right: bool = False
    figure: str = ""
    ink: str = ""

    @property
    def width(self) -> int:
        return max(map(width, [self.heading, *self.cells]))

    def fit(self, text: str, wide: int) -> str:
        gap = " " * (wide - width(text))
        return gap + text if self.right else text + gap


def table(
    report: CostReport,
    view: View | int | None = None,
    columns: Sequence[str] = COLUMNS,
    colour: bool = False,
) -> str:
    """Aligned columns, then the totals. `view`: a number is its depth."""
    rows = lines(report, _view(view))
    most = costliest(rows, [name for name in columns if name in FIGURES])
    made = [*_names(report, rows, _view(view)), *_figures(report, rows, columns, bars=True)]
    made.append(Column("", [_mark(most.get(at, [])) for at in range(len(rows))], ink=_RED))

    widths = [column.width for column in made]

    def paint(text: str, ink: str) -> str:
        return f"\x1b[{ink}m{text}\x1b[0m" if colour and ink and text.strip() else text

    def line(cells: Sequence[str], ink: Callable[[Column], str]) -> str:
        fitted = [
            column.fit(cell, wide) for column, cell, wide in zip(made, cells, widths, strict=True)
        ]
        last = max((at for at, text in enumerate(fitted) if text.strip()), default=-1)
        inked = zip(made[: last + 1], fitted, strict=False)
        return "  ".join(paint(text, ink(column)) for column, text in inked).rstrip()

    shown = [column.heading or column.figure for column in made]
    rule = "  ".join("-" * wide for wide, is_shown in zip(widths, shown, strict=True) if is_shown)
    head = line([column.heading for column in made], lambda column: _DIM)
    out = [f"{paint(report.name, _BOLD)}  {flow(report)}{_held(report)}", "", head]
    out.append(paint(rule, _DIM))
    for at in range(len(rows)):
        reds = most.get(at, [])
        cells = [column.cells[at] for column in made]
        ink = lambda column: _RED if column.figure in reds else column.ink  # noqa: B023, E731
        out.append(line(cells, ink))
    out += [paint(rule, _DIM), ""]
    return "\n".join([*out, *_totals(summary(report))]) + "\n"


def markdown(
    report: CostReport, view: View | int | None = None, columns: Sequence[str] = COLUMNS
) -> str:
    """The same as tables of Markdown, the largest figures in bold."""
    rows = lines(report, _view(view))
    most = costliest(rows, [name for name in columns if name in FIGURES])
    made = [*_names(report, rows, _view(view)), *_figures(report, rows, columns, bars=False)]
    out = [f"### {report.name}: {flow(report)}{_held(report)}", ""]
    out.append(_row([column.heading for column in made]))
    out.append("|" + "|".join("---:" if column.right else "---" for column in made) + "|")
    for at in range(len(rows)):
        reds = most.get(at, [])
        cells = ((column.cells[at], column.figure in reds) for column in made)
        out.append(_row([f"**{text}**" if bold else text for text, bold in cells]))
    out += ["", "| in all | |", "|---|---:|"]
    out += [_row([name, text]) for name, text in summary(report)]
    return "\n".join(out) + "\n"


def _view(view: View | int | None) -> View:
    return view if isinstance(view, View) else View(depth=view, fold=True)


def flow(report: CostReport) -> str:
    """`224x224x3 -> 1000`."""
    inputs = ", ".join(str(shape) for shape in report.inputs)
    return f"{inputs} -> {', '.join(str(shape) for shape in report.outputs)}"


def _held(report: CostReport) -> str:
    """What memory is counted for, where it isn't one sample in float32."""
    memory = report.memory
    batch = f" of a batch of {number(memory.batch)}" if memory.batch > 1 else ""
    dtype = f" in {memory.dtype}" if memory.dtype != "float32" else ""
    what = "memory and latency" if report.device else "memory"
    return f", {what}{batch}{dtype}" if batch or dtype else ""


# --------------------------------------------------------------------------- columns


def _names(report: CostReport, rows: Sequence[CostRow], view: View) -> list[Column]:
    if view.by == "op":
        return [
            Column("layer", [row.path for row in rows]),
            Column("count", [number(row.nodes) for row in rows], right=True),
        ]
    kinds = [row.op + (" (training only)" if row.aux else "") for row in rows]
    return [
        Column("name", [row.path for row in rows]),
        Column("layer", kinds),
        Column("output", [str(row.output or "") for row in rows]),
    ]


def _figures(
    report: CostReport, rows: Sequence[CostRow], columns: Sequence[str], bars: bool
) -> list[Column]:
    made = []
    for name in columns:
        heading = _HEADINGS.get(name, name)
        if name == "field":
            if any(row.receptive for row in rows):
                cells = [field_text(row.receptive) for row in rows]
                made.append(Column(heading, cells, right=True, figure="field"))
            continue
        values = [int(getattr(row, name)) for row in rows]
        said = duration if name == "latency" else number
        cells = [said(value) if value else "-" for value in values]
        made.append(Column(heading, cells, right=True, figure=name))
        if name in ADDITIVE:
            whole = sum(int(getattr(row, name)) for row in report.rows)
            shares = [percent(value, whole) for value in values]
            if bars:
                most = max((v for v, row in zip(values, rows, strict=True) if row.op), default=0)
                shares = [
                    f"{share.rjust(4)} {_bar(value, most)}".rstrip()
                    for share, value in zip(shares, values, strict=True)
                ]
            made.append(Column("" if bars else "%", shares, not bars, f"{name} share", _BLUE))
    return made


def _bar(value: int, most: int) -> str:
    """Full for the most, by eighths of a cell."""
    eighths = min(round(value / most * _CELLS * 8), _CELLS * 8) if most else 0
    full, part = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[part] if part else "")).rstrip()


def _mark(most: Sequence[str]) -> str:
    return f"< most {', '.join(_MOST.get(name, name) for name in most)}" if most else ""


# --------------------------------------------------------------------------- totals


def summary(report: CostReport) -> list[tuple[str, str]]:
    found, memory = report.totals, report.memory
    latency = [("latency", f"{duration(report.latency)} on {report.device}")]
    return [
        ("parameters", number(found.params)),
        ("buffers", number(found.buffers)),
        ("MACs", number(found.macs)),
        ("FLOPs", number(found.flops)),
        ("backward FLOPs", number(report.backward)),
        ("activations", number(found.activations)),
        ("depth", number(found.depth)),
        ("weights", size(memory.weights)),
        ("peak memory", size(memory.peak)),
        ("kept to train", size(memory.kept)),
        *(latency if report.device else []),
    ]


def _totals(found: Sequence[tuple[str, str]]) -> list[str]:
    left = max(len(name) for name, _ in found)
    right = max(len(text.split(" ")[0]) for _, text in found)
    out = []
    for name, text in found:
        figure, space, rest = text.partition(" ")
        out.append(f"{name.ljust(left)}  {figure.rjust(right)}{space}{rest}")
    return out


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
