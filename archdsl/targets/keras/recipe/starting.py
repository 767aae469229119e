"""transfer.py: the weights that training starts with, brought to Keras's layout, and what stays."""

from __future__ import annotations

from archdsl.ir import recipe as ir
from archdsl.ir.graph import Graph
from archdsl.ir.places import Place
from archdsl.ir.recipe_data import Folder
from archdsl.targets import Published, orders
from archdsl.targets.keras.names import layer_name
from archdsl.targets.keras.weights import twins
from archdsl.targets.layout import Brackets, lay_out
from archdsl.targets.template import render
from archdsl.targets.written import literal

KERAS_FILES = (".h5", ".keras")

# What the emitted code knows: how each of PyTorch's names is called, and how it is turned.
_NAMES = {
    "weight": ("kernel", "gamma"),
    "bias": ("bias", "beta"),
    "running_mean": ("moving_mean",),
    "running_var": ("moving_variance",),
}


def piece(recipe: ir.Recipe, published: Published | None) -> str:
    """transfer.py.

    published: what keras.applications has, where training starts from that
    """
    transfer = recipe.transfer
    source, names = "", ""
    skip: tuple[str, ...] = ()
    package: str | None = None
    match transfer.weights:
        case ir.Weights(source=name, skip=paths, map=map, library=found):
            source, skip, package = name, paths, found
            names = literal(map) if map is not None else ""
    graph = recipe.models[0].net.graph
    return render(
        "keras/recipe/transfer.py.jinja",
        source=literal(source) if source else "",
        file=literal(published.file) if published else "",
        layers=_layers(published, skip) if published else "",
        keras=from_keras(recipe),
        standardized=any(node.op.keyword == "standardize" for node in graph),
        skip=_tuple("SKIPPED", skip),
        library=source if published else package,
        kind=source.rpartition(".")[2].lower(),
        map=names,
        frozen=_tuple("FROZEN", transfer.stages),
        flattened=_flattened(graph),
        depthwise=any(_is_depthwise(p) for node in graph for p in twins(graph, node)),
    )


def features(recipe: ir.Recipe, kept: ir.Features) -> str:
    """features.py."""
    return render(
        "keras/recipe/features.py.jinja",
        file=literal(kept.file),
        head=literal(layer_name(kept.head)),
        dropout=literal(kept.dropout) if kept.dropout else "",
        folder=isinstance(recipe.data, Folder),
    )


def from_keras(recipe: ir.Recipe) -> bool:
    """Whether training starts from weights that have Keras's layout already."""
    match recipe.transfer.weights:
        case ir.Weights(library="keras"):
            return True
        case ir.Weights(source=source, library=None):
            return source.endswith(KERAS_FILES)
    return False


def _layers(published: Published, skip: tuple[str, ...]) -> str:
    """The names of their layers that are taken, each with what it is called here."""
    entries = tuple(
        f"{literal(name)}: {literal(layer_name(path))}"
        for path, name in published.names.items()
        if path not in skip and name != layer_name(path)
    )
    if not entries:
        return ""
    doc = Brackets("", entries, brackets="{}", explode=len(entries) > 4)
    return "\n".join(lay_out("LAYERS = ", doc, 0))


def _tuple(name: str, paths: tuple[str, ...]) -> str:
    """A statement with the layers' names, or "" where there are none."""
    if not paths:
        return ""
    names = tuple(layer_name(path) for path in paths)
    if len(names) == 1:
        return f"{name} = {literal(names)}"
    return "\n".join(lay_out(f"{name} = ", Brackets("", tuple(map(literal, names))), 0))


def _flattened(graph: Graph) -> str:
    """The layers that take a flattened map, with its shape in PyTorch's order."""
    entries = tuple(
        f"{literal(layer_name(node.path))}: {literal(tuple(shape))}"
        for node in graph
        if node.op.keyword == "linear" and (shape := orders.flattened(node, graph)) is not None
    )
    if not entries:
        return ""
    return "\n".join(lay_out("FLATTENED = ", Brackets("", entries, brackets="{}"), 0))


# ------------------------------------------------------------------------------- refused


def untold(recipe: ir.Recipe) -> str | None:
    """A kind of layer whose weights the emitted code couldn't bring to Keras's layout, or None."""
    if from_keras(recipe):
        return None
    graph = recipe.models[0].net.graph
    for node in graph:
        for place in twins(graph, node):
            if not _is_told(graph, place):
                return node.op.keyword
    return None


def _is_told(graph: Graph, place: Place) -> bool:
    node, weight = place.node, place.weight
    if weight.keras not in _NAMES.get(weight.name, ()):
        return False
    if weight.keras == "kernel":
        wanted = {2: (1, 0), 4: (2, 3, 0, 1) if _is_depthwise(place) else (2, 3, 1, 0)}
        return weight.axes == wanted.get(len(weight.shape))
    # a vector of a flattened map would have to be brought to another order
    turned = node.op.keyword != "linear" and orders.flattened(node, graph) is not None
    return len(weight.shape) == 1 and weight.axes is None and not turned


def _is_depthwise(place: Place) -> bool:
    weight = place.weight
    return weight.keras == "kernel" and weight.keras_shape is not None


def mixed_up(recipe: ir.Recipe) -> str | None:
    """A layer whose name in Keras begins as a frozen or skipped block's; None: there is none."""
    transfer = recipe.transfer
    skip = transfer.weights.skip if transfer.weights is not None else ()
    graph = recipe.models[0].net.graph
    for places in (transfer.stages, skip):
        for node in graph:
            if twins(graph, node):
                in_torch = _below(node.path, places, ".")
                names = tuple(map(layer_name, places))
                if in_torch != _below(layer_name(node.path), names, "_"):
                    return node.path
    return None


def _below(name: str, places: tuple[str, ...], mark: str) -> bool:
    return any(name == place or name.startswith(f"{place}{mark}") for place in places)
