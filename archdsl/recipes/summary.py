"""A recipe in one line."""

from __future__ import annotations

from archdsl.ir.recipe import Recipe
from archdsl.ir.recipe_data import Cifar10, Digits, Folder, HuggingFace, Mnist

__all__ = ["line"]

_MOST = 4


def line(recipe: Recipe) -> str:
    """`Flowers: ResNet50 on the folder "flowers", 30 epochs in batches of 128, 20 layers frozen`"""
    train = recipe.train
    parts = [
        f"{recipe.name}: {_nets(recipe)} on {_data(recipe)}",
        f"{train.epochs:,} {'epoch' if train.epochs == 1 else 'epochs'} in batches of "
        f"{train.batch:,}",
    ]
    if recipe.transfer.frozen:
        parts.append(f"{len(recipe.transfer.frozen)} layers frozen")
    return ", ".join(parts)


def _nets(recipe: Recipe) -> str:
    names = [model.name for model in recipe.models]
    shown = ", ".join(names[:_MOST]) + (", .." if len(names) > _MOST else "")
    if recipe.kind == "compare":
        return f"{shown} compared"
    if recipe.ensemble is not None:
        count = len(recipe.ensemble.members)
        return f"an ensemble of {shown}" if len(names) > 1 else f"an ensemble of {count} {shown}"
    return shown


def _data(recipe: Recipe) -> str:
    match recipe.data:
        case Digits(size=size):
            return f"digits of {size}x{size}"
        case Folder(path=path):
            return f'the folder "{path}"'
        case Mnist():
            return "mnist"
        case Cifar10():
            return "cifar10"
        case HuggingFace(name=name):
            return f'the data set "{name}"'
