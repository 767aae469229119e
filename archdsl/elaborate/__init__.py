"""From a syntax tree to a graph: names resolved, parameters bound, loops unrolled, shapes known.

Input: a file's syntax tree and a loader for its imports. Output: `structure.Net` for a net asked
for. What holds afterwards: every node's op is resolved against its inputs, its shape is known,
its path is unique and follows the naming rules, and weights reach an output. Non-goals: costs,
which are `analysis`'s, and expectations, which are collected here and checked there.
"""

from __future__ import annotations

from collections.abc import Iterable

from archdsl import limits
from archdsl.diagnostics import Diagnostics, Source, Span, TooMany, nearest
from archdsl.elaborate import codes, expressions, nets, parts, resolve
from archdsl.elaborate.files import Loader, LoadError, Module, NoLoader
from archdsl.elaborate.net_arguments import NetInfo, Settings
from archdsl.elaborate.nets import Shapes
from archdsl.elaborate.problems import Poisoned, Problem, deep_stack
from archdsl.elaborate.programs import Program
from archdsl.elaborate.programs import load_program as _load_program
from archdsl.elaborate.reach import unclear
from archdsl.elaborate.scope import Extra, Scope
from archdsl.elaborate.values import Value
from archdsl.ir.shape import Shape
from archdsl.ir.structure import Net
from archdsl.ir.values import BlockValue, OpValue
from archdsl.syntax import tree

__all__ = [
    "Extra",
    "LoadError",
    "Loader",
    "NetInfo",
    "NoLoader",
    "Problem",
    "Program",
    "Scope",
    "check_program",
    "elaborate_net",
    "elaborate_part",
    "evaluate",
    "load_program",
]

_TOO_DEEP = "this is nested too deeply"


def load_program(
    source: Source,
    file: tree.File,
    loader: Loader,
    diagnostics: Diagnostics,
    lost: Iterable[str] = (),
) -> Program:
    """A file and all that it imports. Errors are reported; what has none can be used.

    lost: names in the parts of the file that could not be read: nothing is said of them
    """
    with deep_stack():
        try:
            return _load_program(source, file, loader, diagnostics, lost)
        except RecursionError:
            diagnostics.error(codes.TOO_DEEP, _TOO_DEEP, file.span)
            return Program(Module(source, file), {}, {})


def check_program(program: Program, diagnostics: Diagnostics) -> None:
    """Reports what can be seen without elaborating: also in what no net uses."""
    if program.checked is None:
        program.checked = Diagnostics(most=limits.now().errors)
        with deep_stack():
            for module in program.modules.values():
                try:
                    resolve.resolve(module, program.checked)
                except RecursionError:
                    program.checked.error(codes.TOO_DEEP, _TOO_DEEP, module.file.span)
                except TooMany:
                    break
    for item in program.checked:
        diagnostics.add(item)


def elaborate_net(
    program: Program,
    name: str,
    diagnostics: Diagnostics,
    settings: Settings | None = None,
    input_shapes: Shapes = None,
) -> Net | None:
    """The net of this name; None where it has errors: they are reported, and those of the file.

    settings:     values for its parameters, or expressions of the main file's top level
    input_shapes: for its only input, or by label
    """
    info = program.net(name)
    if info is None:
        guess = nearest(name, program.nets)
        help_text = f"did you mean `{guess}`?" if guess else ""
        message = f"{program.main.name} declares no net `{name}`"
        diagnostics.error(codes.NO_SUCH_NET, message, None, help=help_text)
        return None
    check_program(program, diagnostics)
    assert program.checked is not None
    if unclear(info, program.checked):
        return None
    with deep_stack():
        try:
            return nets.elaborate(info, diagnostics, settings or {}, input_shapes)
        except RecursionError:
            diagnostics.error(codes.TOO_DEEP, _TOO_DEEP, info.span)
            return None


def elaborate_part(
    scope: Scope,
    part: tree.Expr | BlockValue | OpValue,
    shape: Shape,
    diagnostics: Diagnostics,
    span: Span | None = None,
) -> Net | None:
    """A net of one op or block, on an input of this shape, with the defaults that reach `scope`.

    part: an expression of that scope, or its value
    """
    value: Value = part
    where = span
    if not isinstance(part, (BlockValue, OpValue)):
        where = span or part.span
        value = evaluate(part, scope, {}, diagnostics)
        if value is None:
            return None
    with deep_stack():
        try:
            return parts.elaborate(
                scope, value, shape, where or scope.module.file.span, diagnostics
            )
        except RecursionError:
            diagnostics.error(codes.TOO_DEEP, _TOO_DEEP, where)
            return None


def evaluate(expr: tree.Expr, scope: Scope, extra: Extra, diagnostics: Diagnostics) -> Value | None:
    """An expression's value; None where it has an error: reported.

    extra: names that mean something here alone, before all others: values, or functions of the
           tuple of their arguments' values (which may raise Problem)
    """
    with deep_stack():
        try:
            return expressions.evaluate(expr, scope.with_extra(extra) if extra else scope)
        except Problem as problem:
            problem.report(diagnostics)
        except Poisoned:
            pass
        except RecursionError:
            diagnostics.error(codes.TOO_DEEP, _TOO_DEEP, expr.span)
    return None
