"""`archdsl compile FILE --target torch`."""

from __future__ import annotations

import re
from pathlib import Path

import click

from archdsl.cli import options
from archdsl.cli.console import Console, write_stdout
from archdsl.driver.request import Request


@click.command("compile")
@options.source
@click.option(
    "--target",
    "-t",
    required=True,
    metavar="NAME",
    shell_complete=options.offered("targets"),
    help="torch or keras.",
)
@click.option(
    "--output", "-o", metavar="FILE|DIR", help="Where to write; without it, to standard output."
)
@click.option("--force", is_flag=True, help="Overwrite a file that archdsl did not generate.")
@options.output_format
@options.watch
def command(
    request: Request, target: str, output: str | None, force: bool, console: Console
) -> int:
    """Write a module of the net, or of all nets in FILE."""
    from archdsl.driver import run
    from archdsl.driver.emit import emit
    from archdsl.driver.writing import save

    done = run(request)
    text = emit(done, target)
    to_stdout = output in (None, "-")
    if text is not None and output is not None and not to_stdout:
        save(module_path(output, request), text.encode(), done.diagnostics, force=force)
    code = console.report(done.diagnostics, product=to_stdout)
    if to_stdout and text is not None and not code:
        write_stdout(text)
    return code


def module_path(output: str, request: Request) -> Path:
    """The file to write: in a folder, named so that it can be imported."""
    path = Path(output)
    if path.is_dir() or output.endswith(("/", "\\")):
        stem = re.sub(r"\W", "_", request.stem, flags=re.ASCII)
        return path / f"{'_' + stem if stem[:1].isdigit() else stem}.py"
    return path
