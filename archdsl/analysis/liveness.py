"""How much memory the values of a graph take while it runs, and how deep it is.

One sample in float32, nodes in the graph's order; a value is freed after its last use. Every
node makes a value of its own: views and in-place work, which a framework may use, save nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from archdsl.ir.graph import Graph, Node

BYTES = 4  # of one element in float32


def memory(graph: Graph, nodes: Sequence[Node], results: Collection[int]) -> list[int]:
    """Bytes of the values alive while each of `nodes` runs.

    `nodes` are a part of the graph, in its order; `results` are the ids that outlive it. Values
    that come in from elsewhere are there from the start.
    """
    last: dict[int, int] = {}
    made = {node.id: step for step, node in enumerate(nodes)}
    for step, node in enumerate(nodes):
        for value in node.inputs:
            last[value] = step
    for value in results:
        last[value] = len(nodes) - 1
    first: dict[int, int] = {}
    for value in last.keys() | made.keys():
        outside = value not in made or not graph.nodes[value].inputs
        first[value] = 0 if outside else made[value]
    change = [0] * (len(nodes) + 1)
    for value, begin in first.items():
        size = graph.nodes[value].shape.elements * BYTES
        end = max(last.get(value, begin), made.get(value, begin))
        change[begin] += size
        change[end + 1] -= size
    alive, found = 0, []
    for step in range(len(nodes)):
        alive += change[step]
        found.append(alive)
    return found


def depth(nodes: Iterable[Node], counted: Collection[int], results: Collection[int]) -> int:
    """How many of the `counted` nodes there are on the longest path to a result."""
    longest: dict[int, int] = {}
    for node in nodes:
        before = max((longest.get(value, 0) for value in node.inputs), default=0)
        longest[node.id] = before + (node.id in counted)
    return max((longest.get(value, 0) for value in results), default=0)
