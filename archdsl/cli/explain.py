"""`archdsl explain [CODE]...`."""

from __future__ import annotations

import click

from archdsl.cli import options
from archdsl.cli.console import write_stdout


@click.command("explain")
@click.argument("codes", nargs=-1, metavar="[CODE]...", shell_complete=options.offered("codes"))
def command(codes: tuple[str, ...]) -> int:
    """Say what an error's code, such as S201, means; without one, list all of them."""
    from archdsl.driver import catalogue

    if not codes:
        write_stdout("".join(f"{code}  {catalogue.title(code)}\n" for code in catalogue.codes()))
        return 0
    write_stdout("\n".join(catalogue.page(_known(code)) for code in codes))
    return 0


def _known(code: str) -> str:
    from archdsl.diagnostics import nearest
    from archdsl.driver import catalogue

    known = catalogue.codes()
    wanted = code.strip().upper()
    if wanted in known:
        return wanted
    found = nearest(wanted, known)
    hint = f" Did you mean {found}?" if found else ""
    raise click.UsageError(f"There is no code {code!r}.{hint} `archdsl explain` lists them all.")
