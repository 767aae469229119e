"""train.py's parts that are more than a flag: constants, optimizer, schedule."""

from __future__ import annotations

from archdsl.ir import recipe as ir
from archdsl.ir.graph import Graph
from archdsl.targets.layout import Brackets, Doc, call, lay_out
from archdsl.targets.outline.names import safe
from archdsl.targets.template import render
from archdsl.targets.torch.recipe import sources
from archdsl.targets.torch.recipe.augmentation import fixed_size
from archdsl.targets.written import literal


def docstring(recipe: ir.Recipe) -> str:
    """What train.py says of itself."""
    what = {
        "single": "Trains {nets} on {data}.",
        "ensemble": "Trains an ensemble of {nets} on {data}, one member after the other.",
        "compare": "Trains {nets} on {data}, one after the other, and compares them.",
    }[recipe.kind]
    nets = ", ".join(model.name for model in recipe.models)
    where = "" if recipe.kind == "single" else ", for each training in a folder of its own"
    lines = [what.format(nets=nets, data=sources.words(recipe))]
    if recipe.doc:
        lines += ["", *recipe.doc.splitlines()]
    lines += [
        "",
        "    python train.py",
        "    torchrun --nproc-per-node 2 train.py",
        "",
        "Goes on from the last checkpoint where there is one. Leaves in --out (run/)"
        f"{where}: last.safetensors (the checkpoint), weights.safetensors,",
        "log.csv and curves.png.",
    ]
    return "\n".join(lines)


def piece(recipe: ir.Recipe) -> str:
    """train.py."""
    train = recipe.train
    numbers = constants(train)
    if recipe.mixup is not None:
        numbers.append(f"MIXUP = {literal(recipe.mixup)}")
    nets = list(dict.fromkeys(safe(model.name) for model in recipe.models))
    graphs = [model.net.graph for model in recipe.models]
    return render(
        "torch/recipe/train.py.jinja",
        nets=", ".join(nets),
        net=nets[0],
        kind=recipe.kind,
        constants="\n".join(numbers),
        runs="\n".join(runs(recipe)),
        schedule_words=schedule_words(train.schedule),
        schedule=schedule_code(train.schedule),
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
        workers=workers(train),
        mixup=recipe.mixup is not None,
        taken=recipe.transfer.weights is not None,
        frozen=bool(recipe.transfer.frozen),
        features=recipe.transfer.features is not None,
        scaled=train.precision == "float16",
        aux=any(graph.aux for graph in graphs),
        batch_norm=any(has_batch_norm(graph) for graph in graphs),
    )


def workers(train: ir.Train) -> str:
    """The default of `--workers`."""
    return "data.usual_workers()" if train.workers is None else str(train.workers)


def has_batch_norm(graph: Graph) -> bool:
    return any(node.op.keyword == "bn" for node in graph.nodes)


def runs(recipe: ir.Recipe) -> list[str]:
    """The trainings, where there are several."""
    if recipe.ensemble is not None:
        members = [
            f"({safe(recipe.models[m.model].name)}, {m.seed})" for m in recipe.ensemble.members
        ]
        return lay_out("MEMBERS = ", Brackets("", tuple(members), brackets="[]"), 0)
    if recipe.kind == "compare":
        nets = [safe(model.name) for model in recipe.models]
        return lay_out("NETS = ", Brackets("", tuple(nets), brackets="[]"), 0)
    return []


def constants(train: ir.Train) -> list[str]:
    """The recipe's numbers, at the top of the file."""
    lines = [
        f"EPOCHS = {train.epochs}",
        f"BATCH = {train.batch}  # images a step, over all processes together",
        f"SEED = {train.seed}",
        f"RATE = {literal(train.optimizer.rate)}",
    ]
    schedule = train.schedule
    if not isinstance(schedule, ir.OneCycle) and schedule.warmup:
        lines.append(f"WARMUP = {literal(_short(schedule.warmup))}  # epochs")
    if isinstance(schedule, ir.Steps):
        lines.append(f"DROPS = {literal([_short(at) for at in schedule.at])}  # epochs")
        lines.append(f"DROP = {literal(schedule.gamma)}")
    if isinstance(schedule, ir.Cosine) and schedule.final:
        lines.append(f"FINAL = {literal(schedule.final)}  # the rate's share that is left")
    if isinstance(schedule, ir.OneCycle):
        lines.append(f"PEAK = {literal(schedule.peak)}  # the steps' share before the peak")
        lines.append(f"FIRST, FINAL = {literal(schedule.start)}, {literal(schedule.final)}")
    if train.loss.label_smoothing:
        lines.append(f"SMOOTHING = {literal(train.loss.label_smoothing)}")
    if train.ema is not None:
        lines.append(f"EMA = {literal(train.ema)}")
    if train.clip is not None:
        lines.append(f"CLIP = {literal(_short(train.clip))}  # the largest norm of the gradients")
    if train.precision == "auto":
        lines.append("BFLOAT16 = torch.cuda.is_available() and torch.cuda.is_bf16_supported()")
    return lines


