"""Devices by name or by file, for the commands that take `--device`."""

from __future__ import annotations

from pathlib import Path

from archdsl.devices import codes
from archdsl.devices.profile import Device
from archdsl.devices.reading import read_profile
from archdsl.devices.shipped import PROFILES
from archdsl.diagnostics import Diagnostics
from archdsl.driver.named import source_named


def device_named(text: str, diagnostics: Diagnostics, dtype: str | None = None) -> Device | None:
    """A shipped profile, or that in a file; None, and errors, where there is none.

    dtype: a type of numbers that it must have a rate for
    """
    source = source_named(text, "device", PROFILES, codes.NO_DEVICE, diagnostics)
    if source is None:
        return None
    name = text if text in PROFILES.names() else Path(text).stem
    found = read_profile(name, source, diagnostics)
    if found is None or dtype is None or dtype in found.peak:
        return found
    diagnostics.error(
        codes.NO_RATE,
        f"{text} has no rate for {dtype}",
        None,
        help=f"it has {', '.join(found.dtypes)}; another goes under [peak] of a profile of yours",
    )
    return None
