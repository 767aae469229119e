"""What a net costs: parameters, multiply-accumulates, memory; by node, by block, in all.

Parameters, and the figures of training (backward, kept), count side heads; every other figure is
of inference, where side heads are absent. Work is that of one sample; memory that of a batch, one
sample in float32 if nothing else is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from archdsl.analysis.backward import backward
from archdsl.analysis.facts import Facts, facts_of
from archdsl.analysis.liveness import depth, memory
from archdsl.analysis.memory import Kept, Memory, kept, scaled, weight_bytes
from archdsl.analysis.receptive import receptive_fields
from archdsl.ir import structure
from archdsl.ir.graph import Graph, Node
from archdsl.ir.shape import Shape
from archdsl.ops.custom import Custom
from archdsl.records import record


@record
class CostRow:
    """One node, or with `nodes` > 1 several in a row, such as a block.

    output:      None of nodes that have nothing in common but their kind
    params:      trainable elements; buffers: the others (running statistics)
    macs:        multiply-accumulates of convolutions and linear layers; flops: 2 x macs, plus
                 element-wise work
    activations: output elements of convolutions and linear layers
    memory:      bytes of all values alive while it runs (of a block: the most)
    aux:         of a side head: absent at inference, so it has no figures of it
    backward:    FLOPs of convolutions and linear layers in the backward pass
    kept:        bytes of its values kept for the backward pass
    receptive:   the receptive field, for each axis in space of the input
    latency:     nanoseconds on a device, estimated; 0 where none was asked for
    """

    path: str
    op: str
    output: Shape | None
    params: int
    buffers: int
    macs: int
    flops: int
    activations: int
    memory: int
    aux: bool = False
    nodes: int = 1
    backward: int = 0
    kept: int = 0
    receptive: tuple[int, ...] = ()
    latency: int = 0


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
    """A net's costs, each computed when it is first asked for.

    batch, dtype: what memory is counted for; a name in `memory.DTYPES`
    device:       what `latencies` are of, in seconds for each node; none: they aren't known
    """

    net: structure.Net
    batch: int = 1
    dtype: str = "float32"
    device: str = ""
    latencies: tuple[float, ...] = ()

    @cached_property
    def totals(self) -> Totals:
        graph = self.net.graph
        alive = list(self._alive.values())
        return _totals(graph.nodes, self._facts, _results(graph), alive)

    @cached_property
    def memory(self) -> Memory:
        weights, gradients = weight_bytes(self._facts, self.dtype)
        keeps = sum(it.bytes(self.batch, self.dtype) for it in self._kept)
        peak = self.totals.peak_memory
        return Memory(self.batch, self.dtype, weights, gradients, keeps, peak)

    @cached_property
    def backward(self) -> int:
        """FLOPs of convolutions and linear layers in the backward pass of one sample."""
        return sum(backward(self.net.graph, self._facts))

    @cached_property
    def latency(self) -> int:
        """Nanoseconds of a batch on the device, layer after layer."""
        return sum(row.latency for row in self.rows)

    @cached_property
    def rows(self) -> tuple[CostRow, ...]:
        """One for each node, in the graph's order."""
        return tuple(self._rows())

    def _rows(self) -> Iterator[CostRow]:
        graph, facts = self.net.graph, self._facts
        back, fields = backward(graph, facts), receptive_fields(graph, facts)
        taken = self.latencies or (0.0,) * len(facts)
        for node, fact, seconds in zip(graph.nodes, facts, taken, strict=True):
            here = not node.aux
            yield CostRow(
                path=node.path,
                op=node.op.name if isinstance(node.op, Custom) else node.op.keyword,
                output=node.shape,
                params=fact.params,
                buffers=fact.buffers,
                macs=fact.macs * here,
                flops=fact.flops * here,
                activations=fact.elements * here if fact.macs else 0,
                memory=self._alive.get(node.id, 0),
                aux=node.aux,
                backward=back[node.id],
                kept=self._kept[node.id].bytes(self.batch, self.dtype),
                receptive=fields[node.id],
                latency=round(seconds * 1e9),
            )

    @cached_property
    def _facts(self) -> list[Facts]:
        return facts_of(self.net.graph)

    @cached_property
    def _kept(self) -> list[Kept]:
        return kept(self.net.graph, self._facts)

    @cached_property
    def _alive(self) -> dict[int, int]:
        """Bytes of the values alive while a node runs, by its id."""
        graph = self.net.graph
        used = [node for node in graph.nodes if not node.aux]
        found = memory(graph, used, _results(graph))
        return {
            node.id: scaled(size, self.batch, self.dtype)
            for node, size in zip(used, found, strict=True)
        }

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
        return tuple(self.fold(path, rows) for path, rows in parts.items())

    def fold(self, path: str, rows: Sequence[CostRow]) -> CostRow:
        """The rows of a level of names as one."""
        if len(rows) == 1 and rows[0].path == path:
            return rows[0]
        kind, output = "group", rows[-1].output
        if path in self._levels:
            kind, output = self._levels[path]
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
            backward=sum(row.backward for row in rows),
            kept=sum(row.kept for row in rows),
            receptive=rows[-1].receptive,
            latency=sum(row.latency for row in rows),
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


def totals(graph: Graph, nodes: Sequence[Node], results: Sequence[int]) -> Totals:
    """The figures of a part of a graph, such as a block instance, that gives `results`."""
    used = [node for node in nodes if not node.aux]
    return _totals(nodes, facts_of(graph, nodes), results, memory(graph, used, results))


def _totals(
    nodes: Sequence[Node], facts: Sequence[Facts], results: Sequence[int], alive: Sequence[int]
) -> Totals:
    used = [(node, fact) for node, fact in zip(nodes, facts, strict=True) if not node.aux]
    counted = {node.id for node, fact in used if fact.macs}
    return Totals(
        params=sum(fact.params for fact in facts),
        buffers=sum(fact.buffers for fact in facts),
        macs=sum(fact.macs for _, fact in used),
        flops=sum(fact.flops for _, fact in used),
        activations=sum(fact.elements for _, fact in used if fact.macs),
        depth=depth((node for node, _ in used), counted, results),
        peak_memory=max(alive, default=0),
    )


def _results(graph: Graph) -> list[int]:
    return [value for _, value in graph.outputs]


def cost(
    net: structure.Net,
    batch: int = 1,
    dtype: str = "float32",
    device: str = "",
    latencies: tuple[float, ...] = (),
) -> CostReport:
    """The costs of an elaborated net; memory for a batch in this type, and what a device takes."""
    return CostReport(net, batch, dtype, device, latencies)


__all__ = ["CostReport", "CostRow", "Totals", "cost", "totals"]
