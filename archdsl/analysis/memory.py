"""How many bytes a net takes: its weights, what training keeps, the peak at inference.

Input: a graph, a batch and a type of numbers. Every function gives whole bytes and builds no
report, so that a search may call it thousands of times.

What is kept for the backward pass is what PyTorch's autograd saves, each piece of memory once: an
op says which of its inputs, its output and what else (`Op.saved`). A value that is only seen
anew, as by `flatten`, is kept with the value that it looks at. Weights are not counted in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from archdsl.analysis.facts import Facts, facts_of
from archdsl.analysis.liveness import BYTES, memory
from archdsl.ir.graph import Graph
from archdsl.records import record

DTYPES = {"float32": 4, "float16": 2, "bfloat16": 2, "float64": 8}  # bytes of an element
_INDEX = 8  # bytes of an element's place, which max pooling keeps, and of other whole numbers


def check_batch(batch: int, dtype: str) -> None:
    """Raises ValueError where memory can't be counted for these."""
    if batch < 1 or dtype not in DTYPES:
        raise ValueError(f"batch={batch!r} is at least 1, dtype={dtype!r} one of {[*DTYPES]}")


@dataclass(slots=True)
class Kept:
    """What of a node is kept: elements and places for each sample, elements once for all."""

    elements: int = 0
    once: int = 0
    indices: int = 0

    def bytes(self, batch: int, dtype: str) -> int:
        floats = batch * self.elements + self.once
        return floats * DTYPES[dtype] + batch * self.indices * _INDEX


@record
class Memory:
    """Bytes of a net for a batch.

    weights:   parameters and buffers
    gradients: of the parameters
    kept:      values kept from the forward pass to the backward pass, side heads included
    peak:      the most of all values alive at once at inference
    """

    batch: int
    dtype: str
    weights: int
    gradients: int
    kept: int
    peak: int

    @property
    def inference(self) -> int:
        """Weights, and the values at their peak."""
        return self.weights + self.peak

    def training(self, slots: int = 0) -> int:
        """Weights, their gradients, what is kept; and `slots` numbers of an optimiser for each
        parameter: 1 for SGD with momentum, 2 for Adam."""
        return self.weights + (1 + slots) * self.gradients + self.kept


@record
class Marks:
    """By value: owner, whose memory it is in; learns, whether a gradient reaches it; whole, whether
    it is kept; beside, what else of its node is."""

    owner: list[int]
    learns: list[bool]
    whole: list[bool]
    beside: list[Kept]


def kept(graph: Graph, facts: Sequence[Facts]) -> list[Kept]:
    """What training keeps, by node: a value counts at the node that made it."""
    marked = marks(graph, facts)
    found = marked.beside
    for value, fact in enumerate(facts):
        if marked.whole[value]:
            found[value].elements += fact.elements
    return found


def marks(graph: Graph, facts: Sequence[Facts], *, learning: bool = False) -> Marks:
    """What `kept` goes by. learning: of a part, whether a gradient reaches its inputs."""
    owner = list(range(len(graph)))
    learns = [False] * len(graph)
    whole = [False] * len(graph)
    found = []
    for node, fact in zip(graph.nodes, facts, strict=True):
        if fact.view:
            owner[node.id] = owner[node.inputs[0]]
        reached = any(learns[value] for value in node.inputs) if node.inputs else learning
        if not (fact.learns or reached):
            found.append(Kept())
            continue
        learns[node.id] = True
        saved = fact.saved
        for place in saved.inputs:
            whole[owner[node.inputs[place]]] = True
        if saved.output:
            whole[owner[node.id]] = True
        found.append(Kept(saved.elements, saved.once, saved.indices))
    return Marks(owner, learns, whole, found)


def kept_bytes(graph: Graph, batch: int = 1, dtype: str = "float32") -> int:
    """Bytes that training keeps from the forward pass to the backward pass."""
    return sum(it.bytes(batch, dtype) for it in kept(graph, facts_of(graph)))


def peak_bytes(graph: Graph, batch: int = 1, dtype: str = "float32") -> int:
    """The most bytes of values alive at once at inference."""
    used = [node for node in graph.nodes if not node.aux]
    alive = memory(graph, used, [value for _, value in graph.outputs])
    return scaled(max(alive, default=0), batch, dtype)


def scaled(bytes: int, batch: int, dtype: str) -> int:
    """Bytes for one sample in float32 as bytes for a batch in another type."""
    return bytes // BYTES * batch * DTYPES[dtype]


def weight_bytes(facts: Iterable[Facts], dtype: str = "float32") -> tuple[int, int]:
    """Bytes of all weights, buffers included, and of those that are trained."""
    every = trained = 0
    for fact in facts:
        # A counter stays one, whatever the type of the net.
        floats = fact.params + fact.buffers - fact.counters
        every += floats * DTYPES[dtype] + fact.counters * _INDEX
        trained += fact.params * DTYPES[dtype]
    return every, trained


def memory_of(graph: Graph, batch: int = 1, dtype: str = "float32") -> Memory:
    """All of them."""
    facts = facts_of(graph)
    weights, gradients = weight_bytes(facts, dtype)
    keeps = sum(it.bytes(batch, dtype) for it in kept(graph, facts))
    return Memory(batch, dtype, weights, gradients, keeps, peak_bytes(graph, batch, dtype))
