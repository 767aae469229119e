"""`archdsl fit --emit out.arch`: the fitted net as a file of its own, a variant that compiles.

The file imports the net and gives it the parameters found. It is read and elaborated before it is
written: it must be the very net that was counted.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from archdsl import __version__
from archdsl.diagnostics import Diagnostics
from archdsl.driver.fitting import Wanted
from archdsl.driver.pipeline import STAGES, Job, step
from archdsl.driver.project import STD, Project
from archdsl.driver.request import Request
from archdsl.driver.writing import MARKER, save
from archdsl.elaborate.values import Value
from archdsl.fit import codes
from archdsl.fit.candidates import Candidates, counted
from archdsl.fit.report import Found, budget_line, place_text
from archdsl.fmt import format_source
from archdsl.ir.shape import Shape
from archdsl.ir.values import NoLayer, OpValue, Size, Word

__all__ = ["emit", "written"]


def emit(
    found: Found,
    candidates: Candidates,
    wanted: Wanted,
    job: Job,
    output: str,
    diagnostics: Diagnostics,
    *,
    force: bool = False,
) -> bool:
    """Writes the best candidate; False where that can't be: reported."""
    assert found.best is not None
    values = {**candidates.outside(), **found.result.space.values(found.best.index)}
    texts = {name: written(value) for name, value in values.items()}
    for name, text in texts.items():
        if text is None:
            _refuse(f"the value of {name} can't be written in another file", "", diagnostics)
            return False
    if wanted.request.inputs:
        why = f"the input of {found.net} was set from outside, and a variant has no other"
        _refuse(why, "give the net a parameter for its resolution", diagnostics)
        return False
    source = _import_path(job, Path(output), diagnostics)
    if source is None:
        return False
    text = _file(found, {k: v for k, v in texts.items() if v is not None}, source)
    if not _is_it(text, found, candidates, wanted, output, diagnostics):
        return False
    save(Path(output), text.encode(), diagnostics, force=force)
    return not diagnostics.failed


def _refuse(why: str, help: str, diagnostics: Diagnostics) -> None:
    diagnostics.error(codes.NOT_EMITTED, why, None, help=help)


def _file(found: Found, values: Mapping[str, str], source: str) -> str:
    assert found.best is not None
    name = f"{found.net}Fitted"
    place = place_text(found.result, found.best.index)
    within = f", the largest of {found.result.space.size:,} candidates"
    doc = f"{found.net} with {place}{within}."
    limits = budget_line(found.budget) if found.budget else ""
    budget = f"\n## {limits[0].upper()}{limits[1:]}." if limits else ""
    args = ", ".join(f"{key} = {value}" for key, value in values.items())
    figures = found.best.figures
    text = f"""\
# {MARKER} {__version__}.

import {found.net} from "{source}"

## {doc}{budget}
net {name} = {found.net}({args}) {{
  expect params == {figures["params"]:_}
  expect macs == {figures["macs"]:_}
}}
"""
    return format_source(text)


def _import_path(job: Job, output: Path, diagnostics: Diagnostics) -> str | None:
    """The net's file as the one written names it."""
    assert job.source is not None
    if job.source.name.startswith(STD):
        return job.source.name
    if job.request.file == "-":
        _refuse("what was read from the standard input can't be imported", "", diagnostics)
        return None
    folder = os.path.dirname(os.path.abspath(output))
    return os.path.relpath(os.path.abspath(job.request.file), folder).replace(os.sep, "/")


def _is_it(
    text: str,
    found: Found,
    candidates: Candidates,
    wanted: Wanted,
    output: str,
    diagnostics: Diagnostics,
) -> bool:
    """Whether the file is sound and has the figures that were counted."""
    assert found.best is not None
    name = f"{found.net}Fitted"
    made = Job(
        Request(output, text=text, root=wanted.request.root, nets=(name,)),
        Project(wanted.request.root),
    )
    made.source = made.project.text(output, text, Path(output))
    for stage_name, stage in STAGES[1:]:
        if not step(stage, made) or stage_name == "expect":
            break
    if made.ok and made.nets:
        figures = wanted.terms.figures(counted(made.nets[0].graph, candidates.seconds))
        same = all(figures[key] == found.best.figures[key] for key in figures if key != "latency")
        if same:
            return True
    for item in made.diagnostics:
        diagnostics.add(item)
    _refuse(
        f"{output} would not be the net that was found",
        "write it into the project's folder, from which imports reach the net's file",
        diagnostics,
    )
    return False


# ------------------------------------------------------------------------------------ as written


def written(value: Value) -> str | None:
    """A value in the language; None for what a file of its own can't say."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Fraction():
            return _decimal(value)
        case str():
            return f'"{value}"'
        case Word():
            return value.word
        case NoLayer():
            return "none"
        case OpValue(bound=()):
            return value.op.keyword
        case Size():
            return str(value)
        case Shape():
            return None
        case list() | tuple():
            parts = [written(part) for part in value]
            if None in parts:
                return None
            inner = ", ".join(part for part in parts if part is not None)
            comma = "," if isinstance(value, tuple) and len(value) == 1 else ""
            return f"[{inner}]" if isinstance(value, list) else f"({inner}{comma})"
    return None


def _decimal(value: Fraction) -> str:
    """A decimal: exact where it is one that people write, else that of the nearest float."""
    text = repr(float(value))
    return text if "e" not in text else format(float(value), "f")
