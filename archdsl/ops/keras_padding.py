"""How a window's padding is said in Keras."""

from __future__ import annotations

from archdsl.ir.op import Arg, Call, KerasLowering, Pads
from archdsl.ops import geometry
from archdsl.ops.geometry import Window


def pads_value(pads: Pads) -> object:
    """Keras's forms: one number, one for each axis, or a pair for each."""
    if not geometry.symmetric(pads):
        return pads[0] if len(pads) == 1 else pads
    return geometry.scalar(tuple(before for before, _ in pads))


def zero_padding(pads: Pads) -> Call:
    rank = len(pads)
    return Call(f"layers.ZeroPadding{rank}D", (Arg("padding", pads_value(pads), positional=True),))


def lowest_padding(pads: Pads) -> Call:
    """Padding with what never is a maximum."""
    return Call("LowestPadding", (Arg("padding", pads, positional=True),), "lowest_padding")


def is_word_same(window: Window, pads: Pads) -> bool:
    """Whether Keras's own `same` is this very padding.

    A strided symmetric padding is never written so, even on a size where both agree: the word
    would mean something else on the next size.
    """
    tf = geometry.same_tf_pads(window.sizes, window.reach, window.stride)
    unstrided = all(s == 1 for s in window.stride)
    return pads == tf and (unstrided or not geometry.symmetric(pads))


def conv_padding(window: Window) -> tuple[tuple[Call, ...], str]:
    """Layers that pad beforehand, and the layer's own word."""
    if not any(n for pair in window.pads for n in pair):
        return (), "valid"
    if is_word_same(window, window.pads):
        return (), "same"
    return (zero_padding(window.pads),), "valid"


def strides_and_dilates(window: Window) -> bool:
    """Keras refuses both together."""
    return any(s > 1 for s in window.stride) and any(d > 1 for d in window.dilation)


def subsampled(window: Window, kind: str, args: tuple[Arg, ...]) -> KerasLowering:
    """A strided convolution that Keras can't stride, as one of stride 1 that is then subsampled.

    kind: `Conv`, `DepthwiseConv`
    args: of that convolution, without strides and padding
    """
    rank = len(window.stride)
    before = (zero_padding(window.pads),) if any(n for p in window.pads for n in p) else ()
    every = Arg("every", window.stride)
    helper = f"subsampled_{'depthwise_' if kind != 'Conv' else ''}conv_{rank}d"
    return (*before, Call(f"Subsampled{kind}{rank}D", (*args, every), helper))
