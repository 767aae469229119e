"""`--watch`: a command again and again, whenever a file that it read has changed."""

from __future__ import annotations

import gc
from collections.abc import Callable

import click

from archdsl.cli.group import OK


def repeat(run: Callable[[], int], say: Callable[[str], None]) -> int:
    """Ends with Ctrl-C.

    say: tells a person what goes on
    """
    from archdsl.driver.reading import shown
    from archdsl.driver.watching import noting, wait

    first = True
    try:
        while True:
            gc.collect()  # a command that ends leaves that to the end
            with noting() as seen:
                try:
                    run()
                except click.ClickException as error:
                    if first:
                        raise
                    error.show()
            if not seen:
                raise click.UsageError("No file to watch: what comes with archdsl stays as it is.")
            first = False
            files = "1 file" if len(seen) == 1 else f"{len(seen)} files"
            say(f"watching {files}; Ctrl-C ends")
            say(f"\n{', '.join(map(shown, wait(seen)))} changed")
    except KeyboardInterrupt:
        return OK
