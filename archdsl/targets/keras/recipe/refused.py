"""What Keras's scripts don't do: an error before anything is emitted."""

from __future__ import annotations

from collections.abc import Iterator

from archdsl.diagnostics import Diagnostics
from archdsl.ir import recipe as ir
from archdsl.targets.base import RecipeEmission
from archdsl.targets.keras.recipe import starting
from archdsl.targets.keras.weights import twins
from archdsl.targets.recipe.unreadable import UNREADABLE

_CODE = "R302"


def report_refused(emission: RecipeEmission, diagnostics: Diagnostics) -> bool:
    """Whether the recipe asks for something of this kind."""
    recipe = emission.recipe
    if _report_unknown(emission, diagnostics):
        return True
    found = list(_refused(recipe))
    for what, help in found:
        diagnostics.error(_CODE, f"scripts for Keras can't {what}", recipe.span, help=help)
    return bool(found)


def _report_unknown(emission: RecipeEmission, diagnostics: Diagnostics) -> bool:
    """Whether training starts from a model of keras.applications that isn't known as the net."""
    recipe, published = emission.recipe, emission.published
    match recipe.transfer.weights:
        case ir.Weights(library="keras") as weights:
            pass
        case _:
            return False
    net = recipe.models[0].net
    lacking: list[str] = []
    if published is not None:
        if weights.map is not None:
            return False
        graph = net.graph
        paths = [node.path for node in graph if twins(graph, node) and not node.aux]
        lacking = [p for p in paths if p not in published.names and p not in weights.skip]
        if not lacking:
            return False
    of = f"`{lacking[0]}` of {net.name}" if lacking else net.name
    diagnostics.error(
        UNREADABLE,
        f"archdsl doesn't know what {of} is called in keras.applications' {weights.source}",
        recipe.span,
        notes=["it knows that of the nets in std/keras"],
        help="a file that Keras saved of this net has its own names: "
        'weights("mine.weights.h5"); a map of names is for others',
    )
    return True


def _refused(recipe: ir.Recipe) -> Iterator[tuple[str, str]]:
    """What is asked for in vain, and what would do instead."""
    torch = "--target torch does"
    if recipe.train.shard:
        help = f"{torch}; shard = false copies them to each device"
        yield "divide weights over devices, as `shard` wants", help
    transfer = recipe.transfer
    if transfer.weights is not None and (layer := starting.untold(recipe)):
        help = f"{torch}; weights that Keras saved are taken"
        yield f"take the weights of `{layer}` from PyTorch", help
    if (transfer.weights is not None or transfer.frozen) and (layer := starting.mixed_up(recipe)):
        yield f"tell {layer} from the layers it is named after", "another label"
