"""`archdsl fit --plot front.svg`: the front of a grid, or the candidates along a line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from archdsl.diagnostics import Diagnostics
from archdsl.driver.writing import save
from archdsl.fit import codes
from archdsl.fit.report import Found, budget_line, place_text
from archdsl.fit.search import Row

__all__ = ["plot"]

_MOST = 60  # circles that are told apart


def plot(found: Found, output: str, diagnostics: Diagnostics, *, force: bool = False) -> bool:
    """Writes the picture; False where there is nothing to draw, or it can't be written."""
    from archdsl.diagram.scatter import Dot
    from archdsl.diagram.scatter_svg import scatter_svg

    dots = []
    for row in _drawn(found):
        figures = row.figures
        if not (figures["params"] and figures["macs"] and figures["memory"]):
            continue  # a logarithmic axis has no zero
        family = "over the budget" if row.over(found.budget) else "within the budget"
        if row == found.best:
            family = "largest"
        label = place_text(found.result, row.index)
        dots.append(Dot(label, family, figures["params"], figures["macs"], figures["memory"]))
    if not dots:
        message = "no candidate has parameters and MACs: there is nothing to draw"
        diagnostics.error(codes.NOT_EMITTED, message, None)
        return False
    title = f"{found.net}: parameters, work and memory"
    note = "A circle's area is the memory at inference."
    if found.budget:
        text = budget_line(found.budget)
        note += f" {text[0].upper()}{text[1:]}."
    save(
        Path(output), scatter_svg(dots, title, note, found.file).encode(), diagnostics, force=force
    )
    return not diagnostics.failed


def _drawn(found: Found) -> list[Row]:
    """The front, or a line's candidates; of many, so many that are evenly spread, and the best."""
    rows: Sequence[Row] = found.front or found.result.rows
    if len(rows) <= _MOST:
        return list(rows)
    step = (len(rows) - 1) / (_MOST - 1)
    chosen = [rows[round(at * step)] for at in range(_MOST)]
    if found.best is not None and found.best not in chosen:
        chosen.append(found.best)
    return chosen
