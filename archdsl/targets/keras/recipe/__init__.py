"""A recipe as scripts for Keras: the module of its nets, and what is done with them."""

from __future__ import annotations

from archdsl.ir import recipe as ir
from archdsl.ir.recipe_data import Cifar10, Digits, Mnist
from archdsl.targets.base import RecipeEmission
from archdsl.targets.keras.names import layer_name
from archdsl.targets.keras.recipe import augmentation, optimizer, starting, training
from archdsl.targets.recipe import branches, plan, sources
from archdsl.targets.recipe.files import Header, assemble
from archdsl.targets.template import read, render
from archdsl.targets.written import literal


def write_scripts(emission: RecipeEmission, header: Header) -> dict[str, str]:
    """The texts of all files but model.py, by name."""
    recipe = emission.recipe
    own = optimizer.own(recipe.train)
    files = {
        "data.py": (
            plan.capital(f"{sources.words(recipe)}."),
            [*sources.pieces(recipe, torch=False), _batches(recipe)],
        ),
        "augment.py": (
            "What is done with images before a net sees them.",
            augmentation.pieces(recipe),
        ),
        "checkpoint.py": (
            "Checkpoints, each written whole or not at all.",
            [_part("checkpoint", standardized=training.standardized(recipe))],
        ),
        "devices.py": (
            "The devices that train: one, or several of a machine.",
            [_part("devices", auto=recipe.train.precision == "auto")],
        ),
        "progress.py": (
            "What a training shows and writes down.",
            [read("recipe/progress.py.jinja")],
        ),
        "train.py": (
            plan.docstring(recipe, "python train.py --device gpu:0,gpu:1"),
            [training.piece(recipe)],
        ),
        "evaluate.py": (plan.evaluation_doc(recipe), [training.evaluation(recipe)]),
    }
    if own is not None:
        files["optimizers.py"] = ("The optimizer, by PyTorch's rule.", [own])
    if recipe.transfer.weights is not None or recipe.transfer.frozen:
        files["transfer.py"] = (
            plan.transfer_words(recipe),
            [starting.piece(recipe, emission.published)],
        )
    if recipe.transfer.features is not None:
        doc = "What the frozen net gives its head for each image: computed once, and kept."
        files["features.py"] = (doc, [starting.features(recipe, recipe.transfer.features)])
    if recipe.kind == "compare":
        doc = "Where gradients vanish, and what weight decay does to residual branches."
        found = branches.statement(recipe, layer_name)
        files["norms.py"] = (doc, [_part("norms", branches=found)])
    return {name: assemble(header, doc, pieces) for name, (doc, pieces) in files.items()}


def _batches(recipe: ir.Recipe) -> str:
    return _part(
        "batches",
        shape=literal(recipe.input.channels_last),
        classes=recipe.classes,
        mixup="" if recipe.mixup is None else literal(recipe.mixup),
        in_memory=isinstance(recipe.data, Digits | Mnist | Cifar10),
    )


def _part(name: str, **values: object) -> str:
    return render(f"keras/recipe/{name}.py.jinja", **values)
