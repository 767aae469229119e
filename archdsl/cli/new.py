"""`archdsl new NAME`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from archdsl.cli import options
from archdsl.cli.console import Console, write_stdout


@click.command("new")
@click.argument("name")
@options.output(
    "FILE", "Where to write; without it, to name.arch in this folder. - is standard output."
)
def command(name: str, output: str | None) -> int:
    """Write a first file with the net NAME, a small one with comments, to go on from.

    A file that is there already is never overwritten.
    """
    from archdsl.diagnostics import Diagnostics
    from archdsl.driver.reading import shown
    from archdsl.driver.starter import BadName, file_name, starter
    from archdsl.driver.writing import save

    try:
        text = starter(name)
    except BadName as error:
        raise click.UsageError(f"{error}.") from None
    if output == "-":
        write_stdout(text)
        return 0
    path = Path(output if output is not None else file_name(name))
    if os.path.lexists(path):
        raise click.UsageError(f"{shown(path)} exists. -o names another file.")
    found = Diagnostics()
    save(path, text.encode(), found)
    console = Console()
    code = console.report(found)
    if not code:
        console.note(f"{shown(path)} written. To check it: archdsl check {shown(path)}")
    return code
