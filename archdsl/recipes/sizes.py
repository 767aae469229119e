"""What becomes of an image's size: from the source through `augment` to what the net takes.

A size is (height, width) where it is known; of a source of any size, only what the shorter side
is, once it was resized.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archdsl.diagnostics import Label, Span
from archdsl.elaborate import Problem
from archdsl.ir.recipe import Model
from archdsl.ir.recipe_augment import CenterCrop, PaddedCrop, RandomResizedCrop, Resize, Step
from archdsl.recipes import codes
from archdsl.recipes.reading import Reader

__all__ = ["Prepared", "Size", "fits"]


@dataclass(frozen=True, slots=True)
class Size:
    """both: height and width, where known; shorter: the shorter side, where that is known."""

    both: tuple[int, int] | None = None
    shorter: int | None = None

    @property
    def least(self) -> int | None:
        return min(self.both) if self.both else self.shorter

    def __str__(self) -> str:
        if self.both:
            return "x".join(map(str, self.both))
        return "any size" if self.shorter is None else f"{self.shorter} at the shorter side"


@dataclass(frozen=True, slots=True)
class Prepared:
    """How an image is made ready for evaluation: the steps, and its size before the crops."""

    steps: tuple[Resize, ...]
    size: Size
    crop: CenterCrop


def fits(
    reader: Reader,
    source: Size,
    steps: Sequence[tuple[Step, Span]],
    model: Model,
    data: Span,
    resize: tuple[int, Span] | None,
) -> Prepared | None:
    """The way to the net's input, if it leads there; `resize` is what `evaluate` says of it."""
    size, evaluated = source, source
    prepare: list[Resize] = []
    for step, span in steps:
        match step:
            case Resize():
                size, evaluated = _resized(step, size), _resized(step, evaluated)
                prepare.append(step)
            case RandomResizedCrop():
                size = Size(step.size)
                if not prepare and evaluated.both != step.size:
                    # The part of the image that a net trained so knows best, as is the custom.
                    side = Resize(round(min(step.size) / 0.875))
                    prepare.append(side)
                    evaluated = _resized(side, evaluated)
            case PaddedCrop():
                if not _crops(reader, step, size, span, data):
                    return None
                size = Size(step.size)
    if resize is not None:
        # Instead of what the training does.
        prepare = [Resize(resize[0])]
        evaluated = _resized(prepare[0], source)
    wanted = (model.input.spatial[0], model.input.spatial[1])
    if size.both != wanted:
        reader.report(_wrong_size(size, wanted, steps, model, data))
        return None
    least = evaluated.least
    if resize is not None and least is not None and least < max(wanted):
        reader.report(
            Problem(
                codes.CROP_TOO_LARGE,
                f"the crops of {wanted[0]}x{wanted[1]} are larger than {least}, the shorter side",
                resize[1],
                help=f"write `resize = {max(wanted)}` or more",
            )
        )
        return None
    return Prepared(tuple(prepare), evaluated, CenterCrop(wanted))


def _resized(step: Resize, size: Size) -> Size:
    if isinstance(step.size, tuple):
        return Size(step.size)
    if size.both is None:
        return Size(None, step.size)
    height, width = size.both
    if height <= width:
        return Size((step.size, step.size * width // height))
    return Size((step.size * height // width, step.size))


def _crops(reader: Reader, step: PaddedCrop, size: Size, span: Span, data: Span) -> bool:
    height, width = step.size
    if size.both is None and size.shorter is None:
        reader.report(
            Problem(
                codes.CROP_TOO_LARGE,
                f"a crop of {height}x{width}, and the images may be smaller",
                span,
                secondary=[Label(data, "images of any size")],
                help=f"write `resize({max(height, width)}) -> {span.text}`",
            )
        )
        return False
    high, wide = size.both or (size.shorter or 0, size.shorter or 0)
    border = 2 * step.pad
    if height <= high + border and width <= wide + border:
        return True
    with_border = f", and {high + border}x{wide + border} with the border" if border else ""
    missing = -(-(max(height - high, width - wide)) // 2)
    reader.report(
        Problem(
            codes.CROP_TOO_LARGE,
            f"a crop of {height}x{width} is larger than the image, {size}{with_border}",
            span,
            secondary=[Label(data, "the images")],
            help=f"a border makes room, `crop({height}, pad={missing})`, or `resize` before it"
            if height == width
            else "`resize` before it",
        )
    )
    return False


def _wrong_size(
    size: Size,
    wanted: tuple[int, int],
    steps: Sequence[tuple[Step, Span]],
    model: Model,
    data: Span,
) -> Problem:
    last = [span for step, span in steps if isinstance(step, Resize | PaddedCrop)]
    last += [span for step, span in steps if isinstance(step, RandomResizedCrop)]
    where = max(last, key=lambda span: span.start) if last else data
    shown = f"{wanted[0]}x{wanted[1]}"
    to = str(wanted[0]) if wanted[0] == wanted[1] else shown
    return Problem(
        codes.WRONG_SIZE,
        f"images of {size} reach {model.name}, which takes {shown}",
        where,
        notes=[f"`{model.name}(input=..)` makes the net take another"],
        help=f"write `resize({shown})`, or `crop({to}, scale=(0.08, 1.0))` for parts of them",
    )
