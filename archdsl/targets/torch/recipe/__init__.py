"""A recipe as scripts: the module of its nets, and what is done with them."""

from __future__ import annotations

from archdsl.ir import recipe as ir
from archdsl.targets.recipe import branches, plan, sources
from archdsl.targets.recipe.files import Header, assemble
from archdsl.targets.template import read, render
from archdsl.targets.torch.recipe import augmentation, starting, training


def write_scripts(recipe: ir.Recipe, header: Header) -> dict[str, str]:
    """The texts of all files but model.py, by name."""
    train, transfer = recipe.train, recipe.transfer
    shard, ema = train.shard, train.ema is not None
    batch_norm = any(plan.has_batch_norm(model.net.graph) for model in recipe.models)
    batches = _part("data/batches", features=transfer.features is not None)
    files = {
        "data.py": (
            f"{plan.capital(sources.words(recipe))}.",
            [*sources.pieces(recipe, torch=True), batches],
        ),
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
        "progress.py": (
            "What a training shows and writes down.",
            [read("recipe/progress.py.jinja")],
        ),
        "train.py": (
            plan.docstring(recipe, "torchrun --nproc-per-node 2 train.py"),
            [training.piece(recipe)],
        ),
        "evaluate.py": (plan.evaluation_doc(recipe), [training.evaluation(recipe)]),
    }
    if transfer.weights is not None or transfer.frozen:
        files["transfer.py"] = (plan.transfer_words(recipe), [starting.piece(recipe)])
    if transfer.features is not None:
        doc = "What the frozen net gives its head for each image: computed once, and kept."
        files["features.py"] = (doc, [starting.features(recipe, transfer.features)])
    if recipe.kind == "compare":
        doc = "Where gradients vanish, and what weight decay does to residual branches."
        files["norms.py"] = (doc, [_part("norms", branches=branches.statement(recipe, str))])
    return {name: assemble(header, doc, pieces) for name, (doc, pieces) in files.items()}


def _part(name: str, **values: object) -> str:
    return render(f"torch/recipe/{name}.py.jinja", **values)
