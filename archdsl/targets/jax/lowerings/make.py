"""The two kinds of lowerings: a module that is made with `rngs`, and a function."""

from __future__ import annotations

from archdsl.ir.op import Arg, Call, Lowering
from archdsl.targets.outline.constants import Code

RNGS = Arg("rngs", Code("rngs"))


def module(target: str, *args: Arg, helper: str | None = None) -> Lowering:
    return Lowering(Call(target, (*args, RNGS), helper))


def function(target: str, *args: Arg, helper: str | None = None) -> Lowering:
    made = Call(target, args, helper, inline=True)
    return Lowering(module=made, inline=made)
