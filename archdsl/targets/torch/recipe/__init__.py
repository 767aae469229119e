"""A recipe as scripts: the module of its nets, and what is done with them."""

from __future__ import annotations

from archdsl.ir import recipe as ir
from archdsl.targets.template import render
from archdsl.targets.torch.recipe import augmentation, comparing, sources, starting, training
from archdsl.targets.torch.recipe.files import Header, assemble


def write_scripts(recipe: ir.Recipe, header: Header) -> dict[str, str]:
    """The texts of all files but model.py, by name."""
    train, transfer = recipe.train, recipe.transfer
    shard, ema = train.shard, train.ema is not None
    batch_norm = any(training.has_batch_norm(model.net.graph) for model in recipe.models)
    files = {
        "data.py": (f"{_capital(sources.words(recipe))}.", sources.pieces(recipe)),
        "augment.py": (
            "What is done with images before a net sees them.",
            augmentation.pieces(recipe),
        ),
        "checkpoint.py": (
            "Checkpoints, each written whole or not at all.",
            [_part("checkpoint", shard=shard, ema=ema)],
        ),
        "parallel.py": (
            "The processes that train: one, or as many as torchrun starts.",
            [_part("parallel", shard=shard, batch_norm=batch_norm)],
        ),
        "progress.py": ("What a training shows and writes down.", [_part("progress")]),
        "train.py": (training.docstring(recipe), [training.piece(recipe)]),
        "evaluate.py": (training.evaluation_doc(recipe), [training.evaluation(recipe)]),
    }
    if transfer.weights is not None or transfer.frozen:
        files["transfer.py"] = (starting.words(recipe), [starting.piece(recipe)])
    if transfer.features is not None:
        doc = "What the frozen net gives its head for each image: computed once, and kept."
        files["features.py"] = (doc, [starting.features(recipe, transfer.features)])
    if recipe.kind == "compare":
        doc = "Where gradients vanish, and what weight decay does to residual branches."
        files["norms.py"] = (doc, [comparing.piece(recipe)])
    return {name: assemble(header, doc, pieces) for name, (doc, pieces) in files.items()}


def _part(name: str, **values: object) -> str:
    return render(f"torch/recipe/{name}.py.jinja", **values)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
