"""`evaluate` and `ensemble`: how what was trained is measured."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, cast

from archdsl import limits
from archdsl.diagnostics import Span
from archdsl.elaborate import Problem
from archdsl.elaborate.expressions import evaluate as value_of
from archdsl.elaborate.problems import Poisoned
from archdsl.elaborate.values import show, whole
from archdsl.ir.recipe import Evaluate, Model
from archdsl.recipes import codes
from archdsl.recipes.reading import Reader, Values
from archdsl.recipes.sizes import Prepared
from archdsl.recipes.training_words import ENSEMBLE, EVALUATE
from archdsl.syntax import tree

__all__ = ["Measures", "Members", "as_use", "measure", "measures", "members", "no_net"]

Metrics = tuple[Literal["top1", "top5", "confusion"], ...]


@dataclass(frozen=True, slots=True)
class Measures:
    """What `evaluate` says; defaults where there is none."""

    crops: Literal[1, 5, 10] = 1
    flip: bool = False
    resize: tuple[int, Span] | None = None
    metrics: Metrics = ("top1",)
    spans: dict[str, Span] = field(default_factory=dict)


def measures(reader: Reader, clause: tree.Clause) -> Measures | None:
    said = reader.settings(EVALUATE, clause)
    if said is None or not said.sound:
        return None
    crops, flip = said.get("crops", int), said.get("flip", bool)
    if crops not in (1, 5, 10):
        reader.report(
            Problem(
                codes.OUT_OF_RANGE,
                f"evaluate's `crops` wants 1, 5 or 10, got {crops}",
                said.where("crops"),
            )
        )
        return None
    if crops == 10 and flip:
        reader.report(
            Problem(
                codes.MIRRORED_TWICE,
                "the ten crops are five and their mirror images: `flip` would add nothing",
                said.where("flip"),
                help="write `crops = 5   flip = true`, or `crops = 10`",
            )
        )
        return None
    spans = dict(said.spans)
    given, metrics = said["metrics"], ["top1"]
    if said.given("metrics"):
        assert isinstance(given, tuple)
        metrics = [word for word, _ in given]
        spans |= dict(given)
    resize = said["resize"]
    return Measures(
        cast(Literal[1, 5, 10], crops),
        flip,
        (resize, said.where("resize")) if isinstance(resize, int) else None,
        cast(Metrics, tuple(metrics)),
        spans,
    )


def measure(
    reader: Reader, said: Measures, prepared: Prepared | None, model: Model | None
) -> Evaluate | None:
    """The evaluation, if it can be with these sizes and classes."""
    sound = True
    if model is not None and "top5" in said.metrics and model.classes <= 5:
        reader.report(
            Problem(
                codes.ALWAYS_RIGHT,
                f"top5 of {model.classes} classes is always right",
                said.spans["top5"],
            )
        )
        sound = False
    if prepared is None:
        return None
    size = prepared.crop.size
    if said.crops > 1 and prepared.size.both == size:
        reader.report(
            Problem(
                codes.SAME_CROPS,
                f"{said.crops} crops of {size[0]}x{size[1]} from images of that size are the same",
                said.spans["crops"],
                help=f"write `resize = {round(min(size) / 0.875)}` too, or `crops = 1`",
            )
        )
        sound = False
    if not sound:
        return None
    return Evaluate(prepared.steps, prepared.crop, said.crops, said.flip, said.metrics)


# --------------------------------------------------------------------------------- ensemble


@dataclass(frozen=True, slots=True)
class Members:
    """What `ensemble` says: `count` seeds, or nets."""

    count: int | None
    nets: tuple[tree.Use, ...]
    span: Span


def members(reader: Reader, clause: tree.Clause) -> Members | None:
    said = reader.settings(ENSEMBLE, clause)
    if said is None or not said.sound:
        return None
    expr = cast("tree.Expr", said["members"])
    if isinstance(expr, tree.ListExpr):
        return _nets(reader, said, expr)
    try:
        value = value_of(expr, reader.scope)
    except Problem as problem:
        reader.report(problem)
        return None
    except Poisoned:
        reader.failed = True
        return None
    count = whole(value)
    if count is None:
        reader.report(
            Problem(
                codes.WRONG_KIND,
                f"ensemble's `members` wants a whole number or a list of nets, got {show(value)}",
                expr.span,
            )
        )
        return None
    if count < 2 or count > limits.now().members:
        reader.report(_how_many(count, expr.span))
        return None
    return Members(count, (), expr.span)


def _how_many(count: int, span: Span) -> Problem:
    most = limits.now().members
    if count > most:
        return Problem(codes.TOO_MANY, f"an ensemble of more than {most} members", span)
    return Problem(
        codes.OUT_OF_RANGE,
        f"an ensemble has two members at least, got {count}",
        span,
        help="leave `ensemble` out to train one net",
    )


def _nets(reader: Reader, said: Values, expr: tree.ListExpr) -> Members | None:
    uses = [as_use(item) for item in expr.items]
    found = tuple(use for use in uses if use is not None)
    for item, use in zip(expr.items, uses, strict=True):
        if use is None:
            reader.report(no_net(item))
    if len(found) < len(uses):
        return None
    if len(found) < 2:
        reader.report(_how_many(len(found), expr.span))
        return None
    return Members(None, found, said.where("members"))


def as_use(expr: tree.Expr) -> tree.Use | None:
    """`ResNet18` or `ResNet18(classes=10)` in a list of nets."""
    match expr:
        case tree.Name(name=name, span=span):
            return tree.Use(name, None, span, span)
        case tree.CallExpr(name=name, args=args, name_span=name_span, span=span):
            return tree.Use(name, args, name_span, span)
    return None


def no_net(expr: tree.Expr) -> Problem:
    return Problem(
        codes.NOT_A_NET,
        "this is no net",
        expr.span,
        help="write its name, with its arguments in brackets if there are any",
    )
