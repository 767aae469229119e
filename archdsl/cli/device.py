"""`archdsl device list | show | measure`."""

from __future__ import annotations

import json

import click

from archdsl.cli import options
from archdsl.cli.console import Console, write_stdout

_FORMAT = click.option(
    "--format",
    "-f",
    "format",
    type=options.Word("text", "json"),
    default="text",
    help="text (the default) or json.",
)


@click.group("device", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Profiles of devices, by which `--device` estimates latency."""


@command.command("list")
@_FORMAT
@options.output_format
def list_(format: str, console: Console) -> int:
    """List the profiles that come with archdsl."""
    from archdsl.devices.shipped import names
    from archdsl.devices.telling import data, listed
    from archdsl.diagnostics import Diagnostics
    from archdsl.driver.devices import device_named

    found = Diagnostics()
    devices = [device for name in names() if (device := device_named(name, found))]
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


def _json(content: dict[str, object]) -> str:
    return json.dumps({"version": 1, **content}, indent=2, ensure_ascii=False) + "\n"
