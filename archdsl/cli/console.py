"""What a person or a program sees: diagnostics in the format asked for, coloured or not."""

from __future__ import annotations

import os
import sys
from typing import IO

import click

from archdsl.cli.group import OK, PROBLEMS, USAGE
from archdsl.diagnostics import Diagnostics, Severity
from archdsl.diagnostics.render import MACHINE, render, summary
from archdsl.records import record


def coloured(stream: IO[str]) -> bool:
    """NO_COLOR beats FORCE_COLOR; with neither, colour is for terminals."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "") not in ("", "0"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


@record
class Console:
    """format: of the diagnostics."""

    format: str = "full"

    def report(self, diagnostics: Diagnostics, *, product: bool = False) -> int:
        """Shows diagnostics and returns the exit code that they make.

        product: stdout carries what the command makes, so that nothing else may go there
        """
        from archdsl.driver import codes

        machine = self.format in MACHINE
        stream = sys.stdout if machine and not product else sys.stderr
        pages = None
        if self.format == "sarif":
            from archdsl.driver import catalogue

            pages = {code: catalogue.page(code) for code in {item.code for item in diagnostics}}
        text = render(
            diagnostics,
            self.format,
            colour=not machine and coloured(stream),
            pages=pages,
        )
        if text:
            # click.echo would take the colours away again from what is no terminal.
            stream.write(text)
        if not machine and len(diagnostics) > 1 and (found := summary(diagnostics)):
            stream.write(f"\n{found}\n" if self.format == "full" else f"{found}\n")
        stream.flush()
        errors = [item for item in diagnostics if item.severity is Severity.ERROR]
        if not errors:
            return OK
        # What has a place is in a file, such as an import of one that isn't there.
        usage = all(
            item.code in codes.OF_OPTIONS or (item.code in codes.USAGE and item.span is None)
            for item in errors
        )
        return USAGE if usage else PROBLEMS

    def note(self, text: str) -> None:
        """A line for a person, where no program reads."""
        if self.format not in MACHINE:
            click.echo(text, err=True)


def write_stdout(content: str | bytes) -> None:
    """What a command makes, as it is."""
    if isinstance(content, str):
        sys.stdout.write(content)
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
    sys.stdout.flush()
