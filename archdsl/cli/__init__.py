"""The command line: one module for each command, loaded when it is called."""

from __future__ import annotations

import gc
from typing import NoReturn

__all__ = ["main"]


def main() -> NoReturn:
    # A command makes things and ends: looking for those it doesn't need any more only takes time,
    # and more than its share where there are many. The source's limits bound them.
    gc.disable()
    try:
        from archdsl.cli.group import cli
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    cli.main(prog_name="archdsl")
    raise AssertionError("the group ends the process itself")
