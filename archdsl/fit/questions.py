"""Expressions that remember their answers, by the values of the names in them.

An answer is a number of `Numbers`. What can't be evaluated has one too: the error.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from operator import itemgetter

from archdsl.diagnostics import Diagnostics, Severity
from archdsl.elaborate.expressions import evaluate, shape_of
from archdsl.elaborate.files import Module
from archdsl.elaborate.mentions import mentioned, nodes
from archdsl.elaborate.problems import Poisoned, Problem
from archdsl.elaborate.scope import Meter, Scope, Variables
from archdsl.fit.values import Failed, Numbers
from archdsl.ir.shape import Shape
from archdsl.syntax import tree

__all__ = ["Environment", "Question", "failed", "free"]

Environment = dict[str, int]
"""The variables that are seen at a place, by name: the numbers of their values."""


class Question:
    """An expression, or a written shape, at one place."""

    __slots__ = ("_answers", "_expr", "_flows", "_home", "_names", "_numbers", "_pick")

    def __init__(
        self,
        numbers: Numbers,
        home: Module,
        expr: tree.Expr | tree.ShapeExpr,
        visible: Collection[str],
    ) -> None:
        """visible: the variables there"""
        self._numbers = numbers
        self._home = home
        self._expr = expr
        self._names = free(visible, expr)
        self._pick: Callable[[Environment], object] | None = (
            itemgetter(*self._names) if self._names else None
        )
        self._flows = any(isinstance(node, tree.InAttr) for node in nodes(expr))
        self._answers: dict[object, int | Failed] = {}

    def ask(self, env: Environment, shape: int) -> int:
        """The value's number, given that of the shape that flows (-1: nothing does yet); raises
        Failed."""
        key: object = self._pick(env) if self._pick else None
        if self._flows:
            key = (key, shape)
        found = self._answers.get(key)
        if found is None:
            found = self._answers[key] = self._evaluate(env, shape)
        if isinstance(found, Failed):
            raise found
        return found

    def _evaluate(self, env: Environment, shape: int) -> int | Failed:
        values = self._numbers.values
        own = {name: values[env[name]] for name in self._names}
        inflow = None if shape < 0 else values[shape]
        assert inflow is None or isinstance(inflow, Shape)
        scope = Scope(self._home, Variables(None, own), inflow, shape < 0, meter=Meter())
        try:
            if isinstance(self._expr, tree.ShapeExpr):
                return self._numbers.of(shape_of(self._expr, scope))
            return self._numbers.of(evaluate(self._expr, scope))
        except Problem as problem:
            diagnostics = Diagnostics()
            problem.report(diagnostics)
            return failed(diagnostics)
        except Poisoned:
            return failed(Diagnostics())


def free(visible: Collection[str], *parts: object) -> tuple[str, ...]:
    """The visible variables that parts of a tree mention."""
    found = dict.fromkeys(name for node in nodes(*parts) for name, _ in mentioned(node))
    return tuple(name for name in found if name in visible)


def failed(diagnostics: Diagnostics) -> Failed:
    """The first of the errors."""
    for item in diagnostics:
        if item.severity is Severity.ERROR:
            place = f"{item.span.source.name}:{item.span.line}" if item.span else ""
            return Failed(item.code, item.message, place)
    return Failed("E399", "it can't be elaborated", "")
