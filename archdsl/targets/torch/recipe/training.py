"""train.py and evaluate.py: what their skeletons are filled with."""

from __future__ import annotations

from archdsl.ir import recipe as ir
from archdsl.targets.layout import Doc, call, lay_out
from archdsl.targets.outline.names import safe
from archdsl.targets.recipe import plan
from archdsl.targets.recipe.evaluation import evaluation_values
from archdsl.targets.template import render
from archdsl.targets.written import literal


def piece(recipe: ir.Recipe) -> str:
    """train.py."""
    train = recipe.train
    numbers = plan.constants(recipe, "processes")
    if train.precision == "auto":
        numbers.append("BFLOAT16 = torch.cuda.is_available() and torch.cuda.is_bf16_supported()")
    nets = list(dict.fromkeys(safe(model.name) for model in recipe.models))
    graphs = [model.net.graph for model in recipe.models]
    return render(
        "torch/recipe/train.py.jinja",
        nets=", ".join(nets),
        net=nets[0],
        kind=recipe.kind,
        constants="\n".join(numbers),
        runs="\n".join(plan.runs(recipe)),
        schedule_words=plan.schedule_words(train.schedule),
        schedule=plan.schedule_code(train.schedule),
        optimizer=optimizer(recipe),
        tested="average" if train.ema is not None else "model",
        autocast=train.precision != "float32",
        description=literal(f"Trains {', '.join(nets)}."),
        smoothing=train.loss.label_smoothing > 0,
        precision=train.precision,
        ema=train.ema is not None,
        clip=train.clip is not None,
        shard=train.shard,
        compile=train.compile,
        channels_last=train.channels_last,
        tensorboard=train.tensorboard,
        workers=plan.workers(train),
        mixup=recipe.mixup is not None,
        taken=recipe.transfer.weights is not None,
        frozen=bool(recipe.transfer.frozen),
        features=recipe.transfer.features is not None,
        scaled=train.precision == "float16",
        aux=recipe.transfer.features is None and any(graph.aux for graph in graphs),
        batch_norm=any(plan.has_batch_norm(graph) for graph in graphs),
    )


# ------------------------------------------------------------------------------- optimizer


def optimizer(recipe: ir.Recipe) -> str:
    """The statement that makes the optimizer."""
    weights = "self.model.parameters()"
    if recipe.transfer.frozen:
        weights = "[w for w in self.model.parameters() if w.requires_grad]"
    name, extra = _arguments(recipe.train.optimizer)
    parts: list[Doc] = [weights, "RATE", *extra]
    return "\n".join(lay_out("self.optimizer = ", call(f"torch.optim.{name}", parts), 2))


def _arguments(one: ir.Optimizer) -> tuple[str, list[str]]:
    """torch's class, and what isn't its default."""
    if isinstance(one, ir.Sgd):
        return "SGD", _changed(
            momentum=(one.momentum, 0.0),
            weight_decay=(one.weight_decay, 0.0),
            nesterov=(one.nesterov, False),
        )
    if isinstance(one, ir.RmsProp):
        return "RMSprop", _changed(
            alpha=(one.rho, 0.99),
            eps=(one.eps, 1e-8),
            weight_decay=(one.weight_decay, 0.0),
            momentum=(one.momentum, 0.0),
        )
    decoupled = isinstance(one, ir.AdamW)
    return "AdamW" if decoupled else "Adam", _changed(
        betas=((one.beta1, one.beta2), (0.9, 0.999)),
        eps=(one.eps, 1e-8),
        weight_decay=(one.weight_decay, 0.01 if decoupled else 0.0),
    )


def _changed(**values: tuple[object, object]) -> list[str]:
    return [
        f"{name}={literal(value)}" for name, (value, default) in values.items() if value != default
    ]


# ------------------------------------------------------------------------------- evaluate.py


def evaluation(recipe: ir.Recipe) -> str:
    """evaluate.py."""
    return render(
        "torch/recipe/evaluate.py.jinja",
        **evaluation_values(recipe),
    )
