"""`archdsl list [FILE]...`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archdsl.cli import options
from archdsl.cli.console import Console, write_stdout
from archdsl.driver.request import Request

if TYPE_CHECKING:
    from archdsl.analysis.cost import CostReport
    from archdsl.ir.recipe import Recipe

_HEADINGS = ("file", "net", "parameters", "MACs", "input", "")


@click.command("list")
@click.argument("files", nargs=-1, metavar="[FILE]...", shell_complete=options.offered("files"))
@click.option(
    "--format",
    "-f",
    "format",
    type=options.Word("table", "json"),
    default="table",
    help="table (the default) or json.",
)
@click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="The folder that imports don't leave.",
)
@options.output_format
def command(files: tuple[str, ...], format: str, root: Path | None, console: Console) -> int:
    """List the nets and recipes of files; without any, of the specs that come with archdsl."""
    from archdsl.analysis.cost import cost
    from archdsl.diagnostics import Diagnostics
    from archdsl.driver import run
    from archdsl.driver.project import shipped_names

    found = Diagnostics()
    reports: list[tuple[str, CostReport]] = []
    recipes: list[tuple[str, Recipe]] = []
    for file in files or shipped_names():
        done = run(Request(file=file, root=root, wants_nets=False), expectations=False)
        for item in done.diagnostics:
            found.add(item)
        if done.ok:
            reports += [(file, cost(net)) for net in done.nets]
            recipes += [(file, recipe) for recipe in done.recipes]
    code = console.report(found, product=True)
    if format == "json":
        write_stdout(_json(reports, recipes))
    else:
        write_stdout(_table(reports) + _lines(recipes, after=bool(reports)))
    return code


def _doc(report: CostReport) -> str:
    """The first line of the net's doc comment."""
    lines = [*(report.net.doc or "").strip().splitlines(), "", ""]
    cut = " .." if lines[1].strip() else ""
    return lines[0].strip() + cut


def _inputs(report: CostReport) -> str:
    return ", ".join(str(shape) for shape in report.inputs)


def _table(reports: list[tuple[str, CostReport]]) -> str:
    from archdsl.analysis.report import number, short
    from archdsl.diagnostics.text import width

    rows = [_HEADINGS]
    for file, report in reports:
        found = report.totals
        rows.append(
            (
                file,
                report.name,
                number(found.params),
                short(found.macs),
                _inputs(report),
                _doc(report),
            )
        )
    if len(rows) == 1:
        return ""
    if len({file for file, _ in reports}) == 1:
        rows = [("", *row[1:]) for row in rows]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            " " * (wide - width(cell)) + cell
            if column in (2, 3)
            else cell + " " * (wide - width(cell))
            for column, (cell, wide) in enumerate(zip(row, widths, strict=True))
            if wide
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines) + "\n"


def _lines(recipes: list[tuple[str, Recipe]], *, after: bool) -> str:
    """A line for each recipe; after: something stands above."""
    from archdsl.recipes.summary import line

    several = len({file for file, _ in recipes}) > 1
    lines = [f"{file}  {line(recipe)}" if several else line(recipe) for file, recipe in recipes]
    return ("\n" if after and lines else "") + "".join(f"{text}\n" for text in lines)


def _json(reports: list[tuple[str, CostReport]], recipes: list[tuple[str, Recipe]]) -> str:
    nets = [
        {
            "file": file,
            "net": report.name,
            "params": report.totals.params,
            "macs": report.totals.macs,
            "inputs": [list(shape.channels_last) for shape in report.inputs],
            "outputs": [list(shape.channels_last) for shape in report.outputs],
            "doc": _doc(report),
        }
        for file, report in reports
    ]
    others = [
        {
            "file": file,
            "recipe": recipe.name,
            "kind": recipe.kind,
            "nets": [model.name for model in recipe.models],
            "doc": recipe.doc or "",
        }
        for file, recipe in recipes
    ]
    return (
        json.dumps({"version": 1, "nets": nets, "recipes": others}, indent=2, ensure_ascii=False)
        + "\n"
    )
