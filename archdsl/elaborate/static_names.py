"""Names in expressions, checked where they stand: nothing is evaluated.

Input: expressions with the variables that they see. Output: errors for names that mean nothing
and for arguments that fit no parameter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from archdsl.diagnostics import Diagnostics, Label, Span, nearest
from archdsl.elaborate import calls, codes, references, vocabulary
from archdsl.elaborate.files import Module, name_taken
from archdsl.elaborate.functions import BY_NAME, FUNCTIONS
from archdsl.elaborate.labels import Labels
from archdsl.elaborate.problems import Problem
from archdsl.elaborate.scope import NetValue, Scope, Variables
from archdsl.elaborate.values import Value
from archdsl.ir.values import INITIALIZERS, BlockValue, Initializer, OpValue
from archdsl.syntax import tree

_UNKNOWN = object()  # the value of a variable: not asked for


@dataclass(frozen=True, slots=True)
class Names:
    """What is seen at a place: the file, variables with where they were named, labels."""

    module: Module
    diagnostics: Diagnostics
    variables: Variables
    labels: Labels
    figures: bool = False

    def inner(self) -> Names:
        variables = Variables(self.variables)
        return Names(self.module, self.diagnostics, variables, self.labels, self.figures)

    def in_expect(self) -> Names:
        return Names(self.module, self.diagnostics, self.variables, self.labels, True)

    def report(self, problem: Problem) -> None:
        problem.report(self.diagnostics)

    def scope(self) -> Scope:
        return Scope(self.module, self.variables, labels=lambda: set(self.labels.literal))

    def declare(self, name: str, span: Span) -> None:
        """A let, parameter or loop variable: no visible name may be taken again."""
        taken = vocabulary.taken(name)
        module = self.module
        value = module.declared.get(name)
        declared = isinstance(value, (BlockValue, OpValue, NetValue))
        if taken is None and declared and name not in module.globals:
            taken = {BlockValue: "a block", OpValue: "an op"}.get(type(value), "a net")
        first = self.variables.find(name, None) or module.spans.get(name)
        where = [Label(first, "declared here")] if isinstance(first, Span) else []
        if taken is not None:
            problem = name_taken(name, taken, span)
            problem.secondary = tuple(where)
            self.report(problem)
        elif first is not None:
            self.report(
                Problem(
                    codes.NAME_TAKEN, f"`{name}` has a meaning here already", span, secondary=where
                )
            )
        self.variables.own[name] = span

    # ------------------------------------------------------------------ expressions

    def check(self, expr: tree.Expr) -> None:
        match expr:
            case tree.Name():
                self._name(expr)
            case tree.CallExpr():
                self._call(expr)
            case tree.RefExpr():
                self.label(expr.label)
            case tree.Comprehension():
                self.check(expr.iterable)
                inner = self.inner()
                inner.declare_target(expr.target)
                inner.check(expr.body)
            case _:
                for child in _children(expr):
                    self.check(child)

    def declare_target(self, target: tree.Target) -> None:
        for name in target.names:
            self.declare(name, target.span)

    def template(self, template: tree.Template) -> None:
        for part in template.parts:
            if not isinstance(part, str):
                self.check(part)

    def label(self, template: tree.Template) -> None:
        """A reference: some label of the declaration must be able to have this text."""
        self.template(template)
        text = template.literal
        if text is None or self.labels.may_be(text):
            return
        guess = nearest(text, self.labels.literal)
        self.report(
            Problem(
                codes.UNKNOWN_LABEL,
                f"no label `{text}` is seen here",
                template.span,
                help=f"did you mean `@{guess}`?" if guess else "",
            )
        )

    def shape(self, shape: tree.ShapeExpr) -> None:
        for part in shape.parts:
            if not isinstance(part, int):
                self.check(part)

    def _name(self, expr: tree.Name) -> None:
        if self.figures and expr.name in references.FIGURES:
            return
        value = references.find(expr.name, self.scope())
        if isinstance(value, NetValue):
            self.report(references.net_as_value(expr.name, expr.span))
        elif value is references.MISSING and references.language_value(expr.name) is None:
            self.report(references.unknown_name(expr, self.scope()))

    def _call(self, expr: tree.CallExpr) -> None:
        for arg in expr.args:
            self.check(arg.value)
        if self.figures and expr.name in references.FIGURES:
            return
        value = references.find(expr.name, self.scope())
        if value is references.MISSING and expr.name in FUNCTIONS:
            names = BY_NAME.get(expr.name, ())
            for arg in expr.args:
                if arg.name is not None and arg.name not in names:
                    self.report(references.no_argument(expr.name, arg, names))
            return
        if value is references.MISSING:
            value = references.language_value(expr.name) or value
        self._name(tree.Name(expr.name, expr.name_span))
        self.arguments(value, expr.args)

    def arguments(self, callee: Value, args: tuple[tree.Arg, ...]) -> dict[str, tree.Arg] | None:
        """The arguments of what is known by name; None where nothing is known of it."""
        if isinstance(callee, Initializer):
            names = tuple(INITIALIZERS[callee.name].params)
            signature = calls.Signature("initialiser", callee.name, names, names, ())
            return calls.bind(signature, args, self.report)
        if isinstance(callee, (OpValue, BlockValue)):
            bound = [name for name, _ in callee.bound]
            return calls.bind(references.signature_of(callee), args, self.report, bound)
        return None


def _children(expr: tree.Expr) -> Iterator[tree.Expr]:
    match expr:
        case tree.ListExpr() | tree.TupleExpr():
            yield from expr.items
        case tree.Unary():
            yield expr.operand
        case tree.Binary():
            yield from (expr.left, expr.right)
        case tree.Conditional():
            yield from (expr.test, expr.then, expr.other)
        case tree.Index():
            yield from (expr.value, expr.index)
        case tree.SliceExpr():
            yield from (e for e in (expr.value, expr.start, expr.stop) if e is not None)
        case tree.Attr():
            yield expr.value
        case _:
            pass