def _short(value: float) -> float | int:
    return int(value) if value == int(value) else value


# ------------------------------------------------------------------------------- schedule


def schedule_words(schedule: ir.Schedule) -> str:
    """How the schedule goes, as the end of a sentence."""
    if isinstance(schedule, ir.OneCycle):
        return "up to RATE and down again, both by half a cosine"
    warmup = "a warm-up, then " if schedule.warmup else ""
    if isinstance(schedule, ir.Cosine):
        return f"{warmup}half a cosine"
    if isinstance(schedule, ir.Steps):
        return f"{warmup}less by a factor at each drop"
    return f"{warmup}constant"


def schedule_code(schedule: ir.Schedule) -> str:
    """The body of `rate(step, steps)`."""
    if isinstance(schedule, ir.OneCycle):
        return _ONE_CYCLE
    lines: list[str] = []
    if schedule.warmup:
        lines = [
            "warmup = max(1, round(WARMUP * steps))",
            "if step < warmup:",
            "    return RATE * (step + 1) / warmup",
        ]
    if isinstance(schedule, ir.Steps):
        lines.append("return RATE * DROP ** sum(at * steps <= step for at in DROPS)")
    elif isinstance(schedule, ir.Cosine):
        since = ("step", "EPOCHS * steps")
        if schedule.warmup:
            since = ("(step - warmup)", "(EPOCHS * steps - warmup)")
        lines.append(f"done = {since[0]} / {since[1]}")
        shape = "(1 + math.cos(math.pi * done)) / 2"
        if schedule.final:
            lines.append(f"return RATE * (FINAL + (1 - FINAL) * {shape})")
        else:
            lines.append(f"return RATE * {shape}")
    else:
        lines.append("return RATE")
    return "\n".join(f"    {line}" for line in lines)


_ONE_CYCLE = """\
    last = EPOCHS * steps - 1
    peak = PEAK * EPOCHS * steps - 1
    if step <= peak:
        done = step / peak
        return RATE * (FIRST + (1 - FIRST) * (1 - math.cos(math.pi * done)) / 2)
    done = (step - peak) / (last - peak)
    return RATE * (FINAL + (1 - FINAL) * (1 + math.cos(math.pi * done)) / 2)"""


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


def evaluation_doc(recipe: ir.Recipe) -> str:
    """What evaluate.py says of itself."""
    nets = ", ".join(model.name for model in recipe.models)
    return f"""Measures {nets} on the images held out, or says what single images show.

    python evaluate.py --json results.json --plot confusion.png
    python evaluate.py image.jpg

The weights are those that train.py has left in run/."""


def evaluation(recipe: ir.Recipe) -> str:
    """evaluate.py."""
    nets = list(dict.fromkeys(safe(model.name) for model in recipe.models))
    several = {"single": "", "ensemble": "models", "compare": ""}[recipe.kind]
    views = recipe.evaluate.views
    averaged = [what for what, there in (("its views", views > 1), ("the nets", several)) if there]
    return render(
        "torch/recipe/evaluate.py.jinja",
        nets=", ".join(nets),
        net=nets[0],
        kind=recipe.kind,
        batch=max(1, recipe.train.batch // views),
        views=views,
        runs="\n".join(runs(recipe)),
        metrics=list(recipe.evaluate.metrics),
        part="average" if recipe.train.ema is not None else "model",
        averaged=f", averaged over {' and '.join(averaged)}" if averaged else "",
        fixed_size=fixed_size(recipe),
        description=literal(f"Measures {', '.join(nets)}."),
        workers=workers(recipe.train),
    )
