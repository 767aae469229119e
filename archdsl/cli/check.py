"""`archdsl check FILE...`."""

from __future__ import annotations

import click

from archdsl.cli import options
from archdsl.cli.console import Console
from archdsl.diagnostics import Diagnostics
from archdsl.driver.request import Request


@click.command("check")
@options.sources
@options.output_format
@options.watch
def command(requests: list[Request], console: Console) -> int:
    """Check files: syntax, names, shapes, and what they expect of themselves."""
    from archdsl.driver import run

    found = Diagnostics()
    nets = 0
    for request in requests:
        done = run(request)
        nets += len(done.nets)
        for item in done.diagnostics:
            found.add(item)
    code = console.report(found)
    if not code:
        files = f"{len(requests)} file" + ("s" if len(requests) > 1 else "")
        console.note(f"{files} checked, {nets} net{'' if nets == 1 else 's'}: no errors")
    return code
