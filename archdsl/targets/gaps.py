"""Ops that a target has no way to say: errors before anything is emitted, never a dropped layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from archdsl.diagnostics import Diagnostics
from archdsl.ir import structure
from archdsl.ir.graph import Graph, Node
from archdsl.ops import Custom

# forms of the flow itself: every target writes them as expressions
STRUCTURAL = frozenset({"input", "add", "concat", "mul"})


def report_gaps(
    nets: Sequence[structure.Net],
    target: str,
    lower: Callable[[Graph, Node], object],
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
                own = isinstance(node.op, Custom)
                name = node.op.value("name") if own else node.op.keyword
                diagnostics.error(
                    "E601",
                    f"`{name}` can't be compiled for {target}",
                    node.span,
                    notes=[f"{node.path} in {net.name}: the target has no such layer"],
                    help=f'name its class where it is declared: `{target} = "package.Class"`'
                    if own
                    else "choose another target, or another layer",
                )
    return found
