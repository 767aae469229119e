"""`archdsl diff A B`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archdsl.cli import options
from archdsl.cli.console import Console, coloured, write_stdout
from archdsl.cli.group import OK, PROBLEMS, USAGE
from archdsl.driver.request import Request

if TYPE_CHECKING:
    from archdsl.driver import Job


@click.command("diff")
@click.argument("before", metavar="A", shell_complete=options.offered("files"))
@click.argument("after", metavar="B", shell_complete=options.offered("files"))
@click.option("--net", metavar="NAME", help="This net of both files; needed if they have several.")
@click.option(
    "--set",
    "settings",
    metavar="NAME=VALUE",
    multiple=True,
    help="Set a parameter of both nets; may be repeated.",
)
@click.option("--input", "inputs", metavar="SHAPE", multiple=True, help="Another input of both.")
@click.option(
    "--format",
    "-f",
    "format",
    type=options.Word("text", "md", "json"),
    default="text",
    help="text (the default), md for a pull request, or json.",
)
@options.output("FILE.svg", "Draw both nets too, coloured by what changed.")
@click.option("--force", is_flag=True, help="Overwrite a file that archdsl did not generate.")
@click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="The folder that imports don't leave.",
)
@options.output_format
def command(
    before: str,
    after: str,
    net: str | None,
    settings: tuple[str, ...],
    inputs: tuple[str, ...],
    format: str,
    output: str | None,
    force: bool,
    root: Path | None,
    console: Console,
) -> int:
    """Say what changed between two nets: layers, shapes, costs.

    A and B are files, or FILE:NET. Ends with 0 where they are the same, 1 where they differ, and 2
    where that can't be said.
    """
    from archdsl.analysis import differing
    from archdsl.analysis.cost import cost
    from archdsl.analysis.difference import difference
    from archdsl.diagnostics import Diagnostics

    if output and Path(output).suffix.lower() != ".svg":
        raise click.UsageError(f"The picture is an SVG: {output} doesn't end with .svg.")
    if force and not output:
        raise click.UsageError("--force belongs to --output.")
    jobs = [_job(text, net, settings, inputs, root) for text in (before, after)]
    found = Diagnostics()
    for job in jobs:
        for item in job.diagnostics:
            found.add(item)
    if console.report(found, product=True):
        return USAGE
    for text, job in zip((before, after), jobs, strict=True):
        if len(job.nets) != 1:
            nets = ", ".join(it.name for it in job.nets)
            raise click.UsageError(
                f"{text} has several nets: name one with --net, or {text}:NET, of {nets}."
            )
    one, two = (job.nets[0] for job in jobs)
    made = difference(cost(one), cost(two))
    compared = (before, after)
    if output:
        from archdsl.driver.pictures import change_picture
        from archdsl.driver.writing import save

        drawn = change_picture(compared, (one, two), found)
        if drawn is not None:
            save(Path(output), drawn, found, force=force)
        if found.failed:
            console.report(found, product=True)
            return USAGE
    if format == "json":
        write_stdout(differing.as_json(compared, made))
    elif format == "md":
        write_stdout(differing.as_markdown(compared, made))
    else:
        write_stdout(differing.as_text(compared, made, colour=coloured(sys.stdout)))
    return PROBLEMS if made.any else OK


def _job(
    text: str,
    net: str | None,
    settings: tuple[str, ...],
    inputs: tuple[str, ...],
    root: Path | None,
) -> Job:
    from archdsl.driver import run

    file, named = text, net
    head, colon, tail = text.rpartition(":")
    if colon and tail.isidentifier() and not Path(text).is_file():
        file, named = head, tail
    request = Request(
        file=file,
        root=root,
        nets=(named,) if named else (),
        settings=settings,
        inputs=inputs,
    )
    return run(request, expectations=False)
