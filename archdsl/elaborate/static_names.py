"""Names in expressions, checked where they stand: nothing is evaluated.

Input: expressions with the variables that they see. Output: errors for names that mean nothing
and for arguments that fit no parameter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from archdsl.diagnostics import Diagnostics, Label, Span, nearest
from archdsl.elaborate import calls, codes, references, vocabulary
from archdsl.elaborate.files import Module, name_taken
from archdsl.elaborate.functions import BY_NAME, FUNCTIONS
from archdsl.elaborate.labels import Labels
from archdsl.elaborate.problems import Problem
from archdsl.elaborate.scope import POISON, NetValue, Scope, Variables
from archdsl.elaborate.values import Value
from archdsl.ir.values import BlockValue, Initializer, NoLayer, OpValue
from archdsl.records import record
from archdsl.syntax import tree


@record
class Names:
    """What is seen at a place: the file, variables with where they were named, labels.

    figures: in an `expect`; in_part: there, in `macs(..)`, which takes layers too
    by_arguments: in a block, the variables that depend on its arguments: no label is made of them
    naming: the let or parameter whose value is looked at
    """

    module: Module
    diagnostics: Diagnostics
    variables: Variables
    labels: Labels
    by_arguments: set[str] | None = None
    figures: bool = False
    in_part: bool = False
    naming: str | None = None

    def inner(self) -> Names:
        return replace(self, variables=Variables(self.variables))

    def in_expect(self) -> Names:
        return replace(self, figures=True)

    def report(self, problem: Problem) -> None:
        problem.report(self.diagnostics)

    def scope(self) -> Scope:
        known = dict.fromkeys(references.FIGURES) if self.figures else {}
        labels = self.labels.literal
        return Scope(self.module, self.variables, labels=lambda: set(labels), extra=known)

    def declare(self, name: str, span: Span, *, by_arguments: bool = False) -> None:
        """A let, parameter or loop variable: no visible name may be taken again."""
        if self.by_arguments is not None:
            (self.by_arguments.add if by_arguments else self.by_arguments.discard)(name)
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
        elif first is not None and first is not POISON:
            self.report(
                Problem(
                    codes.NAME_TAKEN,
                    f"`{name}` has a meaning here already",
                    span,
                    secondary=where,
                    help="a name keeps its value: choose another name here",
                )
            )
        self.variables.own[name] = span

    def lose(self, item: tree.Broken) -> None:
        """What could not be read may have declared any name in it."""
        self.variables.own.update(references.lost(item, self.scope()))

    # ------------------------------------------------------------------ expressions

    def value_of(self, name: str, expr: tree.Expr) -> None:
        """The value of a let, or a parameter's default."""
        replace(self, naming=name).check(expr)

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

    def argument_in(self, expr: tree.Expr) -> str | None:
        """What makes an expression depend on the arguments of the block, or None."""
        if isinstance(expr, tree.Name):
            return expr.name if self.by_arguments and expr.name in self.by_arguments else None
        if isinstance(expr, (tree.InAttr, tree.RefExpr)):
            return expr.span.text
        found = (self.argument_in(child) for child in _children(expr))
        return next((name for name in found if name is not None), None)

    def template(self, template: tree.Template) -> None:
        for part in template.parts:
            if not isinstance(part, str):
                self.check(part)

    def given_label(self, template: tree.Template) -> None:
        """Rule 1: a computed label is of loop variables and lets of them."""
        self.template(template)
        for part in template.parts:
            if isinstance(part, str) or self.by_arguments is None:
                continue
            name = self.argument_in(part)
            if name is not None:
                self.report(
                    Problem(
                        codes.COMPUTED_LABEL,
                        f"this label would depend on the block's arguments, by `{name}`",
                        part.span,
                        help="compute it from loop variables and lets of them",
                    )
                )

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

    def _name(self, expr: tree.Name, *, called: bool = False) -> None:
        if self.figures and expr.name in references.FIGURES:
            return
        value = references.find(expr.name, self.scope())
        if isinstance(value, NetValue):
            self.report(references.net_as_value(expr.name, expr.span))
        elif value is references.MISSING and references.language_value(expr.name) is None:
            if expr.name == self.naming:
                self.report(references.in_own_value(expr))
                return
            numbers = self.figures and not self.in_part and not called
            self.report(references.unknown_name(expr, self.scope(), in_expect=numbers))

    def _call(self, expr: tree.CallExpr) -> None:
        figure = self.figures and expr.name in references.FIGURES
        inner = replace(self, in_part=True) if figure else self
        for arg in expr.args:
            inner.check(arg.value)
        if figure:
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
        self._name(tree.Name(expr.name, expr.name_span), called=True)
        self.arguments(value, expr.args)

    def arguments(self, callee: Value, args: tuple[tree.Arg, ...]) -> dict[str, tree.Arg] | None:
        """The arguments of what is known by name; None where nothing is known of it."""
        if isinstance(callee, Initializer):
            return calls.bind(calls.of_initializer(callee.name), args, self.report)
        if isinstance(callee, (OpValue, BlockValue)):
            bound = [name for name, _ in callee.bound]
            return calls.bind(references.signature_of(callee), args, self.report, bound)
        if isinstance(callee, NoLayer):
            return calls.bind(calls.of_words("none"), args, self.report)
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
        case tree.CallExpr():
            yield from (arg.value for arg in expr.args)
        case tree.Comprehension():
            yield from (expr.body, expr.iterable)
        case _:
            pass
