"""`archdsl list [FILE]...`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archdsl.cli import options
from archdsl.cli.console import Console, write_stdout

if TYPE_CHECKING:
    from archdsl.driver.listing import ListedNet, ListedRecipe

_HEADINGS = ("file", "net", "parameters", "MACs", "input", "")


@click.command("list")
@click.argument("files", nargs=-1, metavar="[FILE]...", shell_complete=options.offered("files"))
@options.format_or_json("table")
@click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="The folder that imports don't leave.",
)
@options.output_format
def command(files: tuple[str, ...], format: str, root: Path | None, console: Console) -> int:
    """List the nets and recipes of files; without any, of the specs that come with archdsl.

    The name of one of their folders stands for all specs in it: keras, recipes, lessons.
    """
    from archdsl.diagnostics import Diagnostics
    from archdsl.driver.listing import listings, shipped_listings

    made = listings(files, root) if files else shipped_listings()
    found = Diagnostics()
    for one in made:
        for item in one.diagnostics:
            found.add(item)
    nets = [net for one in made for net in one.nets]
    recipes = [recipe for one in made for recipe in one.recipes]
    code = console.report(found, product=True)
    if format == "json":
        write_stdout(_json(nets, recipes))
    else:
        write_stdout(_table(nets) + _lines(recipes, after=bool(nets)))
    return code


def _table(nets: list[ListedNet]) -> str:
    from archdsl.analysis.report import number, short
    from archdsl.diagnostics.text import width

    rows = [_HEADINGS]
    for net in nets:
        inputs = ", ".join(str(shape) for shape in net.inputs)
        rows.append((net.file, net.name, number(net.params), short(net.macs), inputs, net.doc))
    if len(rows) == 1:
        return ""
    grouped = len({net.file for net in nets}) > 1
    if not grouped:
        rows = [("", *row[1:]) for row in rows]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    lines = []
    before = ""
    for row, folder in zip(rows, ["", *(net.file.rpartition("/")[0] for net in nets)], strict=True):
        if folder != before and grouped:
            lines.append("")
        before = folder
        cells = [
            " " * (wide - width(cell)) + cell
            if column in (2, 3)
            else cell + " " * (wide - width(cell))
            for column, (cell, wide) in enumerate(zip(row, widths, strict=True))
            if wide
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines) + "\n"


def _lines(recipes: list[ListedRecipe], *, after: bool) -> str:
    """A line for each recipe; after: something stands above."""
    several = len({recipe.file for recipe in recipes}) > 1
    lines = [f"{it.file}  {it.line}" if several else it.line for it in recipes]
    return ("\n" if after and lines else "") + "".join(f"{text}\n" for text in lines)


def _json(nets: list[ListedNet], recipes: list[ListedRecipe]) -> str:
    listed = [
        {
            "file": net.file,
            "net": net.name,
            "params": net.params,
            "macs": net.macs,
            "inputs": [list(shape.channels_last) for shape in net.inputs],
            "outputs": [list(shape.channels_last) for shape in net.outputs],
            "doc": net.doc,
        }
        for net in nets
    ]
    others = [
        {"file": it.file, "recipe": it.name, "kind": it.kind, "nets": list(it.nets), "doc": it.doc}
        for it in recipes
    ]
    made = {"version": 1, "nets": listed, "recipes": others}
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"
