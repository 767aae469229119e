"""The command line: one module for each command, loaded when it is called."""

from __future__ import annotations

from typing import NoReturn

__all__ = ["main"]


def main() -> NoReturn:
    try:
        from archdsl.cli.group import cli
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    cli.main(prog_name="archdsl")
    raise AssertionError("the group ends the process itself")
