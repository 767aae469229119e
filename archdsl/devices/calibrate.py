"""A device's figures from layers that were timed on it.

The figures are those for which the estimate is nearest to the times, kind by kind. Near is the
logarithm of their ratio, so that small layers count as much as large ones; what is far off counts
by its distance alone, not by its square, since a neighbour's work may have disturbed it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from archdsl.devices.profile import Device, Rates
from archdsl.devices.roofline import Ideal, ideal, seconds_of, taken
from archdsl.devices.work import KINDS, WEIGHTED, Work
from archdsl.records import record

_NEAR = 0.25  # of a logarithm: what is further off counts linearly
_PULL = 0.002  # towards the start, for what the times don't tell
_SIZES = tuple(2**exponent * 1e6 for exponent in range(7))  # of a cache, in bytes
_PLAIN = ("elementwise", "move")  # kinds that traffic alone bounds

Range = tuple[float, float, float]  # least, start, most


@record
class Timed:
    """One layer's work, and the seconds that it took, one sample in float32."""

    work: Work
    seconds: float


def calibrated(name: str, title: str, timed: Sequence[Timed], memory: int | None) -> Device:
    """The device on which these layers took so long; it does one thing after the other."""
    fastest = max((it.work.flops / it.seconds for it in timed), default=1.0)
    device = Device(
        name=name,
        title=title,
        peak={"float32": _short(fastest)},
        bandwidth=1.0,
        cache=1.0,
        cache_size=0.0,
        launch=_short(min(it.seconds for it in timed)),
        memory=memory,
        storage=None,
        overlap=False,
        folded=frozenset(),
        layers={},
        sources={},
    )
    device = _with_bandwidth(device, timed)
    layers = {}
    for kind in KINDS:
        those = [it for it in timed if it.work.kind == kind]
        if those:
            layers[kind] = _rates(device, kind, those)
    return replace(device, layers=layers)


def errors(device: Device, timed: Iterable[Timed]) -> list[float]:
    """By which share of the time each estimate is off."""
    return [abs(seconds_of(device, it.work) / it.seconds - 1) for it in timed]


def _with_bandwidth(device: Device, timed: Sequence[Timed]) -> Device:
    """From layers that do little beside moving values."""
    those = [it for it in timed if it.work.kind in _PLAIN]
    if not those:
        those = list(timed)
    moved = [4 * it.work.elements for it in those]
    fastest = max(size / it.seconds for size, it in zip(moved, those, strict=True))

    def at(cache_size: float) -> tuple[float, Device]:
        def estimate(values: Mapping[str, float]) -> list[float]:
            cache = max(values["cache"], values["memory"])
            return [
                values["launch"]
                + min(size, cache_size) / cache
                + max(0.0, size - cache_size) / values["memory"]
                for size in moved
            ]

        ranges = {
            "launch": _launch(those),
            "memory": (fastest / 100, fastest / 4, fastest),
            "cache": (fastest / 100, fastest, 2 * fastest),
        }
        loss, found = _nearest(estimate, ranges, [it.seconds for it in those])
        memory = _short(found["memory"])
        cache = max(memory, _short(found["cache"]))
        return loss, replace(device, bandwidth=memory, cache=cache, cache_size=cache_size)

    return min((at(size) for size in _SIZES), key=lambda pair: pair[0])[1]


def _rates(device: Device, kind: str, timed: Sequence[Timed]) -> Rates:
    parts = [ideal(device, it.work, 1, "float32") for it in timed]
    ranges: dict[str, Range] = {
        "launch": _launch(timed),
        "compute": (1e-4, 0.5, 1.0),
        "memory": (1e-2, 0.5, 4.0),
    }
    if kind in WEIGHTED:
        ranges["weights"] = (1e-2, 0.5, 4.0)
        if kind not in ("depthwise", "linear"):  # these have one output, or all, to a lane
            ranges["half"] = (0.1, 8.0, 200.0)

    def estimate(values: Mapping[str, float]) -> list[float]:
        return _estimate(Rates(**values), parts)

    _, found = _nearest(estimate, ranges, [it.seconds for it in timed])
    return Rates(**{name: _short(value) for name, value in found.items()})


def _estimate(rates: Rates, parts: Iterable[Ideal]) -> list[float]:
    assert rates.launch is not None
    return [taken(it, rates, rates.launch, overlap=False) for it in parts]


def _launch(timed: Sequence[Timed]) -> Range:
    """Hardly more than the fastest layer of the kind takes, nor than all kinds do."""
    least = min(it.seconds for it in timed)
    return least / 4, least, 4 * least


def _nearest(
    estimate: Callable[[Mapping[str, float]], list[float]],
    ranges: Mapping[str, Range],
    times: Sequence[float],
) -> tuple[float, dict[str, float]]:
    """Values within their ranges whose estimates are nearest to the times, and how far off.

    A compass search on the logarithms: a step up or down along each in turn, then smaller steps.
    """
    logs = [math.log(time) for time in times]
    low, start, high = ([math.log(r[at]) for r in ranges.values()] for at in range(3))

    def loss(at: Sequence[float]) -> float:
        values = dict(zip(ranges, map(math.exp, at), strict=True))
        total = 0.0
        for made, log in zip(estimate(values), logs, strict=True):
            off = abs(math.log(made) - log)
            total += off * off / 2 if off < _NEAR else _NEAR * (off - _NEAR / 2)
        return total / len(logs) + _PULL * sum((a - s) ** 2 for a, s in zip(at, start, strict=True))

    # One of the figures may explain all and hide another: so from several places.
    places = [list(start)]
    for axis in range(len(start)):
        places += [[*start[:axis], edge[axis], *start[axis + 1 :]] for edge in (low, high)]
    best, at = min(_descended(place, low, high, loss) for place in places)
    return best, dict(zip(ranges, map(math.exp, at), strict=True))


def _descended(
    place: list[float],
    low: Sequence[float],
    high: Sequence[float],
    loss: Callable[[Sequence[float]], float],
) -> tuple[float, list[float]]:
    """Where no step makes the loss less, and the loss there."""
    at, step = list(place), 1.0
    best = loss(at)
    while step > 0.02:
        before = best
        for axis in range(len(at)):
            for way in (step, -step):
                tried = list(at)
                tried[axis] = min(max(tried[axis] + way, low[axis]), high[axis])
                found = loss(tried)
                if found < best:
                    at, best = tried, found
                    break
        if best >= before - 1e-6:
            step /= 2
    return best, at


def _short(value: float) -> float:
    """To three digits: more isn't known."""
    return float(f"{value:.3g}")
