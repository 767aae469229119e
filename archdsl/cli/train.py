"""`archdsl train FILE RECIPE`."""

from __future__ import annotations

from pathlib import Path

import click

from archdsl.cli import options
from archdsl.cli.compile import write_recipe
from archdsl.cli.console import Console
from archdsl.cli.group import PROBLEMS
from archdsl.driver.request import Request


@click.command("train", context_settings={"ignore_unknown_options": True})
@click.argument("file", shell_complete=options.offered("files"))
@click.argument("recipe")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[ARGUMENT]...")
@options.target("torch", "torch, which is the default, or keras.")
@options.output(
    "DIR", "Where the scripts go; without it, a folder with the recipe's name in small letters."
)
@click.option("--force", is_flag=True, help="Overwrite a file that archdsl did not generate.")
@options.root
@options.output_format
def command(
    file: str,
    recipe: str,
    arguments: tuple[str, ...],
    target: str,
    output: str | None,
    force: bool,
    root: Path | None,
    console: Console,
) -> int:
    """Train a recipe's nets: compile it and run its train.py, which goes on where it was stopped.

    Other arguments are train.py's own; DIR/train.py --help lists them. Ctrl-C is passed on to it.
    """
    from archdsl.driver import run
    from archdsl.driver.scripts import lacking, run_script

    request = Request(file=file, root=root, recipes=(recipe,))
    done = run(request)
    folder = write_recipe(done, recipe, target, output or recipe.lower(), force=force)
    code = console.report(done.diagnostics)
    if code or folder is None:
        return code or PROBLEMS
    missing = lacking(target)
    if missing:
        console.note(f"error: {missing}")
        return PROBLEMS
    return run_script(folder / "train.py", arguments)
