"""data.py: where images come from."""

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


def pieces(recipe: ir.Recipe, *, torch: bool) -> list[str]:
    """What data.py begins with: the images, and how a single one is read.

    torch: as PyTorch's tensors, channels first; else as arrays of numpy, channels last
    """
    made = _source(recipe, torch)
    return [*made, _render("picture", channels=recipe.data.channels, torch=torch)]


def _source(recipe: ir.Recipe, torch: bool) -> list[str]:
    channels = recipe.data.channels
    repeated = ""
    if channels == 3:
        repeated = ".repeat(1, 3, 1, 1)" if torch else ".repeat(3, -1)"
    match recipe.data:
        case Digits() as data:
            source = _render(
                "digits",
                torch=torch,
                size=data.size,
                val=data.val,
                seed=data.seed,
                repeated=repeated,
                channels=channels,
            )
            return [source]
        case Mnist() as data:
            source = _render(
                "mnist",
                torch=torch,
                path=literal(data.path),
                download=data.download,
                repeated=repeated,
            )
            return [_render("memory", torch=torch), source]
        case Cifar10() as data:
            source = _render(
                "cifar10",
                torch=torch,
                path=literal(data.path),
                download=data.download,
                channels=channels,
            )
            return [_render("memory", torch=torch), source]
        case Folder() as data:
            source = _render(
                "folder",
                torch=torch,
                path=literal(data.path),
                split=data.val is not None,
                val=data.val,
                seed=data.seed,
                classes=data.classes,
            )
            return [source]
        case HuggingFace() as data:
            source = _render(
                "huggingface",
                torch=torch,
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
            return [source]


def _render(name: str, **values: object) -> str:
    return render(f"recipe/data/{name}.py.jinja", **values)
