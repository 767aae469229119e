"""One convolution for all rows of a layer: some padded evenly, some as TensorFlow pads, are all of
the class that finds its padding from the map that arrives."""

from __future__ import annotations

from collections.abc import Sequence

from archdsl.ir.op import Call, Op
from archdsl.ir.shape import Shape
from archdsl.ops.conv import Conv
from archdsl.ops.geometry import Window

_EVEN = {f"nn.Conv{rank}d": rank for rank in (1, 2, 3)}


def unified(calls: Sequence[Call], ops: Sequence[Op], inputs: Sequence[Shape]) -> list[Call]:
    """The calls, of one class where the numbers stay what they are."""
    same = next((c for c in calls if c.target.endswith("dSame")), None)
    others = [c for c in calls if same is not None and c.target != same.target]
    if same is None or not others:
        return list(calls)
    windows = [_window(op, shape) for op, shape in zip(ops, inputs, strict=True)]
    if any(c.target not in _EVEN for c in others) or not all(w and w.is_tf for w in windows):
        return list(calls)
    return [
        c
        if c.target == same.target
        else Call(same.target, tuple(a for a in c.args if a.name != "padding"), same.helper)
        for c in calls
    ]


def _window(op: Op, shape: Shape) -> Window | None:
    conv = getattr(op, "conv", None)
    made = conv(shape) if callable(conv) else op
    return made.window(shape) if isinstance(made, Conv) else None
