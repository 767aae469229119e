"""norms.py: where the residual branches of the compared nets are, whatever the framework."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from archdsl.ir import recipe as ir
from archdsl.ir import structure
from archdsl.targets.layout import Brackets, Doc, lay_out, prefixed
from archdsl.targets.outline import survey
from archdsl.targets.outline.names import safe
from archdsl.targets.written import literal


def statement(recipe: ir.Recipe, called: Callable[[str], str]) -> str:
    """`BRANCHES`, by the names of the nets.

    called: what a path is in the framework
    """
    nets: list[Doc] = []
    for model in recipe.models:
        found: dict[tuple[str, ...], list[str]] = {}
        for block, layers in branches(model.net):
            found.setdefault(tuple(map(called, layers)), []).append(called(block))
        entries: list[Doc] = [
            prefixed(
                f"{literal(layers)}: ",
                Brackets("", tuple(literal(block) for block in blocks), brackets="[]"),
            )
            for layers, blocks in found.items()
        ]
        inner = Brackets("", tuple(entries), brackets="{}", explode=len(entries) > 0)
        nets.append(prefixed(f"{literal(safe(model.name))}: ", inner))
    lines = [
        "# Of each net: which layers make up a residual branch, and the blocks that have one so.",
        *lay_out(
            "BRANCHES: dict[str, dict[tuple[str, ...], list[str]]] = ",
            Brackets("", tuple(nets), brackets="{}", explode=True),
            0,
        ),
    ]
    return "\n".join(lines)


def branches(net: structure.Net) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each residual branch: the block that it stands in, and its layers with weights there."""
    yield from _within(net, net.root.items, "")


def _within(
    net: structure.Net, items: Iterable[structure.Item], block: str
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for item in items:
        if isinstance(item, structure.Residual) and item.active:
            layers = tuple(_weighted(net, item.items, block))
            if layers:
                yield block, layers
            yield from _within(net, item.items, block)
        elif isinstance(item, structure.Call):
            yield from _within(net, item.instance.items, item.instance.path)
        else:
            yield from _within(net, survey.children(item), block)


def _weighted(net: structure.Net, items: Iterable[structure.Item], block: str) -> Iterator[str]:
    """Paths of the layers with weights, from the block on."""
    for item in survey.walk(items):
        if isinstance(item, structure.Call):
            yield from _weighted(net, item.instance.items, block)
        elif isinstance(item, structure.Layer):
            node = net.graph.nodes[item.node]
            if node.op.weights(net.graph.input_shapes(node)):
                yield node.path.removeprefix(f"{block}.") if block else node.path
