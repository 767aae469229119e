"""What a layer asks of a device: its kind of work, and how much of it.

Input: an op on its shapes. The kinds are those that devices are differently good at, told by the
op's family and by its weights' shape; no net and no layer is known by name.
"""

from __future__ import annotations

from math import prod

from archdsl.ir.op import Op, Shapes
from archdsl.ir.shape import Shape
from archdsl.ops.custom import Custom
from archdsl.records import record

KINDS = {
    "conv": "convolutions with a kernel, all channels together",
    "pointwise": "convolutions with a kernel of 1, all channels together",
    "grouped": "convolutions in groups of several channels",
    "depthwise": "convolutions of each channel on its own",
    "linear": "fully connected layers",
    "norm": "normalisations",
    "pool": "pooling by a window",
    "reduce": "pooling over the whole map",
    "elementwise": "sums, products, factors, and activations without an exponential",
    "function": "activations with an exponential for each element",
    "move": "what only moves elements: concatenations, shuffles, padding",
}
# With weights: only these have a width, and traffic of weights.
WEIGHTED = ("conv", "pointwise", "grouped", "depthwise", "linear")


@record
class Work:
    """One layer's, for one sample.

    kind:      a word of KINDS
    flops:     floating point operations
    elements:  read and written, without weights
    weights:   elements of the weights
    inputs, outputs: channels that meet each other: of a convolution in groups those of one group
    positions: of the output in space
    """

    kind: str
    flops: int
    elements: int
    weights: int
    inputs: int
    outputs: int
    positions: int


def work_of(op: Op, inputs: Shapes, output: Shape) -> Work | None:
    """At inference; None of what takes no time: the input itself, and views of what is there."""
    if not inputs or op.is_view(training=False):
        return None
    elements = output.elements + sum(shape.elements for shape in inputs)
    weights = sum(weight.elements for weight in op.weights(inputs))
    if isinstance(op, Custom):
        weights += op.parameters
    macs, groups = op.macs(inputs, output), 1
    if macs:
        kind, groups = _weighted(op, inputs, output)
    else:
        kind = op.family
        reach = op.receptive(inputs, output) if kind == "pool" else None
        if reach is not None and not any(reach.step):
            kind = "reduce"
    return Work(
        kind=kind,
        flops=op.flops(inputs, output),
        elements=elements,
        weights=weights,
        inputs=inputs[0].channels // groups,
        outputs=output.channels // groups,
        positions=prod(output.spatial),
    )


def _weighted(op: Op, inputs: Shapes, output: Shape) -> tuple[str, int]:
    """The kind of what multiplies by weights, and its groups."""
    kernel = next((w.shape for w in op.weights(inputs) if w.name == "weight"), ())
    if len(kernel) < 3:  # a matrix, or of a user's own op nothing known
        return "linear", 1
    taps = prod(kernel[2:])
    channels = inputs[0].channels
    groups = channels * output.channels * taps // prod(kernel)
    if groups == 1:
        return ("pointwise" if taps == 1 else "conv"), 1
    return ("depthwise" if groups == channels else "grouped"), groups
