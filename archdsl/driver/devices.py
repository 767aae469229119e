"""Devices by name or by file, for the commands that take `--device`."""

from __future__ import annotations

from pathlib import Path

from archdsl.devices import codes, shipped
from archdsl.devices.profile import Device
from archdsl.devices.reading import read_profile
from archdsl.diagnostics import Diagnostics, Source, nearest
from archdsl.driver.reading import Unreadable, read, shown


def device_named(text: str, diagnostics: Diagnostics, dtype: str | None = None) -> Device | None:
    """A shipped profile, or that in a file; None, and errors, where there is none.

    dtype: a type of numbers that it must have a rate for
    """
    found = _found(text, diagnostics)
    if found is None or dtype is None or dtype in found.peak:
        return found
    diagnostics.error(
        codes.NO_RATE,
        f"{text} has no rate for {dtype}",
        None,
        help=f"it has {', '.join(found.dtypes)}; another goes under [peak] of a profile of yours",
    )
    return None


def _found(text: str, diagnostics: Diagnostics) -> Device | None:
    if text in shipped.names():
        name = f"std/devices/{text}{shipped.SUFFIX}"
        return read_profile(text, Source(name, shipped.text(text)), diagnostics)
    path = Path(text)
    if not path.suffix and not path.exists():
        near = nearest(text, shipped.names())
        diagnostics.error(
            codes.NO_DEVICE,
            f"there is no device {text}",
            None,
            notes=[f"those that come with archdsl are {', '.join(shipped.names())}"],
            help=f"did you mean {near}?" if near else "a file is named with its ending, mine.toml",
        )
        return None
    try:
        source = Source(shown(path), read(path, shown(path)))
    except Unreadable as error:
        diagnostics.error(error.code, error.message, error.span, help=error.help)
        return None
    return read_profile(path.stem, source, diagnostics)
