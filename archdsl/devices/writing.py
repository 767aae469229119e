"""A device as the text of a profile, which `reading` reads."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator

from archdsl.devices.profile import Device, Rates
from archdsl.devices.work import WEIGHTED


def profile_text(device: Device, head: str = "") -> str:
    """TOML; head: lines of comment that stand first."""
    out = [f"# {line}".rstrip() for line in head.splitlines()]
    out += [f"title = {_quoted(device.title)}"]
    for name in ("memory", "storage"):
        value = getattr(device, name)
        out += [f"{name} = {value}"] if value is not None else []
    out += [f"launch = {_number(device.launch)}", f"overlap = {str(device.overlap).lower()}"]
    if device.folded:
        out.append(f"folded = [{', '.join(map(_quoted, sorted(device.folded)))}]")
    out += ["", "[peak]", *(f"{name} = {_number(rate)}" for name, rate in device.peak.items())]
    out += ["", "[bandwidth]", f"memory = {_number(device.bandwidth)}"]
    if device.cache_size:
        out.append(f"cache = {_number(device.cache)}")
        out.append(f"cache_size = {_number(device.cache_size)}")
    for kind, rates in device.layers.items():
        out += ["", f"[layers.{kind}]", *_rates(kind, rates)]
    if device.sources:
        out += ["", "[sources]"]
        out += [f"{_key(key)} = {_quoted(text)}" for key, text in device.sources.items()]
    return "\n".join(out) + "\n"


def _rates(kind: str, rates: Rates) -> Iterator[str]:
    if rates.launch is not None:
        yield f"launch = {_number(rates.launch)}"
    yield f"compute = {_number(rates.compute)}"
    if kind in WEIGHTED and rates.half:
        yield f"half = {_number(rates.half)}"
    yield f"memory = {_number(rates.memory)}"
    if kind in WEIGHTED:
        yield f"weights = {_number(rates.weights)}"


def _number(value: float) -> str:
    """With a power of thousand where it is large or small: 69.7e9, 0.231, 113e-6."""
    if 0.001 <= value < 1e4 or not value:
        return f"{value:.12g}"
    power = 3 * math.floor(math.log10(value) / 3)
    return f"{value / 10.0**power:.12g}e{power}"


def _quoted(text: str) -> str:
    # JSON's strings are TOML's basic strings, but for the character that JSON leaves as it is.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    return key if key.replace("_", "").isalnum() and key.isascii() else _quoted(key)
