"""What `archdsl list` says of files: their nets with a few figures, and their recipes.

Plain records, so that processes beside this one can make them: the shipped specs are independent
of one another, and listing them takes as long as elaborating every net.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archdsl.driver.request import Request
from archdsl.ir.shape import Shape

if TYPE_CHECKING:
    from archdsl.diagnostics import Diagnostic

_SHOWN = ("keras", "recipes")  # of the shipped folders; the lessons go with the course


@dataclass(frozen=True, slots=True)
class ListedNet:
    """A net: macs are of one sample; doc is the first line of its comment."""

    file: str
    name: str
    params: int
    macs: int
    inputs: tuple[Shape, ...]
    outputs: tuple[Shape, ...]
    doc: str


@dataclass(frozen=True, slots=True)
class ListedRecipe:
    """A recipe: `line` is how `check` shows it."""

    file: str
    name: str
    kind: str
    nets: tuple[str, ...]
    doc: str
    line: str


@dataclass(frozen=True, slots=True)
class Listing:
    """One file's, and what is wrong with it."""

    nets: tuple[ListedNet, ...]
    recipes: tuple[ListedRecipe, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


def listing(file: str, root: Path | None = None) -> Listing:
    """A file, read whatever its nets expect of themselves."""
    from archdsl.analysis.cost import cost
    from archdsl.driver import run

    done = run(Request(file=file, root=root, wants_nets=False), expectations=False)
    found = tuple(done.diagnostics)
    if not done.ok:
        return Listing((), (), found)
    nets = []
    for net in done.nets:
        report = cost(net)
        totals = report.totals
        nets.append(
            ListedNet(
                file,
                net.name,
                totals.params,
                totals.macs,
                tuple(report.inputs),
                tuple(report.outputs),
                _first_line(net.doc),
            )
        )
    recipes = []
    if done.recipes:
        from archdsl.recipes.summary import line

        recipes = [
            ListedRecipe(
                file, it.name, it.kind, tuple(m.name for m in it.models), it.doc or "", line(it)
            )
            for it in done.recipes
        ]
    return Listing(tuple(nets), tuple(recipes), found)


def listings(files: Iterable[str], root: Path | None = None) -> list[Listing]:
    """Those of files, and of all specs in a shipped folder: `keras`."""
    from archdsl.driver.project import shipped_in

    every = [one for file in files for one in shipped_in(file) or (file,)]
    return [listing(file, root) for file in every]


def shipped_listings() -> list[Listing]:
    """Those of the shipped specs, by as many processes as there are processors."""
    from archdsl.driver.project import shipped_in, shipped_names

    files = [*shipped_names(), *(name for folder in _SHOWN for name in shipped_in(folder))]
    count = min(os.cpu_count() or 1, len(files), 8)
    if count < 2 or not hasattr(os, "fork"):
        return listings(files)
    import multiprocessing

    with multiprocessing.get_context("fork").Pool(count) as pool:
        found = pool.map(_alone, files, chunksize=1)
    return [listing(f) if made is None else made for f, made in zip(files, found, strict=True)]


def _alone(file: str) -> Listing | None:
    """A listing that can be sent; None where there are diagnostics to show."""
    found = listing(file)
    return None if found.diagnostics else found


def _first_line(doc: str | None) -> str:
    lines = [*(doc or "").strip().splitlines(), "", ""]
    return lines[0].strip() + (" .." if lines[1].strip() else "")
