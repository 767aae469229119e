"""transfer.py: the weights that training starts with, and what stays as it is."""

from __future__ import annotations

from archdsl.ir import recipe as ir
from archdsl.ir.recipe_data import Folder
from archdsl.targets.layout import Brackets, lay_out
from archdsl.targets.template import render
from archdsl.targets.written import literal


def piece(recipe: ir.Recipe) -> str:
    """transfer.py."""
    transfer = recipe.transfer
    source, skip, map = "", "", ""
    weights = transfer.weights
    if weights is not None:
        source = literal(weights.source)
        skip = literal(tuple(weights.skip)) if weights.skip else ""
        map = literal(weights.map) if weights.map is not None else ""
    return render(
        "torch/recipe/transfer.py.jinja",
        source=source,
        skip=skip,
        library=weights.library if weights is not None else None,
        kind=source.strip('"').rpartition(".")[2].lower(),
        map=map,
        frozen=_tuple(transfer.stages),
        features=transfer.features is not None,
    )


def _tuple(names: tuple[str, ...]) -> str:
    """The paths as a tuple, on as many lines as it takes."""
    if not names:
        return ""
    if len(names) == 1:
        return literal(names)
    doc = Brackets("", tuple(literal(name) for name in names))
    return "\n".join(lay_out("FROZEN = ", doc, 0)).removeprefix("FROZEN = ")


def features(recipe: ir.Recipe, kept: ir.Features) -> str:
    """features.py."""
    return render(
        "torch/recipe/features.py.jinja",
        file=literal(kept.file),
        head=literal(kept.head),
        dropout=literal(kept.dropout) if kept.dropout else "",
        folder=isinstance(recipe.data, Folder),
    )
