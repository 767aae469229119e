"""Names of layers in Keras: a path with `_` for its dots, `layer1_0_conv1` of `layer1.0.conv1`.

Keras itself refuses "/", its PyTorch backend ".", and TensorFlow a name that begins with "_" or
"-". So that a name has one path, a net with two that give the same is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from archdsl.diagnostics import Diagnostics
from archdsl.ir import structure
from archdsl.ir.graph import Graph, Node
from archdsl.targets.outline import survey

_CODE = "E602"


def layer_name(path: str) -> str:
    """What the layer, or the prefix of a block's layers, is called in Keras."""
    return path.replace(".", "_")


def named(net: structure.Net) -> Iterator[Node]:
    """The nodes whose layers have their paths' names: those with weights, those with labels."""
    graph = net.graph
    yield from (graph.nodes[value] for label, value in graph.inputs if label is not None)
    for instance in (net.root, *survey.instances(net.root)):
        for item in survey.walk(instance.items):
            if isinstance(item, structure.Layer):
                node = graph.nodes[item.node]
                if item.syntax.label or node.op.weights(graph.input_shapes(node)):
                    yield node


def output_names(graph: Graph) -> list[str]:
    """Keys of the outputs of a model with side heads, in their order: labels, else "main"."""
    heads = [head.label for head in graph.aux]
    main = "main"
    while main in heads:
        main += "_"
    return [*(label or main for label, _ in graph.outputs), *heads]


def own_names(nets: Iterable[structure.Net]) -> frozenset[str]:
    """Names of layers, with and without a number: none that Keras makes up may be the same."""
    names = {layer_name(node.path) for net in nets for node in named(net)}
    return frozenset(names | {re.sub(r"_\d+$", "", name) for name in names})


def report_clashes(nets: Sequence[structure.Net], diagnostics: Diagnostics) -> bool:
    """Reports paths of a net that Keras can't tell apart or can't have; true where there is any."""
    found = False
    for net in nets:
        owners: dict[str, Node] = {}
        for node in named(net):
            name = layer_name(node.path)
            first = owners.setdefault(name, node)
            if first.path != node.path:
                found = True
                diagnostics.error(
                    _CODE,
                    f"the names {first.path} and {node.path} can't be told apart in keras",
                    node.span,
                    notes=[f"both are {name} there: a layer's name takes no dot"],
                    help="another label",
                )
            elif not name[:1].isalnum():
                found = True
                diagnostics.error(
                    _CODE,
                    f"the name `{name}` can't be compiled for keras",
                    node.span,
                    notes=["TensorFlow wants a letter or a digit at a layer's beginning"],
                    help="another label",
                )
    return found
