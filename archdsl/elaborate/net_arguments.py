"""A net's arguments: what its declaration, its variants and the world outside give.

An `expect` speaks of the arguments as declared. So each declaration of the chain (the net, its
variants) keeps the values that hold in it, where they are complete.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import get_args

from archdsl.diagnostics import Span, nearest
from archdsl.elaborate import calls, codes, elsewhere
from archdsl.elaborate.context import Context
from archdsl.elaborate.expressions import evaluate
from archdsl.elaborate.files import Module
from archdsl.elaborate.functions import FUNCTIONS
from archdsl.elaborate.instances import bind_params
from archdsl.elaborate.problems import Poisoned, Problem, quoted_list
from archdsl.elaborate.references import known_names
from archdsl.elaborate.scope import Variables
from archdsl.elaborate.values import Value
from archdsl.ir.structure import Known
from archdsl.records import record
from archdsl.syntax import tree

Settings = Mapping[str, "Value | tree.Expr"]


@record
class NetInfo:
    """A net as it may be asked for.

    variants: from the name asked for inwards, each with its file; `block` is what they vary
    params:   the block's; `given` those that a variant sets; `required` must still be set
    """

    name: str
    doc: str | None
    block: tree.Block
    home: Module
    variants: tuple[tuple[tree.Variant, Module], ...]
    given: tuple[str, ...]
    required: tuple[str, ...]
    span: Span

    @property
    def params(self) -> tuple[tree.Param, ...]:
        return self.block.params

    @property
    def file(self) -> Module:
        """The file that declares the name asked for."""
        return self.variants[0][1] if self.variants else self.home


@record
class Declared:
    """One declaration of the chain.

    expects: those of a variant; the net's own are met in its body
    given:   arguments so far
    values:  of all parameters, where every one has a value here: else it speaks of no one net
    """

    expects: tuple[tree.Expect, ...]
    home: Module
    given: Mapping[str, Known]
    values: Mapping[str, Value] | None

    def differing(self, args: Mapping[str, Known]) -> tuple[str, ...]:
        """Parameters that have other values than here."""
        if self.values is None:
            return ()
        return tuple(name for name, known in args.items() if known.value != self.values[name])


def chain(ctx: Context, info: NetInfo) -> list[Declared]:
    """The net and its variants, the net first."""
    signature = calls.of_block(info.block)
    found = [_declared(ctx, info, (), info.home, {})]
    for variant, home in reversed(info.variants):
        given = dict(found[-1].given)
        for name, arg in calls.bind(signature, variant.args or (), ctx.report).items():
            try:
                given[name] = Known(evaluate(arg.value, home.scope()), arg.value)
            except Problem as problem:
                ctx.report(problem)
            except Poisoned:
                ctx.run.failed = True
        expects = tuple(item for item in variant.items if isinstance(item, tree.Expect))
        found.append(_declared(ctx, info, expects, home, given))
    return found


def _declared(
    ctx: Context,
    info: NetInfo,
    expects: tuple[tree.Expect, ...],
    home: Module,
    given: Mapping[str, Known],
) -> Declared:
    values = None
    if all(param.default is not None or param.name in given for param in info.params):
        values = {name: known.value for name, known in bind(ctx, info, given).items()}
    return Declared(expects, home, given, values)


def bind(ctx: Context, info: NetInfo, given: Mapping[str, Known]) -> dict[str, Known]:
    """All parameters, the defaults of those that got nothing; `ctx` keeps its variables."""
    before, ctx.variables = ctx.variables, Variables()
    args = bind_params(ctx, info.block, given, None, bare=True)
    ctx.variables = before
    return args


def settings(
    ctx: Context, info: NetInfo, given: dict[str, Known], outside: Settings
) -> dict[str, Known]:
    """Values from outside take the place of declared ones."""
    names = [param.name for param in info.params]
    merged = dict(given)
    for name, value in outside.items():
        if name not in names:
            guess = nearest(name, names)
            has = f"it has {quoted_list(names)}" if names else "it has no parameters"
            ctx.report(
                Problem(
                    codes.UNKNOWN_ARGUMENT,
                    f"{info.name} has no parameter `{name}`",
                    info.span,
                    help=f"did you mean `{guess}`?" if guess else has,
                )
            )
            continue
        try:
            merged[name] = Known(_value(value, info.file))
        except Problem as problem:
            if isinstance(value, tree.Name) and problem.code == codes.UNKNOWN_NAME:
                default = next(param.default for param in info.params if param.name == name)
                problem.help = _meant(name, value.name, default, info.file)
            ctx.report(problem)
        except Poisoned:
            ctx.run.failed = True
    return merged


def _meant(name: str, written: str, default: tree.Expr | None, home: Module) -> str:
    """The help for a parameter that was set to an unknown name, from outside."""
    number = default if isinstance(default, tree.Number) else None
    known = home.globals if number else known_names(home.scope()) - FUNCTIONS.keys()
    guess = elsewhere.value(written) or nearest(written, known)
    if guess:
        return f"did you mean `{guess}`?"
    if number:
        return f"write a number, as its default is: `{name}={number.text}`"
    return f'text stands in double quotes: `{name}="{written}"`, in a shell within single ones'


def _value(value: object, home: Module) -> Value:
    if isinstance(value, get_args(tree.Expr)):
        expr: tree.Expr = value
        return evaluate(expr, home.scope())
    if isinstance(value, float):
        return Fraction(repr(value))
    return value


def lacking(info: NetInfo, given: Mapping[str, Known]) -> Problem | None:
    names = [p.name for p in info.params if p.default is None and p.name not in given]
    if not names:
        return None
    example = ", ".join(f"{name}=.." for name in names)
    return Problem(
        codes.MISSING_ARGUMENT,
        f"{info.name} needs {quoted_list(names)}",
        info.span,
        help=f"set them from outside, or declare `net Name = {info.name}({example})`",
    )
