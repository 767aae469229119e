"""`train`: settings to optimizer, schedule and the rest, and what of them can't be together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, cast

from archdsl.diagnostics import Span
from archdsl.elaborate import Problem
from archdsl.ir.recipe import (
    Adam,
    AdamW,
    Constant,
    Cosine,
    CrossEntropy,
    OneCycle,
    Optimizer,
    RmsProp,
    Schedule,
    Sgd,
    Steps,
    Train,
)
from archdsl.recipes import codes
from archdsl.recipes.forms import REQUIRED, Form
from archdsl.recipes.reading import Reader, Values
from archdsl.recipes.training_words import LOSSES, OPTIMIZERS, SCHEDULES, TRAIN
from archdsl.syntax import tree

__all__ = ["Trained", "train"]

Precision = Literal["auto", "float32", "bfloat16", "float16"]


@dataclass(frozen=True, slots=True)
class Trained:
    """What `train` comes to; batch: where it is written."""

    train: Train
    batch: Span


def train(reader: Reader, clause: tree.Clause) -> Trained | None:
    """None where a setting is wrong, or two can't be together."""
    said = reader.settings(TRAIN, clause)
    if said is None:
        return None
    optimizer = _form(reader, said, "optimizer", OPTIMIZERS)
    schedule = _form(reader, said, "schedule", SCHEDULES)
    loss = _form(reader, said, "loss", LOSSES)
    descent = None if optimizer is None else _optimizer(reader, optimizer)
    epochs = said.found.get("epochs")
    plan = None
    if schedule is not None and isinstance(epochs, int):
        plan = _schedule(reader, schedule, epochs)
    if descent is None or plan is None or loss is None or not said.sound:
        return None
    epochs = said.get("epochs", int)
    workers = said["workers"]
    found = Train(
        epochs,
        said.get("batch", int),
        said.get("seed", int),
        descent,
        plan,
        CrossEntropy(loss.number("label_smoothing")),
        cast(Precision, said.get("precision", str)),
        said.get("compile", bool),
        said.get("channels_last", bool),
        None if said["ema"] is None else said.number("ema"),
        None if said["clip"] is None else said.number("clip"),
        said.get("shard", bool),
        said.get("tensorboard", bool),
        workers if isinstance(workers, int) else None,
    )
    return Trained(found, said.where("batch"))


def _form(reader: Reader, said: Values, name: str, forms: Mapping[str, Form]) -> Values | None:
    expr = said.found.get(name, REQUIRED)
    if expr is REQUIRED:
        return None
    return reader.chosen("train", said.form.option(name), cast("tree.Expr | str", expr), forms)


def _optimizer(reader: Reader, values: Values) -> Optimizer | None:
    number, flag = values.number, values.get
    rate, decay = number("rate"), number("weight_decay")
    match values.form.keyword:
        case "sgd":
            if flag("nesterov", bool) and not number("momentum"):
                reader.report(
                    Problem(
                        codes.EXCLUSIVE,
                        "`nesterov` looks ahead by the momentum, and there is none",
                        values.where("nesterov"),
                        help="write `momentum=0.9` too",
                    )
                )
                return None
            return Sgd(rate, number("momentum"), decay, flag("nesterov", bool))
        case "rmsprop":
            return RmsProp(rate, number("rho"), number("momentum"), number("eps"), decay)
        case word:
            made: Callable[..., Adam | AdamW] = Adam if word == "adam" else AdamW
            return made(rate, number("beta1"), number("beta2"), number("eps"), decay)


# --------------------------------------------------------------------------------- schedule


def _schedule(reader: Reader, values: Values, epochs: int) -> Schedule | None:
    word = values.form.keyword
    if word == "onecycle":
        return OneCycle(values.number("peak"), values.number("start"), values.number("final"))
    warmup = values.number("warmup")
    if warmup >= epochs:
        reader.report(
            Problem(
                codes.SCHEDULE_PAST_END,
                f"a warm-up of {warmup:g} epochs, and the training has {epochs}",
                values.where("warmup"),
                help="it takes a few of the first epochs",
            )
        )
        return None
    if word == "constant":
        return Constant(warmup)
    if word == "cosine":
        return Cosine(warmup, values.number("final"))
    at = _steps(reader, values, epochs)
    return None if at is None else Steps(at, values.number("gamma"), warmup)


def _steps(reader: Reader, values: Values, epochs: int) -> tuple[float, ...] | None:
    def refuse(code: str, message: str, span: Span, help: str) -> None:
        reader.report(Problem(code, message, span, help=help))

    if values.given("every") == values.given("at"):
        refuse(
            codes.EXCLUSIVE,
            "`step` takes `every` or `at`",
            values.span,
            "write `step(30)`, or `step(at=[30, 60])`",
        )
        return None
    if values.given("every"):
        every = values.number("every")
        if every < 1 and epochs / every > 10_000:
            refuse(codes.SCHEDULE_PAST_END, "more than 10,000 steps", values.where("every"), "")
            return None
        at = tuple(every * n for n in range(1, int(epochs / every) + 1) if every * n < epochs)
    else:
        given = values["at"]
        assert isinstance(given, tuple)
        at = given
    where = values.where("every" if values.given("every") else "at")
    if list(at) != sorted(set(at)):
        refuse(codes.EXCLUSIVE, "the epochs of `at` rise", where, "")
        return None
    if not at or at[-1] >= epochs:
        last = f"{at[-1]:g}" if at else f"{values.number('every'):g}"
        refuse(
            codes.SCHEDULE_PAST_END,
            f"the rate would fall after epoch {last}, and the training has {epochs}",
            where,
            "let it fall earlier, or train for longer",
        )
        return None
    return at
