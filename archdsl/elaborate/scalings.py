"""`scaling Net by phi { width = 1.1 ** phi .. }`: how a net grows with one number.

Input: a program's scalings. Output: for a net and a number, the values of its parameters. What is
checked of the file: the net and its parameters exist, no name has two meanings, and the values at
phi = 0, from which a net grows, are what the parameters want.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from fractions import Fraction

from archdsl.diagnostics import Label, nearest
from archdsl.elaborate import codes
from archdsl.elaborate.expressions import evaluate
from archdsl.elaborate.files import Module
from archdsl.elaborate.net_arguments import NetInfo
from archdsl.elaborate.problems import Poisoned, Problem, quoted_list
from archdsl.elaborate.scope import POISON, NetValue
from archdsl.elaborate.static_names import Names
from archdsl.elaborate.values import TYPES, Value, show
from archdsl.records import record
from archdsl.syntax import tree

__all__ = ["Line", "block_of", "check", "line_of", "lines"]


@record
class Line:
    """A scaling with the file that it stands in."""

    decl: tree.Scaling
    home: Module = field(compare=False, repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters that it sets."""
        return tuple(setting.name for setting in self.decl.settings)

    @property
    def summary(self) -> str:
        """A line that says where it begins; of a sound one."""
        values = self.at(0)
        begins = ", ".join(f"{name} = {show(value)}" for name, value in values.items())
        variable = self.decl.variable
        return f"{self.decl.net} by {variable}: {begins} at {variable} = 0"

    def at(self, number: int | Fraction) -> Mapping[str, Value]:
        """The parameters' values for a value of the variable; raises Problem or Poisoned."""
        scope = self.home.scope().inside({self.decl.variable: number})
        return {s.name: evaluate(s.value, scope) for s in self.decl.settings}


def lines(module: Module) -> Iterator[Line]:
    """A file's own, in order."""
    for decl in module.file.decls:
        if isinstance(decl, tree.Scaling):
            yield Line(decl, module)


def line_of(main: Module, info: NetInfo) -> Line | None:
    """The scaling of a net: of the one asked for, else of what it varies; in the main file, else
    where that is declared."""
    chain = [(variant, home) for variant, home in info.variants] + [(info.block, info.home)]
    for decl, home in chain:
        for module in (main, home):
            for line in lines(module):
                value = module.declared.get(line.decl.net)
                if isinstance(value, NetValue) and value.decl is decl:
                    return line
    return None


# ------------------------------------------------------------------------------ what is checked


def check(top: Names, decl: tree.Scaling) -> None:
    """Reports what is wrong with one."""
    module = top.module
    value = module.declared.get(decl.net)
    if value is POISON:
        return
    if not isinstance(value, NetValue):
        top.report(_no_net(decl, module))
        return
    before = len(top.diagnostics)
    _once(top, decl, value)
    if not decl.settings:
        top.report(
            Problem(
                codes.EMPTY_BODY,
                f"this scaling sets nothing of {decl.net}",
                decl.span,
                help="say how a parameter grows: `width = 1.1 ** phi`",
            )
        )
    names = top.inner()
    names.declare(decl.variable, decl.variable_span)
    params = {param.name: param for param in _params(module, value)}
    first: dict[str, tree.Setting] = {}
    for setting in decl.settings:
        _parameter(top, decl, setting, params, first)
        names.check(setting.value)
    if len(top.diagnostics) == before:
        _begins(top, decl, params)


def _no_net(decl: tree.Scaling, module: Module) -> Problem:
    if decl.net in module.declared:
        return Problem(
            codes.NOT_A_LAYER, f"`{decl.net}` is no net, and only a net is scaled", decl.net_span
        )
    nets = [name for name, value in module.declared.items() if isinstance(value, NetValue)]
    guess = nearest(decl.net, nets)
    return Problem(
        codes.UNKNOWN_NAME,
        f"unknown net `{decl.net}`",
        decl.net_span,
        help=f"did you mean `{guess}`?" if guess else "",
    )


def _once(top: Names, decl: tree.Scaling, net: NetValue) -> None:
    for other in lines(top.module):
        if other.decl is decl:
            return
        if top.module.declared.get(other.decl.net) == net and other.decl.net == decl.net:
            top.report(
                Problem(
                    codes.SCALED_TWICE,
                    f"{decl.net} is scaled twice",
                    decl.net_span,
                    secondary=[Label(other.decl.net_span, "first here")],
                    help="a net grows along one line: a variant of it may have another",
                )
            )
            return


def _params(module: Module, net: NetValue) -> tuple[tree.Param, ...]:
    block = block_of(net.home, net.decl)
    return () if block is None else block.params


def _parameter(
    top: Names,
    decl: tree.Scaling,
    setting: tree.Setting,
    params: Mapping[str, tree.Param],
    first: dict[str, tree.Setting],
) -> None:
    name = setting.name
    if name not in params:
        guess = nearest(name, params)
        has = f"it has {quoted_list(params)}" if params else "it has no parameters"
        top.report(
            Problem(
                codes.UNKNOWN_ARGUMENT,
                f"{decl.net} has no parameter `{name}`",
                setting.name_span,
                help=f"did you mean `{guess}`?" if guess else has,
            )
        )
    elif name in first:
        top.report(
            Problem(
                codes.GIVEN_TWICE,
                f"{decl.net}'s `{name}` is given twice",
                setting.name_span,
                secondary=[Label(first[name].name_span, "first given here")],
            )
        )
    first.setdefault(name, setting)


def _begins(top: Names, decl: tree.Scaling, params: Mapping[str, tree.Param]) -> None:
    """The values at 0."""
    scope = top.module.scope().inside({decl.variable: 0})
    for setting in decl.settings:
        try:
            value = evaluate(setting.value, scope)
        except Problem as problem:
            notes = [*problem.notes, f"this is its value for {decl.variable} = 0"]
            problem.notes = tuple(notes)
            top.report(problem)
            continue
        except Poisoned:
            continue
        param = params[setting.name]
        wanted, test = TYPES.get(param.type or "", ("", lambda value: True))
        if not test(value):
            top.report(
                Problem(
                    codes.WRONG_TYPE,
                    f"{decl.net}'s `{param.name}` wants {wanted}, got {show(value)}",
                    setting.value.span,
                    notes=[f"this is its value for {decl.variable} = 0"],
                )
            )


def block_of(module: Module, decl: tree.Block | tree.Variant) -> tree.Block | None:
    """The block that a net is a variant of, or is; None where the chain leads nowhere."""
    for _ in range(len(module.declared) + 1):
        value = module.declared.get(decl.base) if isinstance(decl, tree.Variant) else None
        if not isinstance(value, NetValue):
            return decl if isinstance(decl, tree.Block) else None
        decl, module = value.decl, value.home
    return None
