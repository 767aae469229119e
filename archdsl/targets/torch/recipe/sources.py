"""data.py: where images come from, and the batches that they are made into."""

from __future__ import annotations

from archdsl.ir import recipe as ir
from archdsl.ir.recipe_data import Cifar10, Digits, Folder, HuggingFace, Mnist
from archdsl.targets.template import render
from archdsl.targets.written import literal


def words(recipe: ir.Recipe) -> str:
    """The data in a few words."""
    match recipe.data:
        case Digits(size=size):
            return f"scikit-learn's handwritten digits, enlarged to {size}x{size}"
        case Mnist():
            return "MNIST, handwritten digits"
        case Cifar10():
            return "CIFAR-10"
        case Folder(path=path):
            return f"the images in {path}"
        case HuggingFace(name=name):
            return f"the data set {name}"


def pieces(recipe: ir.Recipe) -> list[str]:
    """What data.py is put together of."""
    channels = recipe.data.channels
    picture = _render("picture", channels=channels)
    batches = _render("batches", features=recipe.transfer.features is not None)
    match recipe.data:
        case Digits() as data:
            repeated = ".repeat(1, 3, 1, 1)" if channels == 3 else ""
            source = _render(
                "digits",
                size=data.size,
                val=data.val,
                seed=data.seed,
                repeated=repeated,
                channels=channels,
            )
            return [source, picture, batches]
        case Mnist() as data:
            repeated = ".repeat(1, 3, 1, 1)" if channels == 3 else ""
            source = _render(
                "mnist", path=literal(data.path), download=data.download, repeated=repeated
            )
            return [_render("memory"), source, picture, batches]
        case Cifar10() as data:
            source = _render(
                "cifar10", path=literal(data.path), download=data.download, channels=channels
            )
            return [_render("memory"), source, picture, batches]
        case Folder() as data:
            source = _render(
                "folder",
                path=literal(data.path),
                split=data.val is not None,
                val=data.val,
                seed=data.seed,
                classes=data.classes,
            )
            return [source, picture, batches]
        case HuggingFace() as data:
            source = _render(
                "huggingface",
                arguments=", ".join(literal(a) for a in (data.name, data.config) if a is not None),
                dataset=literal(data.name),
                image=literal(data.image),
                label=literal(data.label),
                train=literal(data.train),
                val=literal(data.val),
                download=data.download,
                mode=literal("L" if channels == 1 else "RGB"),
                classes=data.classes,
            )
            return [source, picture, batches]


def _render(name: str, **values: object) -> str:
    return render(f"torch/recipe/data/{name}.py.jinja", **values)
