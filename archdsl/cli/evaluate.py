"""`archdsl evaluate DIR|CHECKPOINT [IMAGE]...`."""

from __future__ import annotations

from pathlib import Path

import click

from archdsl.cli import options
from archdsl.cli.console import Console


@click.command("evaluate", context_settings={"ignore_unknown_options": True})
@click.argument("place", metavar="DIR|CHECKPOINT", type=click.Path(path_type=Path))
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[IMAGE]...")
@options.output_format
def command(place: Path, arguments: tuple[str, ...], console: Console) -> int:
    """Measure what a recipe trained, or classify images: runs the evaluate.py of its folder.

    DIR is a folder that compile or train wrote, CHECKPOINT a file that training left in it. Other
    arguments are evaluate.py's own; DIR/evaluate.py --help lists them.
    """
    from archdsl.diagnostics import Diagnostics
    from archdsl.driver import codes
    from archdsl.driver.reading import shown
    from archdsl.driver.scripts import run_script, script_of

    found = Diagnostics()
    script = script_of(place, "evaluate.py") if place.exists() else None
    if script is None:
        there = "no recipe was compiled into" if place.exists() else "there is no"
        found.error(
            codes.NO_SCRIPT,
            f"{there} {shown(place)}",
            None,
            help="archdsl train FILE RECIPE -o DIR makes such a folder",
        )
        return console.report(found)
    checkpoint = ["--checkpoint", str(place)] if place.is_file() else []
    return run_script(script, [*checkpoint, *arguments])
