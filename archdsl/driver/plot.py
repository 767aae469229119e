"""The scatter plot of `archdsl cost --plot`: which nets, and what is said beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from archdsl.analysis.cost import CostReport
from archdsl.diagnostics import Diagnostics
from archdsl.driver.pipeline import run
from archdsl.driver.project import shipped_names
from archdsl.driver.request import Request
from archdsl.ir import structure

_MOST_LABEL = 36  # letters


def all_nets(request: Request, diagnostics: Diagnostics) -> list[structure.Net]:
    """The nets of the request's file; of all shipped specs where it names none."""
    nets: list[structure.Net] = []
    for file in [request.file] if request.file else shipped_names():
        wanted = replace(request, file=file, wants_nets=bool(request.file))
        done = run(wanted, expectations=False)
        for item in done.diagnostics:
            diagnostics.add(item)
        nets += done.nets if done.ok else ()
    return nets


def plot(names: Sequence[str], reports: Sequence[CostReport]) -> tuple[str, list[str]]:
    """The plot as SVG, of nets called `names`; and which of them have no place on it.

    There is none (the SVG is empty) where no net has both parameters and multiply-accumulates.
    """
    from archdsl.diagram.scatter import Dot
    from archdsl.diagram.scatter_svg import scatter_svg

    dots, without = [], []
    for name, report in zip(names, reports, strict=True):
        found = report.totals
        if not (found.params and found.macs and found.peak_memory):
            without.append(name)  # a logarithmic axis has no zero
            continue
        label = name if len(name) <= _MOST_LABEL else f"{name[: _MOST_LABEL - 1]}…"
        family = PurePath(report.net.file).name.removesuffix(".arch")
        dots.append(Dot(label, family, found.params, found.macs, found.peak_memory))
    if not dots:
        return "", without
    batch, dtype = reports[0].batch, reports[0].dtype
    samples = "one sample" if batch == 1 else f"{batch:,} samples"
    note = f"A circle's area is the peak of memory at inference, {samples} in {dtype}."
    files = ", ".join(dict.fromkeys(report.net.file for report in reports))
    return scatter_svg(dots, "Parameters, work and memory", note, files), without
