"""A training's plan as Python: its numbers, its schedule, the nets that are trained."""

from __future__ import annotations

from archdsl.ir import recipe as ir
from archdsl.ir.graph import Graph
from archdsl.targets.layout import Brackets, lay_out
from archdsl.targets.outline.names import safe
from archdsl.targets.recipe import sources
from archdsl.targets.written import literal


def capital(text: str) -> str:
    """The text as a sentence begins."""
    return text[:1].upper() + text[1:]


def docstring(recipe: ir.Recipe, several: str) -> str:
    """What train.py says of itself.

    several: the command that trains on several devices
    """
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
        f"    {several}",
        "",
        "Goes on from the last checkpoint where there is one. Leaves in --out (run/)"
        f"{where}: last.safetensors (the checkpoint), weights.safetensors,",
        "log.csv and curves.png.",
    ]
    return "\n".join(lines)


def evaluation_doc(recipe: ir.Recipe) -> str:
    """What evaluate.py says of itself."""
    nets = ", ".join(model.name for model in recipe.models)
    return f"""Measures {nets} on the images held out, or says what single images show.

    python evaluate.py --json results.json --plot confusion.png
    python evaluate.py image.jpg

The weights are those that train.py has left in run/."""


def transfer_words(recipe: ir.Recipe) -> str:
    """What transfer.py says of itself."""
    transfer = recipe.transfer
    if transfer.weights is None:
        return "What stays as it is."
    if not transfer.frozen:
        return "The weights that the training starts with."
    return "The weights that the training starts with, and what of them stays."


def averaged(recipe: ir.Recipe) -> str:
    """What probabilities are averaged over, as the end of a sentence."""
    over = [
        what
        for what, there in (
            ("its views", recipe.evaluate.views > 1),
            ("the nets", recipe.kind == "ensemble"),
        )
        if there
    ]
    return f", averaged over {' and '.join(over)}" if over else ""


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


def constants(recipe: ir.Recipe, together: str, *, mixup: bool = True) -> list[str]:
    """The recipe's numbers, at the top of the file.

    together: what a batch is divided over; mixup: whether its number is among them
    """
    train = recipe.train
    lines = [
        f"EPOCHS = {train.epochs}",
        f"BATCH = {train.batch}  # images a step, over all {together} together",
        f"SEED = {train.seed}",
        f"RATE = {literal(train.optimizer.rate)}",
    ]
    schedule = train.schedule
    if not isinstance(schedule, ir.OneCycle) and schedule.warmup:
        lines.append(f"WARMUP = {literal(short(schedule.warmup))}  # epochs")
    if isinstance(schedule, ir.Steps):
        lines.append(f"DROPS = {literal([short(at) for at in schedule.at])}  # epochs")
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
        lines.append(f"CLIP = {literal(short(train.clip))}  # the largest norm of the gradients")
    if mixup and recipe.mixup is not None:
        lines.append(f"MIXUP = {literal(recipe.mixup)}")
    return lines


def short(value: float) -> float | int:
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
