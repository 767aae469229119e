"""Sizes in space: values per axis, padding, and what a sliding window makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Literal, NamedTuple

from archdsl.ir.op import KEEPS_INPUT, OpError, Pads, PerAxis, Saved
from archdsl.ir.shape import Shape
from archdsl.ops import codes

Pad = PerAxis | Pads | Literal["same", "same_tf"]


def size_text(sizes: Sequence[int]) -> str:
    return "x".join(str(n) for n in sizes)


def scalar(sizes: tuple[int, ...]) -> int | tuple[int, ...]:
    """One number where all axes agree, as a person writes it."""
    return sizes[0] if len(set(sizes)) == 1 else sizes


def count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def axes(n: int) -> str:
    return f"{n} {'axis' if n == 1 else 'axes'} in space"


def require_map(keyword: str, shape: Shape) -> None:
    if shape.rank == 0:
        raise OpError(
            codes.WANTS_MAP,
            f"{keyword} wants a map, and its input is a vector of {shape.channels}",
            help="`reshape` makes a map of a vector",
        )
    if shape.rank > 3:
        raise OpError(
            codes.WANTS_MAP, f"{keyword} knows 1 to 3 axes in space, and its input is {shape}"
        )


def per_axis(value: PerAxis, shape: Shape, attribute: str) -> tuple[int, ...]:
    """One number for each axis in space; raises OpError for a size of another length."""
    if isinstance(value, int):
        return (value,) * shape.rank
    if len(value) != shape.rank:
        raise OpError(
            codes.WRONG_LENGTH,
            f"{attribute}={size_text(value)} has {count(len(value), 'part')}, and the input "
            f"{shape} has {axes(shape.rank)}",
            attribute=attribute,
        )
    return value


def edges(value: PerAxis | Pads, shape: Shape, attribute: str) -> Pads:
    """(before, after) for each axis: of a number, a size, or one number for each side."""
    if isinstance(value, int):
        return ((value, value),) * shape.rank
    pairs = tuple(n for n in value if isinstance(n, tuple))
    if pairs:  # explicit already
        return pairs
    flat = tuple(n for n in value if isinstance(n, int))
    if len(flat) == shape.rank:
        return tuple((n, n) for n in flat)
    if len(flat) == 2 * shape.rank:
        return tuple(zip(flat[::2], flat[1::2], strict=True))
    takes = "1 or 2" if shape.rank == 1 else f"1, {shape.rank} or {2 * shape.rank}"
    raise OpError(
        codes.WRONG_LENGTH,
        f"{attribute} has {count(len(flat), 'amount')}, and for the input {shape} it takes {takes}",
        attribute=attribute,
    )


def spans(kernel: tuple[int, ...], dilation: tuple[int, ...]) -> tuple[int, ...]:
    """How far a kernel reaches on each axis, gaps included."""
    return tuple((k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True))


def same_pads(reach: tuple[int, ...]) -> Pads:
    """PyTorch's habit: as much on both sides, whatever the input's size."""
    return tuple(((k - 1) // 2, (k - 1) // 2) for k in reach)


def same_tf_pads(sizes: tuple[int, ...], reach: tuple[int, ...], stride: tuple[int, ...]) -> Pads:
    """TensorFlow's: the output is ceil(size / stride), the odd pixel goes right and bottom."""
    totals = (
        max((-(-n // s) - 1) * s + k - n, 0) for n, k, s in zip(sizes, reach, stride, strict=True)
    )
    return tuple((t // 2, t - t // 2) for t in totals)


def resolve_pad(pad: Pad, shape: Shape, reach: tuple[int, ...], stride: tuple[int, ...]) -> Pads:
    if pad == "same":
        return same_pads(reach)
    if pad == "same_tf":
        return same_tf_pads(shape.spatial, reach, stride)
    return edges(pad, shape, "pad")


def symmetric(pads: Pads) -> bool:
    return all(before == after for before, after in pads)


def torch_order(pads: Pads) -> tuple[int, ...]:
    """F.pad's order: the last axis first (left, right, top, bottom)."""
    return tuple(n for pair in reversed(pads) for n in pair)


class Window(NamedTuple):
    """A kernel that slides over a map: every value explicit for each axis."""

    sizes: tuple[int, ...]
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    pads: Pads
    dilation: tuple[int, ...]

    @property
    def reach(self) -> tuple[int, ...]:
        return spans(self.kernel, self.dilation)

    @property
    def padded(self) -> tuple[int, ...]:
        return tuple(n + a + b for n, (a, b) in zip(self.sizes, self.pads, strict=True))

    @property
    def is_tf(self) -> bool:
        """Whether the padding is TensorFlow's `same`, on maps of this size."""
        return self.pads == same_tf_pads(self.sizes, self.reach, self.stride)

    def outputs(self, ceil: bool = False) -> tuple[int, ...]:
        """Sizes that come out. With `ceil` a last partial window counts, unless it would start
        in the padding on the right (PyTorch's rule)."""
        found = []
        each = zip(self.sizes, self.padded, self.reach, self.stride, self.pads, strict=True)
        for size, padded, reach, stride, (before, _) in each:
            free = padded - reach
            out = (-(-free // stride) if ceil else free // stride) + 1
            if ceil and (out - 1) * stride >= size + before:
                out -= 1
            found.append(out)
        return tuple(found)

    def saved(self, shape: Shape) -> Saved:
        """What a layer that reads such windows keeps: its input, or the copy padded before it."""
        if symmetric(self.pads):
            return KEEPS_INPUT
        return Saved(elements=prod(self.padded) * shape.channels)

    def missing(self) -> tuple[int, ...]:
        """By how much ceil mode's last windows reach beyond the padded input."""
        each = zip(self.outputs(ceil=True), self.stride, self.reach, self.padded, strict=True)
        return tuple(max((out - 1) * s + k - padded, 0) for out, s, k, padded in each)

    def check_fit(self) -> None:
        """Raises OpError where the kernel is larger than the padded input."""
        if all(k <= n for k, n in zip(self.reach, self.padded, strict=True)):
            return
        kernel = size_text(self.kernel)
        if self.reach != self.kernel:
            kernel += f" (dilated to {size_text(self.reach)})"
        size = size_text(self.sizes)
        padding = "" if self.padded == self.sizes else f" ({size_text(self.padded)} with padding)"
        raise OpError(
            codes.KERNEL_TOO_LARGE,
            f"a kernel of {kernel} is larger than its input of {size}{padding}",
            attribute="k",
            help="take a smaller kernel, more padding, or shrink the map less before",
        )


def deconv_same(reach: tuple[int, ...], stride: tuple[int, ...]) -> tuple[Pads, tuple[int, ...]]:
    """Padding and output padding that make a deconv's output its input times the stride."""
    pads, extra = [], []
    for k, s in zip(reach, stride, strict=True):
        p = (k - s + 1) // 2 if k > s else 0
        more = (k - s) % 2 if k > s else s - k
        # PyTorch takes no output padding at stride 1: there it is less cut from the end.
        pads.append((p, p) if s > 1 else (p, p - more))
        extra.append(more if s > 1 else 0)
    return tuple(pads), tuple(extra)


def deconv_same_tf(reach: tuple[int, ...], stride: tuple[int, ...]) -> tuple[Pads, tuple[int, ...]]:
    """The same size by TensorFlow's cut: the gradient of a `same_tf` convolution."""
    totals = tuple(max(k - s, 0) for k, s in zip(reach, stride, strict=True))
    extra = tuple(max(s - k, 0) for k, s in zip(reach, stride, strict=True))
    return tuple((t // 2, t - t // 2) for t in totals), extra


def adaptive_reads(size: int, output: int) -> int:
    """How many elements adaptive windows read along one axis, overlaps counted."""
    return sum(-(-(i + 1) * size // output) - i * size // output for i in range(output))


def adaptive_extent(size: int, output: int) -> int:
    """The length of the longest of the windows that adaptive pooling reads along one axis."""
    return max(-(-(i + 1) * size // output) - i * size // output for i in range(output))


def up_or_down(stride: tuple[int, ...]) -> int:
    """The one figure for a stride that may differ between axes: the largest."""
    return max(stride, default=1)


def volume(sizes: Sequence[int]) -> int:
    return prod(sizes)
