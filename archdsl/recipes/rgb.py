"""`rgb_shift`: one number, or triples of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TypeGuard

from archdsl.elaborate import Problem
from archdsl.elaborate.expressions import evaluate
from archdsl.elaborate.problems import Poisoned
from archdsl.elaborate.values import is_number, show
from archdsl.recipes import codes
from archdsl.recipes.forms import Form
from archdsl.recipes.reading import Reader, Values
from archdsl.syntax import tree

__all__ = ["rgb_shift"]


def rgb_shift(reader: Reader, form: Form, use: tree.Use) -> Values | None:
    """Values `limit` and `triples`, one of which is set."""
    args = use.args or ()
    triples: list[tuple[float, float, float]] = []
    plain = [arg for arg in args if not isinstance(arg.value, (tree.TupleExpr, tree.ListExpr))]
    if len(args) == len(plain):
        option = replace(form.option("limit"), least=None, above=0)
        values = reader.use(replace(form, options=(option,)), use)
        return None if values is None else replace(values, found={**values.found, "triples": ()})
    sound = True
    for arg in args:
        try:
            found = evaluate(arg.value, reader.scope)
        except Problem as problem:
            reader.report(problem)
            sound = False
            continue
        except Poisoned:
            reader.failed, sound = True, False
            continue
        if arg.name is None and not arg.slash and _is_triple(found):
            red, green, blue = (float(part) for part in found)
            triples.append((red, green, blue))
            continue
        reader.report(
            Problem(
                codes.WRONG_KIND,
                f"rgb_shift wants a number, or triples within -255 and 255, got {show(found)}",
                arg.span,
                help=f"write `{form.example}`",
            )
        )
        sound = False
    return Values(form, {"limit": None, "triples": tuple(triples)}, {}, use.span) if sound else None


def _is_triple(value: object) -> TypeGuard[Sequence[int | Fraction]]:
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and len(value) == 3
        and all(is_number(part) and -255 <= part <= 255 for part in value)
    )
