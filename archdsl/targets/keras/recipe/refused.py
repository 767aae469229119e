"""What Keras's scripts don't do: an error before anything is emitted."""

from __future__ import annotations

from collections.abc import Iterator

from archdsl.diagnostics import Diagnostics
from archdsl.ir import recipe as ir

_CODE = "R302"


def report_refused(recipe: ir.Recipe, diagnostics: Diagnostics) -> bool:
    """Whether the recipe asks for something of this kind."""
    found = list(_refused(recipe))
    for what, help in found:
        diagnostics.error(_CODE, f"scripts for Keras can't {what} yet", recipe.span, help=help)
    return bool(found)


def _refused(recipe: ir.Recipe) -> Iterator[tuple[str, str]]:
    """What is asked for in vain, and what would do instead."""
    torch = "--target torch does"
    if recipe.train.shard:
        yield "divide weights over devices", f"{torch}; shard = false copies them to each"
    if recipe.transfer.weights is not None or recipe.transfer.frozen:
        yield "start from other weights", torch
    if recipe.kind == "compare":
        yield "compare nets", torch
