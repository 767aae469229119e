"""The time of a layer: a launch, and its arithmetic and its traffic at the device's rates.

The roofline of Williams, Waterman and Patterson (CACM 52(4), 2009), for each layer: work at the
peak rate, bytes at the bandwidth, each times what this kind of layer reaches of it; the slower of
both counts, or their sum on a device that does one after the other. Frameworks run layers one
after the other, so a net takes the sum of its layers.
"""

from __future__ import annotations

from archdsl.analysis.memory import DTYPES
from archdsl.devices.profile import Device
from archdsl.devices.work import Work, work_of
from archdsl.ir.graph import Graph
from archdsl.ir.op import Op, Shapes
from archdsl.ir.shape import Shape


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
    size = DTYPES[dtype]
    # Few output channels leave lanes empty: as much time as `half` more channels would take.
    rate = device.peak[dtype] * rates.compute
    compute = batch * work.flops * (1 + rates.half / work.outputs) / rate
    moved = batch * work.elements * size
    near = min(moved, device.cache_size)
    traffic = (near / device.cache + (moved - near) / device.bandwidth) / rates.memory
    traffic += work.weights * size / (device.bandwidth * rates.weights)
    launch = device.launch if rates.launch is None else rates.launch
    return launch + (max(compute, traffic) if device.overlap else compute + traffic)


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
