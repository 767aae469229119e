"""Ops that a target has no way to say: errors before anything is emitted, never a dropped layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations
from typing import TypeAlias

from archdsl.diagnostics import Diagnostics
from archdsl.ir import structure
from archdsl.ir.attributes import attributes_of
from archdsl.ir.graph import Graph, Node
from archdsl.ir.op import OpError
from archdsl.ops import Custom

# forms of the flow itself: every target writes them as expressions
Lower: TypeAlias = Callable[[Graph, Node], object]

STRUCTURAL = frozenset({"input", "add", "concat", "mul"})


def report_gaps(
    nets: Sequence[structure.Net],
    target: str,
    lower: Lower,
    diagnostics: Diagnostics,
) -> bool:
    """Reports every node without a lowering; true where there is any.

    lower: what a node is in the target, None where it has no way to say it
    """
    found = False
    for net in nets:
        for node in net.graph:
            if node.op.keyword in STRUCTURAL:
                continue
            if lower(net.graph, node) is None:
                found = True
                _report(net, node, target, lower, diagnostics)
    return found


def _report(
    net: structure.Net, node: Node, target: str, lower: Lower, diagnostics: Diagnostics
) -> None:
    if isinstance(node.op, Custom):
        message = f"`{node.op.value('name')}` can't be compiled for {target}"
        help = "choose another target"
        if hasattr(node.op, f"{target}_path"):
            help = f'name its class where it is declared: `{target} = "package.Class"`'
    else:
        guilty = at_fault(net.graph, node, lower)
        with_ = f" with {' and '.join(guilty)}" if guilty else ""
        message = f"`{node.op.keyword}`{with_} can't be compiled for {target}"
        help = "choose another target, or another layer"
    notes = [f"{node.path} in {net.name}: the target has no such layer"]
    diagnostics.error("E601", message, node.span, notes=notes, help=help)


def at_fault(graph: Graph, node: Node, lower: Lower) -> tuple[str, ...]:
    """The attributes without which, at their defaults, the target has the op; () where none do."""
    known = attributes_of(type(node.op))
    given = {field: a.default for field, a in known.items() if a.name not in node.op.required()}
    fields = [field for field, default in given.items() if getattr(node.op, field) != default]
    for some in (*((f,) for f in fields), *combinations(fields, 2)):
        try:
            op = node.op.changed(**{f: given[f] for f in some})
            op = op.resolve(graph.input_shapes(node))
            other = replace(node, op=op, shape=op.infer(graph.input_shapes(node)))
        except OpError:
            continue
        if lower(graph, other) is not None:
            return tuple(known[f].name for f in some)
    return ()
