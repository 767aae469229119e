"""How many steps a body takes at least, seen without walking it.

So a net that unrolls to more than the limit is refused at once, not when the limit is reached.
"""

from __future__ import annotations

from archdsl import limits
from archdsl.diagnostics import Span
from archdsl.elaborate import codes
from archdsl.elaborate.files import Module
from archdsl.elaborate.problems import Problem
from archdsl.elaborate.values import whole
from archdsl.ir.values import BlockValue
from archdsl.syntax import tree

_DEEPEST = 2_000  # bodies within bodies that are looked into; within is counted as nothing


class Least:
    """Counts bodies, each once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[tree.Body, int]] = {}
        self._deep = 0

    def of(self, body: tree.Body, home: Module) -> int:
        """A lower bound of the steps that the body takes, whatever its parameters are."""
        known = self._known.get(id(body))
        if known is not None:
            return known[1]
        if self._deep >= _DEEPEST:
            return 0
        self._known[id(body)] = (body, 0)  # of a block that uses itself, which is refused elsewhere
        self._deep += 1
        found = sum(
            self._stage(stage, home)
            for item in body.items
            if isinstance(item, tree.Chain)
            for stage in item.stages
        )
        self._deep -= 1
        self._known[id(body)] = (body, found)
        return found

    def _stage(self, stage: tree.Stage, home: Module) -> int:
        match stage.piece:
            case tree.Use(name=name):
                value = home.declared.get(name)
                if isinstance(value, BlockValue) and isinstance(value.home, Module):
                    return 1 + self.of(value.block.body, value.home)
            case tree.Group(body=body) | tree.Gate(body=body) | tree.Aux(body=body):
                return 1 + self.of(body, home)
            case tree.Residual(body=body):
                return 1 + self.of(body, home)
            case tree.Parallel(branches=branches):
                return 1 + sum(self.of(branch, home) for branch in branches)
            case tree.Repeat(count=tree.Number(value=written), body=body):
                return 1 + (whole(written) or 0) * (1 + self.of(body, home))
            case tree.For(rows=rows, body=body):
                return 1 + _rows(rows) * (1 + self.of(body, home))
            case tree.If(then=then, other=other) if other is not None:
                return 1 + min(self.of(then, home), self.of(other, home))
        return 1

    def check(self, taken: int, body: tree.Body, home: Module) -> None:
        """Refuses a net's body that must take more steps than allowed, at the item too many."""
        most = limits.now().steps
        if taken + self.of(body, home) <= most:
            return
        for item in body.items:
            for stage in item.stages if isinstance(item, tree.Chain) else ():
                taken += self._stage(stage, home)
                if taken > most:
                    raise too_large(stage.span)


def _rows(written: tree.Expr) -> int:
    match written:
        case tree.ListExpr(items=rows):
            return len(rows)
        case tree.CallExpr(
            name="range", args=(tree.Arg(name=None, value=tree.Number(value=count)),)
        ):
            return max(whole(count) or 0, 0)
    return 0


def too_large(span: Span) -> Problem:
    most = limits.now().steps
    return Problem(
        codes.NET_TOO_LARGE,
        f"the net takes more than {most:,} steps to unroll",
        span,
        help=f"`--limit steps={10 * most}` allows more",
    )
