"""What a comparison says, to people and to programs."""

from __future__ import annotations

import json
from collections.abc import Sequence

from archdsl.diagnostics import Diagnostics
from archdsl.ir.graph import Node
from archdsl.verify import codes
from archdsl.verify.compare import BOUNDS, Comparison, Measured

VERSION = 1
_COLUMNS = (
    ("outputs, float32", "outputs", "float32"),
    ("outputs, float64", "outputs", "float64"),
    ("gradients, float64", "gradients", "float64"),
)


def head() -> str:
    """The names of the columns that `line` fills."""
    return f"{'net':<20}" + "".join(f"{name:>20}" for name, _, _ in _COLUMNS)


def line(one: Comparison) -> str:
    """A net's largest differences."""
    found = {(m.what, m.dtype): m for m in one.measured}
    cells = (found.get((what, dtype)) for _, what, dtype in _COLUMNS)
    return f"{one.net:<20}" + "".join(f"{_cell(m):>20}" for m in cells)


def _cell(measured: Measured | None) -> str:
    if measured is None:
        return "-"
    return f"{measured.difference:.1e}{'' if measured.ok else ' differs'}"


def foot(found: Sequence[Comparison]) -> str:
    """What was compared with what, and the verdict."""
    first = found[0]
    lines = [f"{first.about[0]} and {first.about[1]}, batch {first.batch}, seed {first.seed}"]
    for single in dict.fromkeys(s for one in found for s in one.single):
        bound = "not compared in float64" if single.bound is None else f"within {single.bound:g}"
        lines.append(f"in float32 whatever comes in: {single.op}, {single.what}; {bound}")
    good = sum(one.ok for one in found)
    nets = "1 net" if len(found) == 1 else f"{len(found)} nets"
    lines.append(f"{nets} equal" if good == len(found) else f"{good} of {nets} equal")
    return "\n".join(lines)


def as_json(found: Sequence[Comparison]) -> str:
    """All of it, for programs; differences that are no numbers are null."""
    nets = [
        {
            "net": one.net,
            "target": one.target,
            "reference": one.about[0],
            "framework": one.about[1],
            "batch": one.batch,
            "seed": one.seed,
            "ok": one.ok,
            "measured": [
                {
                    "what": m.what,
                    "dtype": m.dtype,
                    "difference": m.difference if m.difference < float("inf") else None,
                    "bound": m.bound,
                    "place": m.place,
                    "ok": m.ok,
                }
                for m in one.measured
            ],
            "first_layer_that_differs": one.differs.path if one.differs is not None else None,
            "float32_whatever_comes_in": [s.op for s in one.single],
        }
        for one in found
    ]
    counts = {"nets": len(found), "equal": sum(one.ok for one in found)}
    return json.dumps({"version": VERSION, "counts": counts, "nets": nets}, indent=2) + "\n"


def report(one: Comparison, diagnostics: Diagnostics) -> None:
    """An error for each comparison that fails, at the first layer that differs."""
    for measured in one.measured:
        if measured.ok:
            continue
        what = "output" if measured.what == "outputs" else "gradient"
        code = codes.OUTPUTS_DIFFER if what == "output" else codes.GRADIENTS_DIFFER
        notes = [f"at {measured.place}, where at most {measured.bound:g} of it passes"]
        if one.differs is None:
            notes.append("every layer that can be compared by itself is equal")
        else:
            notes.append(_first(one.differs, what))
        diagnostics.error(
            code,
            f"the {measured.what} of {one.net} in {one.target} and torch differ by "
            f"{measured.difference:.1e} of the largest, in {measured.dtype}",
            one.differs.span if one.differs is not None else None,
            notes=notes,
            help="the same weights should give the same numbers: please report it, unless the "
            "layer is one of your own",
        )
        return  # what comes after follows from it


def _first(node: Node, what: str) -> str:
    if what == "output":
        return f"{node.path} is the first layer whose output differs"
    return f"{node.path} is the first layer, from the end, whose gradients differ"


__all__ = ["BOUNDS", "as_json", "foot", "head", "line", "report"]
