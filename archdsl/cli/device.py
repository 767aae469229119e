"""`archdsl device list | show | measure`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import click

from archdsl.cli import options
from archdsl.cli.console import Console, write_stdout
from archdsl.cli.group import USAGE

_FORMAT = options.format_or_json("text")


@click.group("device", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Profiles of devices, by which `--device` estimates latency."""


@command.command("list")
@_FORMAT
@options.output_format
def list_(format: str, console: Console) -> int:
    """List the profiles that come with archdsl."""
    from archdsl.devices.shipped import PROFILES
    from archdsl.devices.telling import data, listed
    from archdsl.diagnostics import Diagnostics
    from archdsl.driver.devices import device_named

    found = Diagnostics()
    devices = [device for name in PROFILES.names() if (device := device_named(name, found))]
    code = console.report(found, product=True)
    if format == "json":
        write_stdout(_json({"devices": [data(device) for device in devices]}))
    else:
        write_stdout(listed(devices))
    return code


@command.command("show")
@click.argument("device", metavar="NAME|FILE.toml", shell_complete=options.offered("devices"))
@_FORMAT
@options.output_format
def show(device: str, format: str, console: Console) -> int:
    """Show a profile: its figures, what each kind of layer reaches of them, and their sources."""
    from archdsl.devices.telling import data, shown
    from archdsl.diagnostics import Diagnostics
    from archdsl.driver.devices import device_named

    found = Diagnostics()
    known = device_named(device, found)
    code = console.report(found, product=True)
    if known is not None:
        write_stdout(_json(data(known)) if format == "json" else shown(known))
    return code


@command.command("measure")
@options.output(
    "FILE.toml", "Where to write the profile; without it to the standard output.", path=True
)
@click.option(
    "--time",
    "seconds",
    type=click.FloatRange(1, 600),
    default=60,
    metavar="SECONDS",
    help="How long to measure, about: the less, the fewer layers. Default: 60.",
)
@click.option("--force", is_flag=True, help="Overwrite a file that archdsl did not generate.")
@options.output_format
def measure(output: Path | None, seconds: float, force: bool, console: Console) -> int:
    """Make a profile of this machine, from single layers timed in PyTorch.

    With as many threads as PyTorch uses: OMP_NUM_THREADS=1 measures one. Let the machine do nothing
    else meanwhile.
    """
    from archdsl.devices.writing import profile_text
    from archdsl.diagnostics import Diagnostics
    from archdsl.driver.errors import MissingFramework
    from archdsl.driver.measure import measured
    from archdsl.driver.runtime import need_torch
    from archdsl.driver.writing import may_write, save

    if output is not None and output.suffix != ".toml":
        raise click.UsageError(f"A profile is TOML: {output} doesn't end with .toml.")
    try:
        need_torch()
    except MissingFramework as error:
        raise _Unusable(str(error)) from None
    found = Diagnostics()
    if output is not None and not may_write(output, found, force=force):
        return console.report(found, product=True)
    name = output.stem if output is not None else "this"
    device, head = measured(name, seconds, _progress(console))
    text = profile_text(device, head)
    if output is None:
        write_stdout(text)
    else:
        save(output, text.encode(), found, force=force)
    return console.report(found, product=True)


class _Unusable(click.ClickException):
    exit_code = USAGE


def _progress(console: Console) -> Callable[[int, int], None]:
    """A line that grows on a terminal; elsewhere one for each quarter."""
    shown = 0

    def progress(done: int, of: int) -> None:
        nonlocal shown
        if sys.stderr.isatty():
            click.echo(f"\r{done} of {of} layers", err=True, nl=done == of)
        elif done * 4 // of > shown:
            shown = done * 4 // of
            console.note(f"{done} of {of} layers")

    return progress


def _json(content: dict[str, object]) -> str:
    return json.dumps({"version": 1, **content}, indent=2, ensure_ascii=False) + "\n"
