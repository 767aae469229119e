"""`archdsl compile FILE --target torch`."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archdsl.cli import options
from archdsl.cli.console import Console, write_stdout
from archdsl.driver.request import Request

if TYPE_CHECKING:
    from archdsl.driver.pipeline import Job


@click.command("compile")
@options.source
@click.option(
    "--target",
    "-t",
    required=True,
    metavar="NAME",
    shell_complete=options.offered("targets"),
    help="torch, keras or jax.",
)
@options.output("FILE|DIR", "Where to write; without it, to standard output.")
@click.option("--force", is_flag=True, help="Overwrite a file that archdsl did not generate.")
@options.output_format
@options.watch
def command(
    request: Request, target: str, output: str | None, force: bool, console: Console
) -> int:
    """Write a module of the net, or of all nets in FILE; of a recipe, its scripts too.

    A recipe is named like a net, and its files go into a folder: --net RECIPE -o DIR.
    """
    from archdsl.driver import run
    from archdsl.driver.emit import emit
    from archdsl.driver.recipes import asked_for
    from archdsl.driver.writing import in_folder, make_folder, save

    if output is not None and Path(output).suffix == ".arch":
        raise click.UsageError(f"-o {output}: a .arch file is a source, and code goes elsewhere.")
    done = run(replace(request, wants_recipes=True))
    recipe = asked_for(done)
    if recipe is not None:
        write_recipe(done, recipe, target, output, force=force)
        return console.report(done.diagnostics)
    text = emit(done, target)
    to_stdout = output in (None, "-")
    if text is not None and output is not None and not to_stdout:
        path = module_path(output, request)
        if not in_folder(output) or make_folder(output, done.diagnostics):
            save(path, text.encode(), done.diagnostics, force=force)
    code = console.report(done.diagnostics, product=to_stdout)
    if to_stdout and text is not None and not code:
        write_stdout(text)
    return code


def write_recipe(
    job: Job, name: str, target: str, output: str | None, *, force: bool
) -> Path | None:
    """The recipe's files, in the folder `output`; None, and diagnostics, where they can't be."""
    from archdsl.driver import codes
    from archdsl.driver.recipes import emit_recipe, one
    from archdsl.driver.writing import save_all

    recipe = one(job, name)
    if output in (None, "-"):
        job.diagnostics.error(
            codes.WANTS_FOLDER,
            f"{name} is a recipe: it becomes several files",
            None,
            help=f"name the folder that they go into: -o {name.lower()}",
        )
        return None
    files = None if recipe is None else emit_recipe(job, recipe, target)
    folder = Path(output or "")
    if files is None or not save_all(folder, files, job.diagnostics, force=force):
        return None
    return folder


def module_path(output: str, request: Request) -> Path:
    """The file to write: in a folder, named so that it can be imported."""
    from archdsl.driver.writing import in_folder

    path = Path(output)
    if in_folder(output):
        stem = re.sub(r"\W", "_", request.stem, flags=re.ASCII)
        return path / f"{'_' + stem if stem[:1].isdigit() else stem}.py"
    return path
