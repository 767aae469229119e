"""Pooling: by a window, to a given size, and over the whole map."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Annotated, ClassVar, Self

from archdsl.ir.attributes import Field
from archdsl.ir.op import (
    KEEPS_INPUT,
    KEEPS_NOTHING,
    Arg,
    Call,
    Flag,
    KerasLowering,
    Kind,
    Op,
    OpError,
    Padding,
    Pads,
    PerAxis,
    Reach,
    Saved,
    Shapes,
    TorchLowering,
)
from archdsl.ir.shape import Shape
from archdsl.ops import codes, geometry
from archdsl.ops.geometry import Window, per_axis, scalar
from archdsl.ops.keras_padding import is_word_same, lowest_padding, zero_padding

OptionalSizes = Annotated[PerAxis | None, Kind("size")]


class _Pool(Op):
    """What the two kinds of pooling share."""

    positional = ("k",)
    family = "pool"
    short: ClassVar[str]  # as PyTorch's class names have it
    long: ClassVar[str]  # as Keras's have it

    k: Annotated[OptionalSizes, Field("Window; not with `to`.")] = None
    stride: Annotated[OptionalSizes, Field("Stride; the window's size if not given.")] = None
    pad: Annotated[Padding, Field("As for a convolution; padding is never a maximum.")] = "same"
    ceil: Annotated[Flag, Field("Count a last window that reaches beyond the input.")] = False
    to: Annotated[OptionalSizes, Field("Adaptive: the output's size, whatever the input's.")] = None

    @property
    def _counts_pad(self) -> bool:
        return True

    def window(self, shape: Shape) -> Window:
        assert self.k is not None
        kernel = per_axis(self.k, shape, "k")
        stride = kernel if self.stride is None else per_axis(self.stride, shape, "stride")
        pads = geometry.resolve_pad(self.pad, shape, kernel, stride)
        return Window(shape.spatial, kernel, stride, pads, (1,) * shape.rank)

    def resolve(self, inputs: Shapes) -> Self:
        shape = inputs[0]
        geometry.require_map(self.keyword, shape)
        if self.to is not None:
            self._check_alone()
            return self.changed(to=per_axis(self.to, shape, "to"))
        if self.k is None:
            raise OpError(
                codes.DONT_GO_TOGETHER,
                f"{self.keyword} needs a kernel size or to=",
                help=f"write {self.keyword}(2x2), say",
            )
        window = self.window(shape)
        self._check(window)
        return self.changed(k=window.kernel, stride=window.stride, pad=window.pads)

    def _check_alone(self) -> None:
        """Nothing is dropped: what `to` makes meaningless must not be given."""
        given = {
            "k": self.k is not None,
            "stride": self.stride is not None,
            "pad": self.pad != "same",
            "ceil": self.ceil,
            "count_pad": not self._counts_pad,
        }
        for name in (n for n, is_given in given.items() if is_given):
            raise OpError(
                codes.DONT_GO_TOGETHER,
                f"{name} doesn't go with to=, which sets the windows itself",
                attribute=name,
                help="leave one of them out",
            )

    def _check(self, window: Window) -> None:
        for pair, k in zip(window.pads, window.kernel, strict=True):
            if max(pair) > k // 2:  # a window of nothing but padding has no maximum and no mean
                kernel = geometry.size_text(window.kernel)
                raise OpError(
                    codes.PAD_TOO_LARGE,
                    f"a padding of {max(pair)} is more than half of the {kernel} window",
                    attribute="pad",
                    help=f"here at most {k // 2}",
                )
        if self.ceil and not geometry.symmetric(window.pads):
            raise OpError(
                codes.DONT_GO_TOGETHER,
                "ceil=true goes only with the same padding on both sides",
                attribute="ceil",
            )

    def infer(self, inputs: Shapes) -> Shape:
        shape = inputs[0]
        if self.to is not None:
            return Shape(per_axis(self.to, shape, "to"), shape.channels)
        window = self.window(shape)
        window.check_fit()
        return Shape(window.outputs(self.ceil), shape.channels)

    def stride_of(self, inputs: Shapes, output: Shape) -> tuple[int, int]:
        if self.to is not None:
            return 1, 1
        return geometry.up_or_down(self.window(inputs[0]).stride), 1

    def flops(self, inputs: Shapes, output: Shape) -> int:
        if self.to is not None:
            sizes = zip(inputs[0].spatial, output.spatial, strict=True)
            reads = tuple(geometry.adaptive_reads(n, m) for n, m in sizes)
            return geometry.volume(reads) * output.channels
        return output.elements * geometry.volume(self.window(inputs[0]).kernel)

    def receptive(self, inputs: Shapes, output: Shape) -> Reach | None:
        if self.to is None:
            window = self.window(inputs[0])
            return Reach(window.kernel, window.stride)
        sizes = tuple(zip(inputs[0].spatial, output.spatial, strict=True))
        steps = tuple(Fraction(n, m) if m > 1 else 0 for n, m in sizes)
        return Reach(tuple(geometry.adaptive_extent(n, m) for n, m in sizes), steps)

    def torch(self, inputs: Shapes, output: Shape) -> TorchLowering | None:
        rank = inputs[0].rank
        if self.to is not None:
            size = Arg("output_size", scalar(output.spatial), "to", positional=True)
            return TorchLowering(Call(f"nn.Adaptive{self.short}Pool{rank}d", (size,)))
        window = self.window(inputs[0])
        target, helper = f"nn.{self.short}Pool{rank}d", None
        pad = Arg("padding", scalar(tuple(a for a, _ in window.pads)), "pad", default=0)
        if not geometry.symmetric(window.pads):
            target = f"Padded{self.short}Pool{rank}d"
            helper = f"padded_{self.short.lower()}_pool_{rank}d"
            pad = Arg("pad", geometry.torch_order(window.pads))
        kernel, stride = scalar(window.kernel), scalar(window.stride)
        args = (
            Arg("kernel_size", kernel, "k", positional=True),
            Arg("stride", stride, "stride", default=kernel, positional=True),
            pad,
            Arg("ceil_mode", self.ceil, "ceil", default=False),
            *self._torch_extra(),
        )
        return TorchLowering(Call(target, args, helper))

    def _torch_extra(self) -> tuple[Arg, ...]:
        return ()

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        shape = inputs[0]
        if self.to is None:
            return self._keras_window(self.window(shape))
        if all(n == 1 for n in output.spatial):
            return _keras_global(self.long, shape.rank)
        if all(n % m == 0 for n, m in zip(shape.spatial, output.spatial, strict=True)):
            # Equal windows; Keras's adaptive layers are younger than the oldest Keras allowed.
            even = tuple(n // m for n, m in zip(shape.spatial, output.spatial, strict=True))
            return (self._keras_pool(even, even, "valid", shape.rank),)
        size = Arg("output_size", scalar(output.spatial), "to", positional=True)
        return (Call(f"layers.Adaptive{self.long}Pooling{shape.rank}D", (size,)),)

    def _keras_window(self, window: Window) -> KerasLowering | None:
        raise NotImplementedError

    def _keras_pool(
        self, kernel: tuple[int, ...], stride: tuple[int, ...], padding: str, rank: int
    ) -> Call:
        size = scalar(kernel)
        args = (
            Arg("pool_size", size, "k", positional=True),
            Arg("strides", scalar(stride), "stride", default=size),
            Arg("padding", padding, default="valid"),
        )
        return Call(f"layers.{self.long}Pooling{rank}D", args)

    def _keras_pads(self, window: Window) -> Pads:
        """The padding, with what ceil mode reaches beyond it."""
        if not self.ceil:
            return window.pads
        return tuple(
            (a, b + more) for (a, b), more in zip(window.pads, window.missing(), strict=True)
        )


class MaxPool(_Pool):
    """The maximum in each window; padding is never one."""

    keyword = "maxpool"
    short = "Max"
    long = "Max"

    def saved(self, inputs: Shapes, output: Shape) -> Saved:
        kept = KEEPS_INPUT if self.to is not None else self.window(inputs[0]).saved(inputs[0])
        return replace(kept, indices=output.elements)

    def _keras_window(self, window: Window) -> KerasLowering | None:
        pads = self._keras_pads(window)
        rank = len(pads)
        if not any(n for pair in pads for n in pair):
            return (self._keras_pool(window.kernel, window.stride, "valid", rank),)
        if is_word_same(window, pads):
            return (self._keras_pool(window.kernel, window.stride, "same", rank),)
        pool = self._keras_pool(window.kernel, window.stride, "valid", rank)
        return lowest_padding(pads), pool


class AvgPool(_Pool):
    """The mean of each window; whether padding counts as elements of it is `count_pad`."""

    keyword = "avgpool"
    short = "Avg"
    long = "Average"

    count_pad: Annotated[Flag, Field("Count the padding's zeros in the mean.")] = True

    @property
    def _counts_pad(self) -> bool:
        return self.count_pad

    def saved(self, inputs: Shapes, output: Shape) -> Saved:
        if self.to is None:
            window = self.window(inputs[0])
            kept = window.saved(inputs[0])
            if not self.count_pad and not geometry.symmetric(window.pads):
                # Divided by how much of each window is inside, which is the same for all.
                return replace(kept, once=geometry.volume(output.spatial))
            return kept
        return KEEPS_INPUT if any(n > 1 for n in output.spatial) else KEEPS_NOTHING

    def _torch_extra(self) -> tuple[Arg, ...]:
        return (Arg("count_include_pad", self.count_pad, "count_pad", default=True),)

    def _keras_window(self, window: Window) -> KerasLowering | None:
        pads = self._keras_pads(window)
        rank = len(pads)
        pool = self._keras_pool(window.kernel, window.stride, "valid", rank)
        if not any(n for pair in pads for n in pair):
            return (pool,)
        if self.count_pad and pads == window.pads:
            return zero_padding(pads), pool
        # Uneven padding is counted by Keras on PyTorch, whatever its `same` says elsewhere.
        if not self.count_pad and geometry.symmetric(pads) and is_word_same(window, pads):
            return (self._keras_pool(window.kernel, window.stride, "same", rank),)
        args = (
            Arg("pool_size", window.kernel, positional=True),
            Arg("strides", window.stride),
            Arg("padding", window.pads),
            Arg("beyond", window.missing() if self.ceil else (0,) * rank),
            Arg("count_padding", self.count_pad, "count_pad"),
        )
        return (Call("PaddedAveragePooling", args, "padded_average_pooling"),)


def _keras_global(long: str, rank: int) -> KerasLowering:
    keep = (Arg("keepdims", True, default=False),)
    return (Call(f"layers.Global{long}Pooling{rank}D", keep),)


class _GlobalPool(Op):
    """Pooling over the whole map."""

    family = "pool"
    short: ClassVar[str]
    long: ClassVar[str]

    def resolve(self, inputs: Shapes) -> Self:
        geometry.require_map(self.keyword, inputs[0])
        return self

    def infer(self, inputs: Shapes) -> Shape:
        return Shape((1,) * inputs[0].rank, inputs[0].channels)

    def flops(self, inputs: Shapes, output: Shape) -> int:
        return inputs[0].elements

    def receptive(self, inputs: Shapes, output: Shape) -> Reach | None:
        return Reach(inputs[0].spatial, (0,) * inputs[0].rank)

    def torch(self, inputs: Shapes, output: Shape) -> TorchLowering | None:
        size = Arg("output_size", 1, positional=True)
        return TorchLowering(Call(f"nn.Adaptive{self.short}Pool{inputs[0].rank}d", (size,)))

    def keras(self, inputs: Shapes, output: Shape) -> KerasLowering | None:
        return _keras_global(self.long, inputs[0].rank)


class GlobalAvgPool(_GlobalPool):
    """The mean of each channel over the whole map, to 1x1xC."""

    keyword = "global_avgpool"
    short = "Avg"
    long = "Average"


class GlobalMaxPool(_GlobalPool):
    """The maximum of each channel over the whole map, to 1x1xC."""

    keyword = "global_maxpool"
    short = "Max"
    long = "Max"

    def saved(self, inputs: Shapes, output: Shape) -> Saved:
        return Saved(inputs=(0,), indices=output.elements)


OPS: tuple[type[Op], ...] = (MaxPool, AvgPool, GlobalAvgPool, GlobalMaxPool)
