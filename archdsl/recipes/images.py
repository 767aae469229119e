"""`data` and `augment`: where images come from, and what becomes of their size on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from archdsl.diagnostics import Label, Span
from archdsl.elaborate import Problem
from archdsl.ir.recipe import Model
from archdsl.ir.recipe_augment import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    Affine,
    Color,
    Flip,
    Normalize,
    PaddedCrop,
    PcaColor,
    RandomResizedCrop,
    Resize,
    RgbShift,
    Step,
    Warp,
)
from archdsl.recipes import codes
from archdsl.recipes.forms import Form
from archdsl.recipes.image_words import STEPS
from archdsl.recipes.reading import Reader, Values, twice
from archdsl.recipes.rgb import rgb_shift
from archdsl.recipes.values import IMAGENET
from archdsl.syntax import tree

__all__ = ["Augment", "augment"]


@dataclass
class Augment:
    """What `augment` says.

    steps: with their spans; written: each step's word with its span, for those who contradict
    """

    steps: list[tuple[Step, Span]] = field(default_factory=list)
    written: list[tuple[str, Span]] = field(default_factory=list)
    mixup: float | None = None
    normalize: Normalize | None = None


def augment(reader: Reader, clause: tree.Clause, model: Model | None) -> Augment | None:
    """The steps of an `augment` block; None where one of them is wrong."""
    entries = reader.entries(clause, "augment")
    if entries is None:
        return None
    found, sound = Augment(), True
    ends: dict[str, Span] = {}
    affine: dict[str, Span] = {}
    for use in _uses(reader, entries):
        form = reader.choose("step", use, STEPS)
        values = None
        if form is not None:
            values = rgb_shift(reader, form, use) if form.several else reader.use(form, use)
        if form is None or values is None:
            sound = False
            continue
        sound &= _in_order(reader, form, use, ends)
        sound &= _on_channels(reader, form, use, model)
        found.written.append((form.keyword, use.span))
        if form.keyword in _AFFINE:
            _turn(found, form, values, use, affine)
            continue
        affine.clear()
        sound &= _add(reader, found, form, values, use, model)
    return found if sound and not _misfits(entries) else None


def _misfits(entries: Sequence[tree.Setting | tree.Steps]) -> bool:
    return any(isinstance(entry, tree.Setting) for entry in entries)


def _uses(reader: Reader, entries: Sequence[tree.Setting | tree.Steps]) -> list[tree.Use]:
    uses: list[tree.Use] = []
    for entry in entries:
        if isinstance(entry, tree.Steps):
            uses += entry.uses
            continue
        shown = f"{entry.name}({entry.value.span.text})"
        reader.report(
            Problem(
                codes.WRONG_FORM,
                "`augment` takes steps, and this is a setting",
                entry.span,
                help=f"write `{shown}`" if entry.name in STEPS else "",
            )
        )
    return uses


def _in_order(reader: Reader, form: Form, use: tree.Use, ends: dict[str, Span]) -> bool:
    """normalize and mixup come once, and after all other steps."""
    word = form.keyword
    if word in ends:
        reader.report(twice(f"`{word}`", use.span, ends[word]))
        return False
    if "normalize" in ends and word != "mixup":
        reader.report(
            Problem(
                codes.ORDER,
                f"`{word}` comes after `normalize`",
                use.span,
                secondary=[Label(ends["normalize"], "from here on values leave 0..1")],
                help="`normalize` is the last step",
            )
        )
        return False
    if word in ("normalize", "mixup"):
        ends[word] = use.span
    return True


_COLOURED = frozenset({"rgb_shift", "pca_color"})


def _on_channels(reader: Reader, form: Form, use: tree.Use, model: Model | None) -> bool:
    if form.keyword not in _COLOURED or model is None or model.input.channels == 3:
        return True
    reader.report(_no_colour(f"`{form.keyword}` changes colours", use.span, model))
    return False


def _no_colour(what: str, span: Span, model: Model) -> Problem:
    return Problem(codes.CHANNELS, f"{what}, and {model.name} takes grey images", span)


# ----------------------------------------------------------------------------------- affine

_AFFINE = frozenset({"rotate", "shear", "shift", "zoom"})


def _turn(
    found: Augment, form: Form, values: Values, use: tree.Use, given: dict[str, Span]
) -> None:
    """Steps of this kind side by side are one resampling; the same again begins another."""
    word = form.keyword
    if word in given:
        given.clear()
    old = found.steps.pop()[0] if given else Affine()
    assert isinstance(old, Affine)
    given[word] = use.span
    shear = (values.number("x"), values.number("y")) if word == "shear" else old.shear
    step = Affine(
        values.number("degrees") if word == "rotate" else old.rotate,
        shear,
        values.number("share") if word == "shift" else old.shift,
        values.number("by") if word == "zoom" else old.zoom,
    )
    found.steps.append((step, use.span))


# ------------------------------------------------------------------------------- the others


def _add(
    reader: Reader, found: Augment, form: Form, values: Values, use: tree.Use, model: Model | None
) -> bool:
    match form.keyword:
        case "mixup":
            found.mixup = values.number("alpha")
            return True
        case "normalize":
            found.normalize = _normalize(reader, values, use, model)
            return found.normalize is not None
        case "crop":
            step: Step | None = _crop(reader, values)
        case "color":
            step = _color(reader, values, use, model)
        case word:
            step = _SIMPLE[word](values)
    if step is not None:
        found.steps.append((step, use.span))
    return step is not None


def _rgb(values: Values) -> Step:
    triples = values["triples"]
    assert isinstance(triples, tuple)
    limit = values["limit"]
    return RgbShift(None if limit is None else values.number("limit"), triples)


def _resize(values: Values) -> Step:
    size = values["size"]
    if isinstance(size, tuple):
        return Resize((int(size[0]), int(size[1])))
    return Resize(values.get("size", int))


_SIMPLE: dict[str, Callable[[Values], Step]] = {
    "flip": lambda values: Flip(values.number("p")),
    "warp": lambda values: Warp(values.number("amount"), values.get("grid", int)),
    "pca_color": lambda values: PcaColor(values.number("std")),
    "rgb_shift": _rgb,
    "resize": _resize,
}


def _pair(value: object) -> tuple[int, int]:
    if isinstance(value, tuple):
        return (int(value[0]), int(value[1]))
    assert isinstance(value, int)
    return (value, value)


def _crop(reader: Reader, values: Values) -> Step | None:
    size = _pair(values["size"])
    if values.given("pad") and values.given("scale"):
        reader.report(
            Problem(
                codes.EXCLUSIVE,
                "a crop has `scale` or `pad`, not both",
                values.where("pad"),
                secondary=[Label(values.where("scale"), "a part that is resized needs no border")],
            )
        )
        return None
    if values.given("ratio") and not values.given("scale"):
        reader.report(
            Problem(
                codes.EXCLUSIVE,
                "`ratio` goes with `scale`: without it nothing is stretched",
                values.where("ratio"),
                help=f"write `crop({size[0]}, scale=(0.08, 1.0), ratio=..)`",
            )
        )
        return None
    scale, ratio = values["scale"], values["ratio"]
    if scale is None:
        return PaddedCrop(size, values.get("pad", int))
    assert isinstance(scale, tuple)
    low, high = (3 / 4, 4 / 3) if not isinstance(ratio, tuple) else ratio
    return RandomResizedCrop(size, (scale[0], scale[1]), (float(low), float(high)))


def _color(reader: Reader, values: Values, use: tree.Use, model: Model | None) -> Step | None:
    names = ("brightness", "contrast", "saturation", "hue")
    step = Color(*(values.number(name) for name in names))
    if not any(values.number(name) for name in names):
        reader.report(
            Problem(
                codes.EXCLUSIVE,
                "this `color` changes nothing",
                use.span,
                help=f"write `{values.form.example}`",
            )
        )
        return None
    for name in ("saturation", "hue"):
        if values.number(name) and model is not None and model.input.channels == 1:
            reader.report(_no_colour(f"`{name}` changes colours", values.where(name), model))
            return None
    return step


def _normalize(
    reader: Reader, values: Values, use: tree.Use, model: Model | None
) -> Normalize | None:
    channels = None if model is None else model.input.channels
    mean, std = values["mean"], values["std"]
    if mean == IMAGENET:
        if std is not None:
            reader.report(
                Problem(codes.EXCLUSIVE, '"imagenet" has its own `std`', values.where("std"))
            )
            return None
        if model is not None and channels == 1:
            reader.report(_no_colour("ImageNet's mean is of three channels", use.span, model))
            return None
        return Normalize(IMAGENET_MEAN, IMAGENET_STD)
    if not isinstance(mean, tuple) or not isinstance(std, tuple):
        reader.report(
            Problem(
                codes.EXCLUSIVE,
                "`normalize` takes `mean` and `std`",
                use.span,
                help='write `normalize("imagenet")`, or `normalize(mean=0.5, std=0.5)`',
            )
        )
        return None
    for name, parts in (("mean", mean), ("std", std)):
        if channels is not None and len(parts) not in (1, channels):
            reader.report(
                Problem(
                    codes.CHANNELS,
                    f"`{name}` has {len(parts)} numbers, and the images {channels} "
                    + ("channel" if channels == 1 else "channels"),
                    values.where(name),
                )
            )
            return None
    count = channels or max(len(mean), len(std))
    return Normalize(_spread(mean, count), _spread(std, count))


def _spread(parts: tuple[float, ...], count: int) -> tuple[float, ...]:
    return parts * count if len(parts) == 1 else parts
