"""The command line: one module for each command, loaded when it is called."""

from __future__ import annotations

import os
from typing import NoReturn

__all__ = ["main"]


def main() -> NoReturn:
    # No plugin has any business here, and looking for them goes through all installed packages.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        from archdsl.cli.group import cli
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    cli.main(prog_name="archdsl")
    raise AssertionError("the group ends the process itself")
