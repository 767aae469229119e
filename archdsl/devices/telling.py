"""A profile for a person, and for a program."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from archdsl.devices.profile import Device, Rates
from archdsl.devices.work import KINDS, WEIGHTED

_UNITS = ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_WIDE = 100


def quantity(value: float, unit: str) -> str:
    """To three digits: `19.5 TFLOP/s`, `80 GB`."""
    for scale, letter in _UNITS:
        if value >= 0.9995 * scale:
            return f"{_three(value / scale)} {letter}{unit}"
    return f"{_three(value)} {unit}"


def _three(value: float) -> str:
    return f"{value:.3g}" if value < 999.5 else f"{value:.0f}"


def listed(devices: Sequence[Device]) -> str:
    rows = [("name", "memory", "float32", "bandwidth", "")]
    for device in devices:
        peak = device.peak.get("float32")
        rows.append(
            (
                device.name,
                quantity(device.memory, "B") if device.memory else "",
                quantity(peak, "FLOP/s") if peak else "",
                quantity(device.bandwidth, "B/s"),
                device.title,
            )
        )
    return _table(rows, right=(1, 2, 3))


def shown(device: Device) -> str:
    figures = [
        *[(f"peak in {name}", quantity(rate, "FLOP/s")) for name, rate in device.peak.items()],
        ("bandwidth", quantity(device.bandwidth, "B/s")),
    ]
    if device.cache_size:
        near = f"{quantity(device.cache, 'B/s')} up to {quantity(device.cache_size, 'B')}"
        figures.append(("in the cache", near))
    if device.memory is not None:
        figures.append(("memory", quantity(device.memory, "B")))
    if device.storage is not None:
        figures.append(("for weights", quantity(device.storage, "B")))
    figures.append(("launch", quantity(device.launch * 1e6, "µs")))
    figures.append(("at once", "launches, arithmetic, memory" if device.overlap else "nothing"))
    if device.folded:
        figures.append(("folded", ", ".join(sorted(device.folded))))
    head = f"{device.name}  {device.title}\n\n"
    return head + _table(figures) + "\n" + _layers(device) + _sources(device)


def _layers(device: Device) -> str:
    rows = [("layers", "of peak", "half at", "of bandwidth", "weights", "launch", "")]
    for kind, what in KINDS.items():
        rates, weighted = device.rates(kind), kind in WEIGHTED
        launch = device.launch if rates.launch is None else rates.launch
        rows.append(
            (
                kind,
                f"{rates.compute:.1%}",
                f"{rates.half:.3g}" if weighted and rates.half else "",
                f"{rates.memory:.1%}",
                f"{rates.weights:.1%}" if weighted else "",
                quantity(launch * 1e6, "µs"),
                what,
            )
        )
    return _table(rows, right=(1, 2, 3, 4, 5))


def _sources(device: Device) -> str:
    out = []
    for name, text in device.sources.items():
        wrapped = textwrap.wrap(f"{name}: {' '.join(text.split())}", _WIDE, subsequent_indent="  ")
        out += wrapped
    return "\n" + "\n".join(out) + "\n" if out else ""


def _table(rows: Sequence[tuple[str, ...]], right: Sequence[int] = ()) -> str:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(wide) if at in right else cell.ljust(wide)
            for at, (cell, wide) in enumerate(zip(row, widths, strict=True))
            if wide
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines) + "\n"


def data(device: Device) -> dict[str, object]:
    """As the profile has it, every default written out; bytes, operations, seconds."""
    return {
        "name": device.name,
        "title": device.title,
        "memory": device.memory,
        "storage": device.storage,
        "launch": device.launch,
        "overlap": device.overlap,
        "folded": sorted(device.folded),
        "peak": dict(device.peak),
        "bandwidth": {
            "memory": device.bandwidth,
            "cache": device.cache,
            "cache_size": device.cache_size,
        },
        "layers": {kind: _rates(device, kind, device.rates(kind)) for kind in KINDS},
        "sources": dict(device.sources),
    }


def _rates(device: Device, kind: str, rates: Rates) -> dict[str, float]:
    found = {
        "launch": device.launch if rates.launch is None else rates.launch,
        "compute": rates.compute,
        "memory": rates.memory,
    }
    return found | ({"half": rates.half, "weights": rates.weights} if kind in WEIGHTED else {})
