"""The optimizer: Keras's own where its rule is PyTorch's, else a small class."""

from __future__ import annotations

from archdsl.ir import recipe as ir
from archdsl.targets.layout import call, lay_out
from archdsl.targets.template import render
from archdsl.targets.written import literal

# The class of Keras whose rule it is, or that a class of our own is made from.
_NAMES = {ir.Sgd: "SGD", ir.Adam: "Adam", ir.AdamW: "AdamW", ir.RmsProp: "RMSprop"}


def name(train: ir.Train) -> str:
    return _NAMES[type(train.optimizer)]


def is_own(train: ir.Train) -> bool:
    """Whether there is an optimizers.py."""
    one = train.optimizer
    if train.clip is not None or isinstance(one, ir.RmsProp):
        return True
    if isinstance(one, ir.Sgd):
        return bool(one.momentum or one.weight_decay)
    return isinstance(one, ir.Adam) and bool(one.weight_decay)


def own(train: ir.Train) -> str | None:
    """The class of optimizers.py; None where Keras's own does."""
    if not is_own(train):
        return None
    one = train.optimizer
    alone = isinstance(one, ir.Sgd | ir.RmsProp)
    decay = 0.0 if isinstance(one, ir.AdamW) else one.weight_decay
    momentum = one.momentum if isinstance(one, ir.Sgd | ir.RmsProp) else 0.0
    return render(
        "keras/recipe/optimizers.py.jinja",
        kind="sgd" if isinstance(one, ir.Sgd) else "rmsprop" if alone else "adam",
        own=name(train),
        base="Optimizer" if alone else name(train),
        decay=literal(decay) if decay else "",
        momentum=literal(momentum) if momentum else "",
        nesterov=isinstance(one, ir.Sgd) and one.nesterov,
        clip="" if train.clip is None else literal(train.clip),
    )


def statement(train: ir.Train) -> str:
    """The statement that makes the optimizer."""
    head = name(train) if is_own(train) else f"keras.optimizers.{name(train)}"
    return "\n".join(lay_out("optimizer = ", call(head, ["RATE", *_arguments(train.optimizer)]), 1))


def _arguments(one: ir.Optimizer) -> list[str]:
    """What isn't Keras's default; epsilon always, which has another one there."""
    if isinstance(one, ir.Sgd):
        return []
    if isinstance(one, ir.RmsProp):
        return [f"rho={literal(one.rho)}", f"epsilon={literal(one.eps)}"]
    given = []
    if one.beta1 != 0.9:
        given.append(f"beta_1={literal(one.beta1)}")
    if one.beta2 != 0.999:
        given.append(f"beta_2={literal(one.beta2)}")
    given.append(f"epsilon={literal(one.eps)}")
    if isinstance(one, ir.AdamW):
        given.append(f"weight_decay={literal(one.weight_decay)}")
    return given
