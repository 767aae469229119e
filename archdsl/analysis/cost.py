"""What a net costs: parameters, multiply-accumulates, memory; by node, by block, in all.

Parameters count side heads, which are trained; every other figure is of inference, where side
heads are absent, for one sample in float32.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from archdsl.analysis.liveness import depth, memory
from archdsl.ir import structure
from archdsl.ir.graph import Graph, Node
from archdsl.ir.op import parameter_count
from archdsl.ir.shape import Shape
from archdsl.ops.custom import Custom
from archdsl.records import record


@record
class CostRow:
    """One node, or with `nodes` > 1 a block folded into a row.

    params:      trainable elements; buffers: the others (running statistics)
    macs:        multiply-accumulates of convolutions and linear layers; flops: 2 x macs, plus
                 element-wise work
    activations: output elements of convolutions and linear layers
    memory:      bytes of all values alive while it runs (of a block: the most)
    aux:         of a side head: absent at inference, so it has parameters only
    """

    path: str
    op: str
    output: Shape
    params: int
    buffers: int
    macs: int
    flops: int
    activations: int
    memory: int
    aux: bool = False
    nodes: int = 1


@record
class Totals:
    params: int
    buffers: int
    macs: int
    flops: int
    activations: int
    depth: int
    peak_memory: int


@dataclass(frozen=True)
class CostReport:
    """A net's costs: `rows` for each node in the graph's order, and `totals`."""

    net: structure.Net
    rows: tuple[CostRow, ...]
    totals: Totals

    @property
    def name(self) -> str:
        return self.net.name

    @property
    def inputs(self) -> tuple[Shape, ...]:
        graph = self.net.graph
        return tuple(graph.nodes[i].shape for _, i in graph.inputs)

    @property
    def outputs(self) -> tuple[Shape, ...]:
        graph = self.net.graph
        return tuple(graph.nodes[i].shape for _, i in graph.outputs)

    def folded(self, depth: int | None) -> tuple[CostRow, ...]:
        """Rows with every block deeper than `depth` levels of names folded into one."""
        if depth is None:
            return self.rows
        parts: dict[str, list[CostRow]] = {}
        for row in self.rows:
            level = ".".join(row.path.split(".")[:depth])
            parts.setdefault(level, []).append(row)
        return tuple(self._fold(path, rows) for path, rows in parts.items())

    def _fold(self, path: str, rows: Sequence[CostRow]) -> CostRow:
        if len(rows) == 1 and rows[0].path == path:
            return rows[0]
        kind, output = self._levels.get(path, ("group", rows[-1].output))
        return CostRow(
            path=path,
            op=kind,
            output=output,
            params=sum(row.params for row in rows),
            buffers=sum(row.buffers for row in rows),
            macs=sum(row.macs for row in rows),
            flops=sum(row.flops for row in rows),
            activations=sum(row.activations for row in rows),
            memory=max(row.memory for row in rows),
            aux=all(row.aux for row in rows),
            nodes=sum(row.nodes for row in rows),
        )

    @cached_property
    def _levels(self) -> dict[str, tuple[str, Shape]]:
        """What each level of names is (a block's name or "group") and the shape it gives."""
        nodes = self.net.graph.nodes
        root = self.net.root
        found = {"": (root.block.name, nodes[root.output].shape)}
        for path, kind, output in _levels(root.items, ""):
            found.setdefault(path, (kind, nodes[output].shape))
        return found


def _levels(items: Iterable[structure.Item], path: str) -> Iterator[tuple[str, str, int]]:
    for item in items:
        if isinstance(item, structure.Call):
            inner = _join(path, item.key)
            yield inner, item.instance.block.name, item.instance.output
            yield from _levels(item.instance.items, inner)
        elif isinstance(item, structure.Group):
            inner = path if item.key is None else _join(path, item.key)
            if item.key is not None:
                yield inner, "group", item.output
            yield from _levels(item.items, inner)
        else:
            for part in parts(item):
                yield from _levels(part, path)


def parts(item: structure.Item) -> Iterator[tuple[structure.Item, ...]]:
    """The runs of items inside a form that makes no level of names."""
    match item:
        case structure.Loop():
            yield from (turn.items for turn in item.rounds)
        case structure.Merge():
            yield from (branch.items for branch in item.branches)
        case structure.Residual():
            yield item.items
            if item.shortcut is not None:
                yield item.shortcut
        case structure.Choice() | structure.Gate() | structure.Aux():
            yield item.items
        case _:
            return


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


# --------------------------------------------------------------------------- counting


@record
class _Figures:
    params: int
    buffers: int
    macs: int
    flops: int


def _figures(graph: Graph, node: Node) -> _Figures:
    shapes = graph.input_shapes(node)
    weights = node.op.weights(shapes)
    params = parameter_count(weights)
    buffers = sum(w.elements for w in weights) - params
    if isinstance(node.op, Custom):  # what its tensors are is not known, only how many elements
        params += node.op.parameters
    if node.aux:
        return _Figures(params, 0, 0, 0)
    macs = node.op.macs(shapes, node.shape)
    return _Figures(params, buffers, macs, node.op.flops(shapes, node.shape))


def totals(graph: Graph, nodes: Sequence[Node], results: Sequence[int]) -> Totals:
    """The figures of a part of a graph, such as a block instance, that gives `results`."""
    rows = list(_rows(graph, nodes, results))
    return _totals(nodes, rows, results)


def _rows(graph: Graph, nodes: Sequence[Node], results: Sequence[int]) -> Iterator[CostRow]:
    used = [node for node in nodes if not node.aux]
    alive = {node.id: size for node, size in zip(used, memory(graph, used, results), strict=True)}
    known: dict[tuple[int, ...], _Figures] = {}
    for node in nodes:
        # Equal layers share their op and their shapes, which the graph keeps alive.
        key = (id(node.op), node.aux, *[id(graph.nodes[i].shape) for i in node.inputs])
        found = known.get(key)
        if found is None:
            found = known[key] = _figures(graph, node)
        yield CostRow(
            path=node.path,
            op=node.op.name if isinstance(node.op, Custom) else node.op.keyword,
            output=node.shape,
            params=found.params,
            buffers=found.buffers,
            macs=found.macs,
            flops=found.flops,
            activations=node.shape.elements if found.macs else 0,
            memory=alive.get(node.id, 0),
            aux=node.aux,
        )


def _totals(nodes: Sequence[Node], rows: Sequence[CostRow], results: Sequence[int]) -> Totals:
    counted = {node.id for node, row in zip(nodes, rows, strict=True) if row.macs}
    used = [node for node in nodes if not node.aux]
    return Totals(
        params=sum(row.params for row in rows),
        buffers=sum(row.buffers for row in rows),
        macs=sum(row.macs for row in rows),
        flops=sum(row.flops for row in rows),
        activations=sum(row.activations for row in rows),
        depth=depth(used, counted, results),
        peak_memory=max((row.memory for row in rows), default=0),
    )


def cost(net: structure.Net) -> CostReport:
    """The costs of an elaborated net."""
    graph = net.graph
    results = [value for _, value in graph.outputs]
    rows = tuple(_rows(graph, graph.nodes, results))
    return CostReport(net, rows, _totals(graph.nodes, rows, results))


__all__ = ["CostReport", "CostRow", "Totals", "cost", "totals"]
