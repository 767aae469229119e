"""A device's profile: what a TOML file says of it, checked.

title = "..."             what it is
memory = 80e9             bytes of its memory; a net that takes more doesn't fit
storage = 2e6             bytes for weights, where they are kept apart, as in flash
launch = 4e-6             seconds that any layer takes at least
overlap = true            launches, arithmetic and memory at the same time: the slowest counts;
                          false: one after the other
folded = ["bn", "relu"]   ops that its framework folds into the layer before: they take no time
[peak]                    operations a second, a multiply-accumulate being two
float32 = 67e12
[bandwidth]               bytes a second
memory = 3.35e12          from the memory
cache = 5.5e12            of what fits the cache, if it has one,
cache_size = 50e6         of so many bytes
[layers.conv]             what of these a kind of layer reaches; kinds: archdsl.devices.work
compute = 0.6             of the peak rate
half = 16                 output channels with which half of that is reached
memory = 0.8              of the bandwidth, for what flows through
weights = 0.8             of the memory's bandwidth, for weights
launch = 5e-6             of this kind, where it is another
[sources]                 where the figures are from, by their names above
peak = "..."
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archdsl.records import record


@record
class Rates:
    """What a kind of layer reaches of a device.

    launch:  seconds, None: the device's own
    compute: share of the peak rate; half: output channels that reach half of it
    memory:  share of the bandwidth; weights: the same, for weights
    """

    launch: float | None = None
    compute: float = 1.0
    half: float = 0.0
    memory: float = 1.0
    weights: float = 1.0


PLAIN = Rates()


@dataclass(frozen=True)
class Device:
    """
    peak:       operations a second, by type of numbers
    bandwidth:  bytes a second from memory; cache: the same of what fits cache_size bytes
    memory:     bytes that there are, None: not known
    storage:    bytes for weights, None: they take their part of the memory
    launch:     seconds that a layer takes at least
    overlap:    launches, arithmetic and memory at the same time
    folded:     keywords of ops that take no time
    layers:     what the kinds of layers reach; a kind that isn't there reaches all
    sources:    where the figures are from, by their names
    """

    name: str
    title: str
    peak: Mapping[str, float]
    bandwidth: float
    cache: float
    cache_size: float
    launch: float
    memory: int | None
    storage: int | None
    overlap: bool
    folded: frozenset[str]
    layers: Mapping[str, Rates]
    sources: Mapping[str, str]

    @property
    def dtypes(self) -> tuple[str, ...]:
        return tuple(self.peak)

    def rates(self, kind: str) -> Rates:
        return self.layers.get(kind, PLAIN)
