"""Blocks drawn by themselves, in terms of their parameters, as papers do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import prod

from archdsl.diagram.elements import block_picture
from archdsl.diagram.parts import Plan
from archdsl.diagram.plan import part_plan
from archdsl.diagram.symbols import Symbols, calls, signature, symbols
from archdsl.ir import structure as st
from archdsl.ir.graph import Graph

FORMS = 4  # so many forms of one block are drawn at most


def forms(net: st.Net, name: str) -> list[st.Call]:
    """The uses of the block `name` that are built differently: the first of each, most used first.

    Empty: the net doesn't use it.
    """
    found: dict[tuple[object, ...], list[st.Call]] = {}
    for call in calls(net.root.items):
        if call.instance.block.name == name:
            found.setdefault(signature(net.graph, call.instance), []).append(call)
    ordered = sorted(found.values(), key=lambda uses: -len(uses))
    return [uses[0] for uses in ordered]


def block_names(net: st.Net) -> list[str]:
    return list(dict.fromkeys(call.instance.block.name for call in calls(net.root.items)))


def detail(net: st.Net, call: st.Call, depth: int, at: int, several: bool) -> Plan:
    """One use of a block, drawn open; `several`: other forms stand beside it."""
    found = symbols(net.graph, call.instance)
    made = part_plan(block_picture(net, call), depth, f"d{at}_")
    instance = call.instance
    params = ", ".join(param.name for param in instance.block.params)
    name = instance.block.name
    found.titles[instance.path] = f"{name}({params})" if params else name
    made.names = found.names
    made.titles = found.titles
    made.wires = [replace(wire, shape=None) for wire in made.wires]  # sizes of one use only
    made.shapes = dict(_shapes(net.graph, found, instance))
    made.notes = [*_lines(found)] if several or found.lets else []
    return made


def _lines(found: Symbols) -> Iterator[str]:
    if found.facts:
        yield f"where {', '.join(found.facts)}"
    for name, text in found.lets.items():
        yield f"{name} = {text}"


def _shapes(graph: Graph, found: Symbols, instance: st.Instance) -> Iterator[tuple[int, str]]:
    """What comes in and goes out, `h×w×4c`; each size divided by the strides on the way."""
    strides = list(_strides(graph, found, instance))
    letters = {1: ["l"], 2: ["h", "w"], 3: ["d", "h", "w"]}
    rank = graph.nodes[instance.input].shape.rank
    for node in range(instance.first, instance.last):
        shape = graph.nodes[node].shape
        channels = found.channels.get(node, str(shape.channels))
        if shape.rank == 0:
            yield node, channels
        elif shape.rank == rank and strides is not None:
            after = "".join(f"/{s}" for s in strides)
            yield node, "×".join([*(f"{x}{after}" for x in letters[rank]), channels])
    if rank:
        yield instance.input, "×".join([*letters[rank], found.channels[instance.input]])
    else:
        yield instance.input, found.channels[instance.input]


def _strides(graph: Graph, found: Symbols, instance: st.Instance) -> Iterable[str]:
    """The strides on the main way through, as they are named; those of 1 left out."""
    node = instance.output
    while node >= instance.first and graph.nodes[node].inputs:
        op = graph.nodes[node].op
        named = found.names.get(node, {}).get("stride")
        own = getattr(op, "stride", 1)
        number = own if isinstance(own, int) else max(own) if own else 1
        if named and named != "1":
            yield named
        elif number != 1 and prod(graph.nodes[node].shape.spatial):
            yield str(number)
        node = graph.nodes[node].inputs[0]
