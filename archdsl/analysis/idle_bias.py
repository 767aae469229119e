"""Biases that do nothing: of a convolution whose value goes into a batch norm, and nowhere else.

A batch norm subtracts the mean, and with it what a bias added. Said of a convolution that is so in
every net of the file, and of which no text says `bias`: written as `bias=true`, it is meant, as in
networks whose published weights have one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence, Set

from archdsl.analysis import codes
from archdsl.diagnostics import Label, Source, Span
from archdsl.ir import structure
from archdsl.ir.op import Op
from archdsl.syntax import tree

Warn = Callable[[str, str, Span, str, Iterable[Label]], None]

_CONVOLUTIONS = frozenset({"conv", "depthwise", "pointwise", "deconv"})


def check_biases(
    found: Sequence[object], source: Source, nets: Sequence[structure.Net], warn: Warn
) -> None:
    """found: all nodes of the file"""
    normed: dict[tuple[int, int], tuple[Span, Span]] = {}
    needed: set[tuple[int, int]] = set()
    ops = _CONVOLUTIONS - _meant(found)
    for net in nets:
        if not any(_has_bias(node.op, ops) for node in net.graph.nodes):
            continue
        follows = _norms(net)
        for layer in _layers(net.root.items):
            span = layer.syntax.piece.span
            if span.source is not source or not _has_bias(layer.op, ops):
                continue
            if layer.param is not None or "bias" in layer.sources:
                continue
            place = (span.start, span.end)
            if layer.node in follows:
                normed.setdefault(place, (span, follows[layer.node]))
            else:
                needed.add(place)
    for place, (span, norm) in sorted(normed.items(), key=lambda item: item[0]):
        if place not in needed:
            warn(
                codes.IDLE_BIAS,
                "this convolution's bias has no effect: the batch norm after it subtracts it",
                span,
                "write `bias=false`, or `bias=true` where it is meant",
                [Label(norm, "the batch norm")] if norm.source is source else [],
            )


def _has_bias(op: Op, among: Set[str]) -> bool:
    return op.keyword in among and bool(op.value("bias"))


def _meant(nodes: Sequence[object]) -> set[str]:
    """Ops of which `defaults` say whether they have a bias."""
    found = set()
    for node in nodes:
        if isinstance(node, tree.Defaults):
            found |= {u.name for u in node.uses for arg in u.args or () if arg.name == "bias"}
    return found


def _norms(net: structure.Net) -> dict[int, Span]:
    """Values that go into a batch norm alone, with where that stands."""
    graph = net.graph
    users = Counter(value for node in graph.nodes for value in node.inputs)
    users.update(value for _, value in graph.outputs)
    users.update(head.value for head in graph.aux)
    return {
        node.inputs[0]: node.span
        for node in graph.nodes
        if node.op.keyword == "bn" and users[node.inputs[0]] == 1
    }


def _layers(items: Sequence[structure.Item]) -> Iterator[structure.Layer]:
    stack: list[structure.Item] = list(items)
    while stack:
        item = stack.pop()
        match item:
            case structure.Layer():
                yield item
            case structure.Call():
                stack += item.instance.items
            case structure.Loop():
                for turn in item.rounds:
                    stack += turn.items
            case structure.Merge():
                for branch in item.branches:
                    stack += branch.items
            case structure.Residual():
                stack += [*item.items, *(item.shortcut or ())]
            case structure.Group() | structure.Choice() | structure.Gate() | structure.Aux():
                stack += item.items
            case _:
                pass
