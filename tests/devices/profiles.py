"""Profiles for tests: round figures, so that times can be worked out by hand."""

from __future__ import annotations

from archdsl.devices.profile import Device
from archdsl.devices.reading import read_profile
from archdsl.diagnostics import Diagnostics, Source

ROUND = """
title = "round figures"
launch = 1e-6
overlap = {overlap}
[peak]
float32 = 100e9
float16 = 400e9
[bandwidth]
memory = 10e9
cache = 40e9
cache_size = 100e3
[layers.conv]
compute = 0.5
half = 16
weights = 0.5
[layers.elementwise]
memory = 0.5
launch = 2e-6
"""


def device(text: str) -> Device:
    found = Diagnostics()
    made = read_profile("test", Source("test.toml", text), found)
    assert made is not None, [item.message for item in found]
    return made


def problems(text: str) -> list[str]:
    found = Diagnostics()
    assert read_profile("test", Source("test.toml", text), found) is None
    return [item.message for item in found]
