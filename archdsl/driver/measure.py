"""A profile of this machine, from single layers timed in PyTorch.

Each layer is a net of its own, compiled as any net is, in evaluation mode, one sample in float32.
What comes before a layer in a network is imitated: its input has just been written, its weights
and its code have not just been used. So every layer runs once in turn among others of all kinds,
many rounds over, and the lower quartile of its times is taken.
"""

from __future__ import annotations

import math
import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archdsl import __version__
from archdsl.devices import sweep
from archdsl.devices.calibrate import Timed, calibrated, errors
from archdsl.devices.profile import Device
from archdsl.devices.work import Work, work_of
from archdsl.driver.writing import MARKER

if TYPE_CHECKING:
    import torch

LEAST = 3  # rounds
MOST = 25
PER_LAYER = 0.12  # seconds of the time that there is, compiling and building included
_COLD = 48_000_000  # bytes of weights between two runs of a layer, more than caches hold
_KEPT = 31_000_000  # a block as large as glibc's allocator keeps when it is freed

Progress = Callable[[int, int], None]


def timed(
    seconds: float, progress: Progress | None = None, seed: int = sweep.SEED, most: int = 500
) -> list[Timed]:
    """Layers and their times, within about so many seconds; progress(done, of)."""
    import torch

    samples = sweep.samples(max(2 * sweep.GROUP, min(most, int(seconds / PER_LAYER))), seed)
    end = time.monotonic() + seconds
    found: list[Timed] = []
    with torch.inference_mode():
        _warm()
        for at in range(0, len(samples), sweep.GROUP):
            left = math.ceil((len(samples) - at) / sweep.GROUP)
            share = max(0.0, end - time.monotonic()) / left
            found += _group(samples[at : at + sweep.GROUP], time.monotonic() + share)
            if progress is not None:
                progress(min(at + sweep.GROUP, len(samples)), len(samples))
    return found


def measured(name: str, seconds: float, progress: Progress | None = None) -> tuple[Device, str]:
    """A profile of this machine, and what its text begins with."""
    import torch

    layers = timed(seconds, progress)
    threads = torch.get_num_threads()
    on = f"{threads} thread{'s' if threads > 1 else ''}"
    title = f"{_processor()}, {on}"
    device = calibrated(name, title, layers, _memory())
    off = sorted(errors(device, layers))
    how = (
        f"{len(layers)} layers timed in PyTorch {torch.__version__} on {on}, {date.today()}; the "
        f"figures give the time of half of them to {off[len(off) // 2]:.0%} or better"
    )
    known = {"memory": "as the system says"} if device.memory is not None else {}
    names = ("launch", "peak", "bandwidth", "layers")
    head = f"{MARKER} {__version__}: `archdsl device measure`.\nOf {title}."
    return replace(device, sources={**known, **dict.fromkeys(names, how)}), head


def _processor() -> str:
    """Its name, as the system has it."""
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8", errors="replace").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name" and value.strip():
                return " ".join(value.split())[:100]
    return platform.processor() or platform.machine() or "this machine"


def _memory() -> int | None:
    """Bytes of this machine's memory, where the system tells."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None


def _warm() -> None:
    """Lets glibc keep freed memory, as it comes to do in any process that has run a while."""
    import torch

    for _ in range(2):
        torch.zeros(_KEPT // 4)


@dataclass
class _Layer:
    """A net of one layer: copies of its module with weights of their own, and its inputs."""

    models: list[Any]
    inputs: list[torch.Tensor]
    times: list[float]


def _group(samples: Sequence[sweep.Sample], end: float) -> list[Timed]:
    """In turn until the time is up."""
    layers, works = _built(samples)
    cost = _clock_cost()
    for turn in range(MOST):
        for layer in layers:
            spent = _run(layer, turn) - cost
            if turn:  # the first warms up
                layer.times.append(max(spent, 1e-8))
        if turn >= LEAST and time.monotonic() > end:
            break
    return [Timed(work, _low(layer.times)) for work, layer in zip(works, layers, strict=True)]


def _built(samples: Sequence[sweep.Sample]) -> tuple[list[_Layer], list[Work]]:
    import torch

    from archdsl.driver.api import loads
    from archdsl.driver.runtime import module_of

    spec = loads(sweep.spec(list(samples)), name="<layers>")
    nets = [spec.net(sample.name) for sample in samples]
    module = module_of(spec.source("torch"), "layers", "torch")
    layers, works = [], []
    for net in nets:
        graph = net.graph
        (node,) = [node for node in graph.nodes if node.inputs]
        work = work_of(node.op, graph.input_shapes(node), node.shape)
        assert work is not None
        copies = min(8, 1 + _COLD // (4 * work.weights * sweep.GROUP)) if work.weights else 1
        inputs = [torch.randn(1, *graph.nodes[at].shape.channels_first) for _, at in graph.inputs]
        models = [getattr(module, net.name)().eval() for _ in range(copies)]
        layers.append(_Layer(models, inputs, []))
        works.append(work)
    return layers, works


def _run(layer: _Layer, turn: int) -> float:
    """Seconds of one run; its inputs have just been written."""
    model = layer.models[turn % len(layer.models)]
    for value in layer.inputs:
        value.mul_(1.0)
    wall, own = time.perf_counter(), time.process_time()
    model(*layer.inputs)
    # A neighbour that has the processor meanwhile lengthens the one, a clock of coarse steps the
    # other.
    return min(time.process_time() - own, time.perf_counter() - wall)


def _clock_cost() -> float:
    """What _run has beside the model."""
    found = []
    for _ in range(50):
        wall, own = time.perf_counter(), time.process_time()
        found.append(min(time.process_time() - own, time.perf_counter() - wall))
    return _low(found)


def _low(times: Sequence[float]) -> float:
    """The lower quartile: what an undisturbed run takes."""
    return sorted(times)[len(times) // 4]
