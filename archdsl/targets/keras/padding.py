"""One way of padding for all rows of a layer: Keras's `same` in some and zeros before in others
would be different code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from archdsl.ir import structure
from archdsl.ir.graph import Graph
from archdsl.ir.op import Call, KerasLowering, Op, Pads
from archdsl.ir.shape import Shape
from archdsl.ops import geometry
from archdsl.ops.geometry import Window
from archdsl.ops.keras_padding import lowest_padding, zero_padding
from archdsl.targets.layout import Brackets, flat
from archdsl.targets.outline.rows import Mismatch, Row
from archdsl.targets.outline.scope import Scope
from archdsl.targets.outline.unit import Unit
from archdsl.targets.symbolic import Bin, Lit
from archdsl.targets.written import text


def unified(
    lowered: Sequence[KerasLowering], ops: Sequence[Op], inputs: Sequence[Shape]
) -> list[KerasLowering]:
    """The same layers in every row; Mismatch where that can't be."""
    words = {_word(low[-1]) for low in lowered}
    if len({len(low) for low in lowered}) == 1 and len(words) == 1:
        return list(lowered)
    windows = [_window(op, shape) for op, shape in zip(ops, inputs, strict=True)]
    if all(_is_tf(w) for w in windows) and _one_meaning(windows):
        return [(_worded(low[-1], "same"),) for low in lowered]
    return [
        low if len(low) > 1 else (_before(op, w), _worded(low[-1], "valid"))
        for low, op, w in zip(lowered, ops, windows, strict=True)
    ]


def condition(
    unit: Unit,
    scope: Scope,
    rows: Sequence[Row],
    layer: structure.Layer,
    calls: Sequence[Call],
    doc: Brackets,
) -> str | None:
    """`k > 1`, or `padding`, for padding that some rows have and others don't; else None."""
    if not any(c.target.startswith("layers.ZeroPadding") for c in calls):
        return None
    values = [c.args[0].value for c in calls]
    pads = [bool(value) for value in values]  # none is the number 0, whatever the axes
    if all(pads):
        return None
    known = layer.sources.get("k")
    kernel = scope.convert(known.expr) if known is not None and known.expr is not None else None
    larger = Bin(">", kernel, Lit(1)) if kernel is not None else None
    if larger is not None and unit.try_settle(rows, list(pads), [larger]) == larger:
        return text(unit.use(larger))
    return flat(doc.parts[0])


_POSITIVE = frozenset(["relu", "relu6", "sigmoid", "hardsigmoid", "softmax"])
_KEEP = frozenset(
    {"add", "concat", "mul", "maxpool", "avgpool", "global_avgpool", "global_maxpool"}
    | {"dropout", "zero_pad"}
)


def is_never_negative(graph: Graph, value: int) -> bool:
    """Whether a value has no elements below zero: zeros around it are no new maximum."""
    stack, seen = [value], {value}
    while stack:
        node = graph.nodes[stack.pop()]
        if node.op.keyword in _KEEP:
            new = set(node.inputs) - seen
            seen |= new
            stack += sorted(new)
        elif node.op.keyword not in _POSITIVE:
            return False
    return True


def with_zeros(call: Call) -> Call:
    """Zeros in place of what never is a maximum."""
    if call.target != "LowestPadding":
        return call
    (pads,) = call.args
    assert isinstance(pads.value, tuple)
    return zero_padding(pads.value)


def _word(call: Call) -> object:
    """Keras's own; the numbers of a layer that pads by itself are none."""
    values = (a.value for a in call.args if a.name == "padding")
    return next((value for value in values if isinstance(value, str)), None)


def _worded(call: Call, word: str) -> Call:
    return replace(
        call, args=tuple(replace(a, value=word) if a.name == "padding" else a for a in call.args)
    )


def _window(op: Op, shape: Shape) -> Window:
    conv = getattr(op, "conv", None)
    made = conv(shape) if callable(conv) else op
    window = getattr(made, "window", None)
    if window is None or op.value("pad") is None:
        raise Mismatch("layers of different number")
    if getattr(op, "to", None) is not None:
        raise Mismatch("a window that follows from the output's size")
    found = window(shape)
    assert isinstance(found, Window)
    return found


def _is_tf(window: Window) -> bool:
    return window.pads == geometry.same_tf_pads(window.sizes, window.reach, window.stride)


def _one_meaning(windows: Sequence[Window]) -> bool:
    """Whether `same` is what was meant: unstrided, or padded unevenly, as nothing else is."""
    strided = [w for w in windows if any(s > 1 for s in w.stride)]
    return not strided or any(not geometry.symmetric(w.pads) for w in strided)


def _before(op: Op, window: Window) -> Call:
    if op.keyword == "maxpool":
        return lowest_padding(_beyond(op, window))
    if op.keyword == "avgpool" and not op.value("count_pad"):
        raise Mismatch("average pooling that counts in two ways")
    return zero_padding(window.pads)


def _beyond(op: Op, window: Window) -> Pads:
    more = window.missing() if op.value("ceil") else (0,) * len(window.pads)
    return tuple((a, b + m) for (a, b), m in zip(window.pads, more, strict=True))
