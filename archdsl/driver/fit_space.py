"""Which candidates `archdsl fit` looks at: along a scaling, or parameters that are free.

Ranges are written `low..high:step`, or as lists of the language. What is left out is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from archdsl.diagnostics import Diagnostics, Source, nearest
from archdsl.driver import settings
from archdsl.elaborate import NoLoader, evaluate, load_program
from archdsl.elaborate.scalings import line_of
from archdsl.elaborate.values import is_number, show
from archdsl.fit import codes
from archdsl.fit.candidates import Candidates
from archdsl.fit.space import Along, Axis, Grid, Number, Space, around, steps
from archdsl.syntax import tree
from archdsl.syntax.numbers import number

__all__ = ["LINE", "MOST", "grid", "line"]

LINE = "-4..8:0.1"
"""Where phi goes if nothing else is said."""
MOST = 1_000_000
"""Candidates of a search."""

_NUMBER = r"[+-]?[0-9]+(?:_[0-9]+)*(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?[kMGT]?"
_RANGE = re.compile(rf"\s*({_NUMBER})\s*(?:\.\.\s*({_NUMBER})\s*(?::\s*({_NUMBER})\s*)?)?")


def line(candidates: Candidates, text: str | None, diagnostics: Diagnostics) -> Space | None:
    info, program = candidates.info, candidates.program
    found = line_of(program.main, info)
    if found is None:
        numeric = _numeric(candidates)
        example = ",".join(numeric[:2])
        diagnostics.error(
            codes.NO_SPACE,
            f"{info.name} has no scaling to go along",
            info.span,
            notes=[] if numeric else ["no parameter of it is a number"],
            help=f"free some of its parameters, --free {example}; or declare a scaling, "
            f"scaling {info.name} by phi {{ .. }}"
            if numeric
            else "give it parameters, for what a budget should decide",
        )
        return None
    axis = _range(found.decl.variable, text or LINE, diagnostics)
    return None if axis is None else Along(found, axis)


def grid(candidates: Candidates, free: Sequence[str], diagnostics: Diagnostics) -> Space | None:
    info = candidates.info
    names = [param.name for param in info.params]
    axes: list[Axis] = []
    for text in free:
        name, equal, values = (part.strip() for part in text.partition("="))
        if name not in names:
            found = nearest(name, names)
            has = f"its parameters are {', '.join(names)}" if names else "it has no parameters"
            diagnostics.error(
                codes.NOT_FREE,
                f"{info.name} has no parameter {name}",
                None,
                notes=[has],
                help=f"did you mean {found}?" if found else "",
            )
            continue
        if any(axis.name == name for axis in axes):
            diagnostics.error(codes.BAD_RANGE, f"{name} is free twice", None)
            continue
        if equal:
            axis = _range(name, values, diagnostics)
        else:
            axis = _around(name, candidates, diagnostics)
        if axis is not None:
            axes.append(axis)
    return None if diagnostics.failed else Grid(axes)


def _range(name: str, text: str, diagnostics: Diagnostics) -> Axis | None:
    """`0.5..2:0.1`, one number, or a list as the language has them."""
    if text.startswith("["):
        return _listed(name, text, diagnostics)
    match = _RANGE.fullmatch(text)
    ends = [_signed(part) for part in match.groups() if part is not None] if match else []
    if not ends or None in ends:
        _bad_range(name, f"{text or 'nothing'} is no range of {name}", diagnostics)
        return None
    low, high, by, *_ = [*ends, ends[0], None, None][:3] if len(ends) == 1 else [*ends, None]
    assert low is not None
    assert high is not None
    whole = isinstance(low, int) and isinstance(high, int)
    if by is None:
        by = 1 if whole else Fraction(1, 10)
    if by <= 0 or high < low:
        _bad_range(name, f"the range {text} of {name} has no step up from {low}", diagnostics)
        return None
    if (Fraction(high) - low) / by > MOST:
        _bad_range(name, f"the range {text} has more than {MOST:,} values", diagnostics)
        return None
    return steps(name, low, high, by)


def _signed(text: str) -> Number | None:
    found = number(text.lstrip("+-"))
    return -found if found is not None and text.startswith("-") else found


def _bad_range(name: str, message: str, diagnostics: Diagnostics) -> None:
    diagnostics.error(
        codes.BAD_RANGE,
        message,
        None,
        help=f"a range is low..high:step, {name}=0.5..2:0.1, or a list, {name}=[0.5, 0.75, 1.0]",
    )


def _listed(name: str, text: str, diagnostics: Diagnostics) -> Axis | None:
    expr = settings.expression(name, text, diagnostics)
    if expr is None:
        return None
    assert not diagnostics.failed
    found = _plain(expr)
    if not isinstance(found, list) or not found or not all(map(is_number, found)):
        _bad_range(name, f"{text} is no list of numbers", diagnostics)
        return None
    if len({*found}) < len(found):
        _bad_range(name, f"{text} has a value twice", diagnostics)
        return None
    return Axis(name, tuple(found), ", ".join(show(value) for value in found))


def _plain(expr: tree.Expr) -> object:
    """The value of an expression without names."""
    source = Source("<range>", "")
    file = tree.File((), None, expr.span)
    program = load_program(source, file, NoLoader(), Diagnostics())
    return evaluate(expr, program.scope, {}, Diagnostics())


def _numeric(candidates: Candidates) -> list[str]:
    """The parameters that are numbers, or may be."""
    found = []
    for param in candidates.info.params:
        value = candidates.declared(param.name)
        if is_number(value) or (value is None and param.type in (None, "int", "number", "float")):
            found.append(param.name)
    return found


def _around(name: str, candidates: Candidates, diagnostics: Diagnostics) -> Axis | None:
    """Around the value that a parameter has, by itself or where the net's line begins."""
    value = candidates.declared(name)
    if value is None:
        found = line_of(candidates.program.main, candidates.info)
        value = found.at(0).get(name) if found is not None else None
    if is_number(value) and value > 0:
        return around(name, value)
    said = "has no value" if value is None else f"is {show(value)}"
    _bad_range(
        name, f"{candidates.info.name}'s {name} {said}: there is nothing to go around", diagnostics
    )
    return None
