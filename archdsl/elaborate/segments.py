"""A net in pieces, for those who elaborate it thousands of times: what holds before its body, and
one stage of it alone.

Input: a net with settings; then stages of its body, with the values of the names that they see,
the defaults around them and the shape that flows in. Output: a graph of that stage alone, whose
first node is its input. What holds: the nodes after it are those that the stage has in the whole
net, where nothing in it refers to a label outside.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from archdsl.diagnostics import Diagnostics
from archdsl.elaborate import flowing, net_arguments, nets
from archdsl.elaborate.body import walk
from archdsl.elaborate.builder import Made
from archdsl.elaborate.context import Context, Cursor, Run
from archdsl.elaborate.defaults import Flowing
from archdsl.elaborate.files import Module
from archdsl.elaborate.levels import Level, Naming
from archdsl.elaborate.net_arguments import NetInfo, Settings
from archdsl.elaborate.problems import Poisoned, Problem, TooMuch
from archdsl.elaborate.scope import Scope, Variables
from archdsl.elaborate.values import Value
from archdsl.elaborate.vocabulary import structural
from archdsl.ir.graph import Graph
from archdsl.ir.shape import Shape
from archdsl.records import record
from archdsl.syntax import tree

__all__ = ["Begun", "begin", "defaults", "stage_alone"]


@record
class Begun:
    """A net before its body: the parameters that have values from its variants or from outside,
    and the defaults that its variants set."""

    given: Mapping[str, Value]
    flowing: Flowing


def begin(info: NetInfo, diagnostics: Diagnostics, settings: Settings) -> Begun | None:
    """None where that has errors: they are reported."""
    run = Run(diagnostics, walk)
    ctx = nets.context(run, info)
    declared = net_arguments.chain(ctx, info)
    given = net_arguments.settings(ctx, info, dict(declared[-1].given), settings)
    if run.failed:
        return None
    return Begun({name: known.value for name, known in given.items()}, ctx.flowing)


def defaults(
    outer: Flowing,
    items: Iterable[tree.Defaults | tree.Init],
    scope: Scope,
    diagnostics: Diagnostics,
) -> Flowing:
    """The defaults in force in a body with these items."""
    table = flowing.table_of(items, scope, lambda problem: problem.report(diagnostics))
    return outer.with_own(table)


def stage_alone(
    home: Module,
    stage: tree.Stage,
    naming: Naming,
    values: Mapping[str, Value],
    around: Flowing,
    shape: Shape,
    diagnostics: Diagnostics,
    made: dict[object, Made],
) -> Graph | None:
    """The stage of a net's body on an input of this shape; None where it has errors: reported.

    made: ops made before, by what they were made of; new ones are added
    """
    run = Run(diagnostics, walk)
    run.builder.known = made
    body = tree.Body((tree.Chain((stage,), stage.span),), stage.span)
    level = Level("", naming, run.words(body), None, strict=False)
    ctx = Context(run, home, Variables(None, values), level, around, Cursor(-1), root=True)
    start = run.builder.add(structural("input"), {"shape": shape}, (), "input", stage.span)
    ctx.cursor.value = start
    try:
        walk(ctx, body)
    except Problem as problem:
        ctx.report(problem)
    except (TooMuch, Poisoned):
        return None
    end = ctx.cursor.value
    if run.failed or end < 0:
        return None
    return Graph(run.builder.finish(), ((None, start),), ((None, end),), tuple(run.aux))
