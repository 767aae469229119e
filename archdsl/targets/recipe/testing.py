"""What is done with images in testing, whatever the framework."""

from __future__ import annotations

from collections.abc import Iterator

from archdsl.ir import recipe as ir
from archdsl.ir import recipe_augment as augment
from archdsl.ir.recipe_data import Cifar10, Digits, Mnist
from archdsl.targets.written import literal


def image_size(recipe: ir.Recipe) -> tuple[int, int] | None:
    """The size of all images as the data has them; None: they differ."""
    match recipe.data:
        case Digits(size=size):
            return size, size
        case Mnist():
            return 28, 28
        case Cifar10():
            return 32, 32
    return None


def fixed_size(recipe: ir.Recipe) -> str:
    """The size that an image file is brought to where all the data's images have one."""
    size = image_size(recipe)
    return literal(size) if size is not None else ""


def steps(recipe: ir.Recipe) -> Iterator[augment.Resize | augment.CenterCrop]:
    """What makes an image as the net takes it: nothing where the data has them so."""
    crop = recipe.evaluate.crop
    if recipe.evaluate.prepare or image_size(recipe) != tuple(crop.size):
        yield from recipe.evaluate.prepare
        yield crop


def views_words(recipe: ir.Recipe) -> str:
    """What the views of an image are."""
    evaluate = recipe.evaluate
    if evaluate.crops == 1:
        return "An image and its mirror image"
    mirrored = " and their mirror images" if evaluate.views == 10 else ""
    return f"The four corners and the centre{mirrored}"
