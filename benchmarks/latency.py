"""How near the estimated latency comes: all shipped nets, estimated and measured on this machine.

Run `OMP_NUM_THREADS=1 python benchmarks/latency.py [--time SECONDS]`. First this machine is
measured as `archdsl device measure` does, by single layers that are of none of the nets. Then each
net is estimated with the profile, and the module that archdsl generates for it is run in PyTorch:
one sample of the net's own resolution, in evaluation mode.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

PER_NET = 1.0  # seconds, at least three runs
MOST = 30


@dataclass(frozen=True)
class Compared:
    """Seconds of a net."""

    name: str
    estimated: float
    measured: float

    @property
    def error(self) -> float:
        return abs(self.estimated / self.measured - 1)


def compared(seconds: float) -> Iterator[Compared]:
    """All shipped nets, after the machine was measured for so many seconds."""
    import torch

    import archdsl
    from archdsl.devices.roofline import latency
    from archdsl.driver.listing import shipped_listings
    from archdsl.driver.measure import measured

    torch.set_num_threads(1)
    device, _ = measured("this", seconds)
    for listing in shipped_listings():
        for listed in listing.nets:
            net = archdsl.load(listed.file).net(listed.name)
            inputs = [torch.randn(1, *shape.channels_first) for shape in listed.inputs]
            model = net.torch().eval()
            yield Compared(net.name, latency(net.graph, device), _run(model, inputs))


def _run(model: Any, inputs: Sequence[Any]) -> float:
    """The lower quartile of a net's runs, each the shorter of its wall clock and processor time."""
    import torch

    times = []
    with torch.inference_mode():
        model(*inputs)
        end = time.monotonic() + PER_NET
        while len(times) < 3 or (time.monotonic() < end and len(times) < MOST):
            wall, own = time.perf_counter(), time.process_time()
            model(*inputs)
            times.append(min(time.process_time() - own, time.perf_counter() - wall))
    return sorted(times)[len(times) // 4]


def ranked(values: Sequence[float]) -> list[float]:
    """Ranks, those of equal values their mean."""
    order = sorted(values)
    return [order.index(v) + (order.count(v) - 1) / 2 for v in values]


def spearman(found: Sequence[Compared]) -> float:
    """The rank correlation of estimates and measurements."""
    first, second = (
        ranked([it.estimated for it in found]),
        ranked([it.measured for it in found]),
    )
    return statistics.correlation(first, second)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--time", type=float, default=60, help="seconds that layers are timed for")
    options = parser.parse_args()
    found = []
    print(f"{'net':<20}{'estimated':>12}{'measured':>12}{'ratio':>8}")
    for it in compared(options.time):
        found.append(it)
        shown = (f"{1e3 * value:.2f} ms" for value in (it.estimated, it.measured))
        ratio = f"{it.estimated / it.measured:.2f}"
        print(it.name.ljust(20), *(text.rjust(11) for text in shown), ratio.rjust(7), flush=True)
    errors = sorted(it.error for it in found)
    print(
        f"{len(found)} nets: rank correlation {spearman(found):.3f}, median error "
        f"{statistics.median(errors):.1%}, of nine in ten at most "
        f"{errors[len(errors) * 9 // 10]:.0%}"
    )


if __name__ == "__main__":
    main()
