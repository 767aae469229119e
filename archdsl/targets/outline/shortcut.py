"""When a shortcut needs its projection: a condition that says why."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from archdsl.syntax import tree
from archdsl.targets.outline.rows import Row
from archdsl.targets.outline.scope import Scope
from archdsl.targets.outline.unit import Unit
from archdsl.targets.symbolic import Bin, Ex, Lit


def projection_test(
    unit: Unit,
    piece: tree.Residual,
    rows: Sequence[Row],
    used: Sequence[bool],
    scope: Scope,
    body_scope: Scope,
) -> Ex:
    """`stride != 1 or in_channels != 4 * c`: from the body's strides and channels."""
    tests: list[Ex] = []
    for ex in _strides(piece.body, scope):
        test = Bin("!=", ex, Lit(1))
        if test not in tests:
            tests.append(test)
    before, after = scope.channels, body_scope.channels
    if before is not None and after is not None and before != after:
        tests.append(Bin("!=", before, after))
    # the fullest first: it is the reason, and right for arguments that nobody gave yet
    fullest: list[Ex | None] = [
        reduce(lambda a, b: Bin("or", a, b), tests[:n]) for n in range(len(tests), 0, -1)
    ]
    return unit.settle(rows, list(used), [*fullest, *tests[1:]], "project")


def _strides(body: tree.Body, scope: Scope) -> list[Ex]:
    """The strides that are written in a body and aren't plain numbers."""
    found: list[Ex] = []
    for item in body.items:
        for stage in item.stages if isinstance(item, tree.Chain) else ():
            if isinstance(stage.piece, tree.Use):
                for arg in stage.piece.args or ():
                    ex = scope.convert(arg.value) if arg.name == "stride" else None
                    if ex is not None and not isinstance(ex, Lit):
                        found.append(ex)
            elif isinstance(stage.piece, tree.Group):
                found += _strides(stage.piece.body, scope)
    return found
