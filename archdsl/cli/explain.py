"""`archdsl explain CODE`."""

from __future__ import annotations

import click

from archdsl.cli.console import write_stdout


@click.command("explain")
@click.argument("code")
def command(code: str) -> int:
    """Say what an error's code, such as S201, means."""
    from archdsl.diagnostics import nearest
    from archdsl.driver.catalogue import catalogue

    known = catalogue()
    wanted = code.strip().upper()
    if wanted not in known:
        found = nearest(wanted, known)
        hint = f" Did you mean {found}?" if found else ""
        raise click.UsageError(f"There is no code {code!r}.{hint}")
    write_stdout(f"{wanted}: {known[wanted]}\n")
    return 0
