"""`data`: the source of images, by its word."""

from __future__ import annotations

from dataclasses import dataclass

from archdsl.diagnostics import Label
from archdsl.elaborate import Problem
from archdsl.ir.recipe import Model
from archdsl.ir.recipe_data import Cifar10, Data, Digits, Folder, HuggingFace, Mnist
from archdsl.recipes import codes
from archdsl.recipes.image_words import DATA
from archdsl.recipes.models import Named
from archdsl.recipes.reading import Reader, Values
from archdsl.recipes.sizes import Size
from archdsl.syntax import tree

__all__ = ["Source", "source", "train_images"]

_DIGITS = 1797
_CLASSES = 10


@dataclass(frozen=True, slots=True)
class Source:
    """A source's words and what they come to: `size` of its images, as far as it is known."""

    values: Values
    size: Size
    data: Data


def source(reader: Reader, clause: tree.Clause, model: Named | None, seed: int) -> Source | None:
    """What `data` says; None where it is wrong. Without a model it is only looked at."""
    if not isinstance(clause.value, tree.Use):
        reader.report(
            Problem(
                codes.WRONG_FORM,
                "`data` is one source of images",
                clause.value.span,
                help="write `data digits`",
            )
        )
        return None
    form = reader.choose("data", clause.value, DATA)
    values = None if form is None else reader.use(form, clause.value)
    if values is None or model is None:
        return None
    kind = values.form.keyword
    if kind not in ("folder", "hf") and model.model.classes != _CLASSES:
        reader.report(_classes(kind, clause.value, model))
        return None
    return _source(reader, values, model.model, seed)


def _source(reader: Reader, values: Values, model: Model, seed: int) -> Source | None:
    channels = model.input.channels
    match values.form.keyword:
        case "digits":
            height, width = model.input.spatial
            if values["size"] is None and height != width:
                reader.report(
                    Problem(
                        codes.WRONG_SIZE,
                        f"digits are square, and {model.name} takes {height}x{width}",
                        values.span,
                        help=f"write `digits(size={max(height, width)})`, and crop or resize it",
                    )
                )
                return None
            side = values["size"] if isinstance(values["size"], int) else max(height, 8)
            val = values.number("val")
            return Source(values, Size((side, side)), Digits(side, val, seed, channels))
        case "mnist":
            mnist = Mnist(values.get("path", str), values.get("download", bool), channels)
            return Source(values, Size((28, 28)), mnist)
        case "cifar10":
            cifar = Cifar10(values.get("path", str), values.get("download", bool), channels)
            return Source(values, Size((32, 32)), cifar)
        case "folder":
            share = None if values["val"] is None else values.number("val")
            path = values.get("path", str)
            return Source(values, Size(), Folder(path, share, seed, channels, model.classes))
    config = values["config"]
    return Source(
        values,
        Size(),
        HuggingFace(
            values.get("name", str),
            config if isinstance(config, str) else None,
            values.get("image", str),
            values.get("label", str),
            values.get("train", str),
            values.get("val", str),
            values.get("download", bool),
            channels,
            model.classes,
        ),
    )


def _classes(kind: str, use: tree.Use, model: Named) -> Problem:
    net = model.model
    names = {param.name for param in net.net.block.params}
    return Problem(
        codes.CLASSES,
        f"{net.name} tells {net.classes} classes apart, and {kind} has {_CLASSES}",
        model.span,
        secondary=[Label(use.span, f"{_CLASSES} classes")],
        help=f"write `{net.name}(classes = {_CLASSES})`" if "classes" in names else "",
    )


def train_images(data: Data) -> int | None:
    """How many images there are to train with, where that is known before they are read."""
    match data:
        case Digits():
            return _DIGITS - round(data.val * _DIGITS)
        case Mnist():
            return 60_000
        case Cifar10():
            return 50_000
    return None
