"""The time of a layer: a launch, and its arithmetic and its traffic at the device's rates.

The roofline of Williams, Waterman and Patterson (CACM 52(4), 2009), for each layer: work at the
peak rate, bytes at the bandwidth, each times what this kind of layer reaches of it. The slowest of
the three counts, or their sum on a device that does one after the other. Frameworks run layers one
after the other, so a net takes the sum of its layers.
"""

from __future__ import annotations

from archdsl.analysis.memory import DTYPES
from archdsl.devices.profile import Device, Rates
from archdsl.devices.work import Work, work_of
from archdsl.ir.graph import Graph
from archdsl.ir.op import Op, Shapes
from archdsl.ir.shape import Shape
from archdsl.records import record


def seconds(
    device: Device,
    op: Op,
    inputs: Shapes,
    output: Shape,
    batch: int = 1,
    dtype: str = "float32",
) -> float:
    """Of one layer at inference, for a batch; KeyError where the device has no rate for dtype."""
    work = None if op.keyword in device.folded else work_of(op, inputs, output)
    return seconds_of(device, work, batch, dtype) if work else 0.0


def seconds_of(device: Device, work: Work, batch: int = 1, dtype: str = "float32") -> float:
    rates = device.rates(work.kind)
    launch = device.launch if rates.launch is None else rates.launch
    return taken(ideal(device, work, batch, dtype), rates, launch, device.overlap)


@record
class Ideal:
    """Seconds of a layer's parts where the device's whole rates are reached.

    outputs: the channels that the arithmetic is spread over
    """

    compute: float
    outputs: int
    values: float
    weights: float


def ideal(device: Device, work: Work, batch: int, dtype: str) -> Ideal:
    size = DTYPES[dtype]
    moved = batch * work.elements * size
    near = min(moved, device.cache_size)
    return Ideal(
        compute=batch * work.flops / device.peak[dtype],
        outputs=work.outputs,
        values=near / device.cache + (moved - near) / device.bandwidth,
        weights=work.weights * size / device.bandwidth,  # once for the batch, from memory
    )


def taken(parts: Ideal, rates: Rates, launch: float, overlap: bool) -> float:
    """Seconds, at the rates that are reached."""
    # Few output channels leave lanes empty: it takes as long as with `half` channels more.
    compute = parts.compute * (1 + rates.half / parts.outputs) / rates.compute
    traffic = parts.values / rates.memory + parts.weights / rates.weights
    return max(launch, compute, traffic) if overlap else launch + compute + traffic


def latencies(
    graph: Graph, device: Device, batch: int = 1, dtype: str = "float32"
) -> tuple[float, ...]:
    """Of each node; 0 of side heads, which are absent at inference."""
    known: dict[tuple[int, Shapes], float] = {}
    found = []
    for node in graph.nodes:
        shapes = graph.input_shapes(node)
        key = (id(node.op), shapes)
        if key not in known:
            known[key] = seconds(device, node.op, shapes, node.shape, batch, dtype)
        found.append(0.0 if node.aux else known[key])
    return tuple(found)


def latency(graph: Graph, device: Device, batch: int = 1, dtype: str = "float32") -> float:
    """Seconds of a net at inference, for a batch."""
    return sum(latencies(graph, device, batch, dtype))
