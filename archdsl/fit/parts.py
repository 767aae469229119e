"""What a piece of a net adds to its costs, so that costs of nets are sums over their pieces.

A piece is a run of layers with one value in and one out, of which nothing inside is used
elsewhere. Sums are plain for most figures. Values alive at once are those inside the piece that
runs, so the peak is the largest of the pieces'. What training keeps of the value between two
pieces is said by both: the first made it, the second may need it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from archdsl.analysis.facts import Facts, Known, facts_of
from archdsl.analysis.liveness import BYTES, memory
from archdsl.analysis.memory import Marks, marks
from archdsl.ir.graph import Graph, Node
from archdsl.ir.op import Shapes
from archdsl.ir.shape import Shape
from archdsl.records import record

__all__ = ["Costs", "Keeps", "Part", "Seconds", "part_of", "total"]

Seconds = Callable[[Node, Shapes], float]
"""The time of a node at inference."""


@record
class Keeps:
    """What training keeps of a piece, elements for one sample (see analysis.memory.Kept).

    needs:    it keeps the value that flows in
    own:      elements of the memory that its output is in; None: it is the input's memory
    whole:    that memory is kept
    learns:   a gradient reaches its output
    """

    needs: bool
    own: int | None
    whole: bool
    learns: bool
    elements: int
    once: int
    indices: int


@record
class Part:
    """A piece's costs, as `Totals` and `Memory` have them.

    output: the shape that flows out, by its number
    sums:   of its layers, parameters, buffers, counters, MACs, FLOPs, activations, as in `Costs`
    peak:   bytes of the values alive at once at inference, one sample in float32
    fixed, learning: what training keeps where no gradient reaches the input, and where one does
    """

    output: int
    sums: tuple[int, ...]
    peak: int
    seconds: float
    fixed: Keeps
    learning: Keeps


@record
class Costs:
    """A net's, in the same terms."""

    nodes: int
    params: int
    buffers: int
    counters: int
    macs: int
    flops: int
    activations: int
    peak: int
    seconds: float
    elements: int
    once: int
    indices: int


def part_of(graph: Graph, known: Known, output: int, seconds: Seconds | None) -> Part:
    """Of a graph whose first node is its input; the input itself counts nothing but its size.

    output: the number of the output's shape
    """
    facts = facts_of(graph, known=known)
    end = graph.outputs[0][1]
    used = [node for node in graph.nodes if not node.aux]
    time = 0.0
    if seconds is not None:
        time = sum(seconds(node, graph.input_shapes(node)) for node in used[1:])
    here = [facts[node.id] for node in used[1:]]
    return Part(
        output=output,
        sums=(
            len(graph) - 1,
            sum(fact.params for fact in facts),
            sum(fact.buffers for fact in facts),
            sum(fact.counters for fact in facts),
            sum(fact.macs for fact in here),
            sum(fact.flops for fact in here),
            sum(fact.elements for fact in here if fact.macs),
        ),
        peak=max(memory(graph, used, [end])),
        seconds=time,
        fixed=_keeps(marks(graph, facts), facts, end),
        learning=_keeps(marks(graph, facts, learning=True), facts, end),
    )


def _keeps(marked: Marks, facts: list[Facts], end: int) -> Keeps:
    owner = marked.owner[end]
    inside = sum(
        fact.elements
        for value, fact in enumerate(facts)
        if marked.whole[value] and value not in (0, owner)
    )
    return Keeps(
        needs=marked.whole[0],
        own=None if owner == 0 else facts[owner].elements,
        whole=owner != 0 and marked.whole[owner],
        learns=marked.learns[end],
        elements=inside + sum(kept.elements for kept in marked.beside),
        once=sum(kept.once for kept in marked.beside),
        indices=sum(kept.indices for kept in marked.beside),
    )


def total(start: Shape, parts: Sequence[Part]) -> Costs:
    """The costs of a net that is these pieces in a row, after its input."""
    elements = once = indices = 0
    flowing, whole, learns = start.elements, False, False  # the memory between two pieces
    for part in parts:
        keeps = part.learning if learns else part.fixed
        elements += keeps.elements
        once += keeps.once
        indices += keeps.indices
        if keeps.own is None:
            whole = whole or keeps.needs
        else:
            if whole or keeps.needs:
                elements += flowing
            flowing, whole = keeps.own, keeps.whole
        learns = keeps.learns
    if whole:
        elements += flowing
    columns = zip(_INPUT, *[part.sums for part in parts], strict=True)
    nodes, params, buffers, counters, macs, flops, activations = map(sum, columns)
    peak = max([start.elements * BYTES, *[part.peak for part in parts]])
    seconds = sum([part.seconds for part in parts])
    return Costs(
        nodes,
        params,
        buffers,
        counters,
        macs,
        flops,
        activations,
        peak,
        seconds,
        elements,
        once,
        indices,
    )


_INPUT = (1, 0, 0, 0, 0, 0, 0)  # its own sums
