"""What Keras's scripts don't do: an error before anything is emitted."""

from __future__ import annotations

from collections.abc import Iterator

from archdsl.diagnostics import Diagnostics
from archdsl.ir import recipe as ir
from archdsl.targets.keras.recipe import starting

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
    transfer = recipe.transfer
    if transfer.weights is not None and (layer := starting.untold(recipe)):
        yield f"take the weights of `{layer}` from others", torch
    if (transfer.weights is not None or transfer.frozen) and (layer := starting.mixed_up(recipe)):
        yield f"tell {layer} from the layers it is named after", "another label"
    if transfer.features is not None:
        yield "keep features", f"{torch}; without cache_features each epoch computes them"
    if recipe.kind == "compare":
        yield "compare nets", torch
