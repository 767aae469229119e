"""`archdsl check FILE...`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from archdsl.cli import options
from archdsl.cli.console import Console
from archdsl.diagnostics import Diagnostics
from archdsl.driver.request import Request

if TYPE_CHECKING:
    from archdsl.elaborate.scalings import Line
    from archdsl.ir.recipe import Recipe


@click.command("check")
@options.sources
@options.output_format
@options.watch
def command(requests: list[Request], console: Console) -> int:
    """Check files: syntax, names, shapes, recipes, and what they expect of themselves."""
    from archdsl.driver import run

    found = Diagnostics()
    nets = 0
    recipes: list[Recipe] = []
    scalings: list[Line] = []
    for request in requests:
        done = run(request)
        nets += len(done.nets)
        recipes += done.recipes
        scalings += done.scalings
        for item in done.diagnostics:
            found.add(item)
    code = console.report(found)
    if not code:
        files = f"{len(requests)} file" + ("s" if len(requests) > 1 else "")
        counts = [f"{nets} net{'' if nets == 1 else 's'}"]
        if recipes:
            counts.append(f"{len(recipes)} recipe{'' if len(recipes) == 1 else 's'}")
        if scalings:
            counts.append(f"{len(scalings)} scaling{'' if len(scalings) == 1 else 's'}")
        console.note(f"{files} checked, {', '.join(counts)}: no errors")
        _show(recipes, console)
        for scaling in scalings:
            console.note(f"  {scaling.summary}")
    return code


def _show(recipes: list[Recipe], console: Console) -> None:
    if recipes:
        from archdsl.recipes.summary import line

        for recipe in recipes:
            console.note(f"  {line(recipe)}")
