"""train.py and evaluate.py: what their skeletons are filled with."""

from __future__ import annotations

from archdsl.ir import recipe as ir
from archdsl.targets.keras.recipe import optimizer
from archdsl.targets.layout import Brackets, lay_out
from archdsl.targets.outline.names import safe
from archdsl.targets.recipe import plan
from archdsl.targets.recipe.evaluation import evaluation_values
from archdsl.targets.template import render
from archdsl.targets.written import literal


def piece(recipe: ir.Recipe) -> str:
    """train.py."""
    train = recipe.train
    nets = list(dict.fromkeys(safe(model.name) for model in recipe.models))
    graphs = [model.net.graph for model in recipe.models]
    aux, features = has_heads(recipe), recipe.transfer.features
    return render(
        "keras/recipe/train.py.jinja",
        nets=", ".join(nets),
        net=nets[0],
        kind=recipe.kind,
        constants="\n".join([*plan.constants(recipe, "devices", mixup=False), *_sides(recipe)]),
        runs="\n".join(plan.runs(recipe)),
        schedule_words=plan.schedule_words(train.schedule),
        schedule=plan.schedule_code(train.schedule),
        optimizer=optimizer.statement(train),
        own_optimizer=optimizer.name(train),
        tested="average" if train.ema is not None else "model",
        description=literal(f"Trains {', '.join(nets)}."),
        smoothing=train.loss.label_smoothing > 0,
        precision=train.precision,
        ema=train.ema is not None,
        compile=train.compile,
        tensorboard=train.tensorboard,
        workers=plan.workers(train),
        taken=recipe.transfer.weights is not None,
        frozen=bool(recipe.transfer.frozen),
        features=features is not None,
        dropout=features is not None and features.dropout > 0,
        net_trained="self.model" if features is None else "self.net",
        aux=aux,
        heads=heads(recipe),
        standardized=standardized(recipe),
        batch_norm=any(plan.has_batch_norm(graph) for graph in graphs),
        **_logged(aux),
    )


def heads(recipe: ir.Recipe) -> str:
    """What a net's function is given: that it has its side heads."""
    return "training_heads=True" if has_heads(recipe) else ""


def has_heads(recipe: ir.Recipe) -> bool:
    """Whether side heads train; they don't where features are kept, since then one layer does."""
    if recipe.transfer.features is not None:
        return False
    return any(model.net.graph.aux for model in recipe.models)


def standardized(recipe: ir.Recipe) -> bool:
    """Whether a net has layers that keep their figures twice."""
    nodes = (node for model in recipe.models for node in model.net.graph)
    return any(node.op.keyword == "standardize" for node in nodes)


def _sides(recipe: ir.Recipe) -> list[str]:
    """The weights of the side heads' losses, in their order."""
    found = {
        model.name: [head.weight for head in model.net.graph.aux]
        for model in recipe.models
        if model.net.graph.aux
    }
    if not found or not has_heads(recipe):
        return []
    entries = tuple(f"{literal(name)}: {literal(ws)}" for name, ws in found.items())
    return lay_out("SIDE_WEIGHTS = ", Brackets("", entries, brackets="{}"), 0)


def _logged(aux: bool) -> dict[str, str]:
    """The names in fit's logs, as code; of several outputs each has its output's name first."""
    main = "{main}" if aux else ""
    f = "f" if aux else ""
    names = ("cross_entropy", "accuracy", "val_cross_entropy", "val_accuracy")
    return {
        name: f'{f}"{"val_" * name.startswith("val_")}{main}{name.removeprefix("val_")}"'
        for name in names
    }


def evaluation(recipe: ir.Recipe) -> str:
    """evaluate.py."""
    return render(
        "keras/recipe/evaluate.py.jinja",
        **evaluation_values(recipe),
        aux=has_heads(recipe),
        heads=heads(recipe),
        standardized=standardized(recipe),
    )
