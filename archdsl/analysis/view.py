"""Which rows of a report are shown: folded, grouped, the costliest alone.

Input: a `CostReport` and a `View`. Output: `Line`s, whose additive figures sum up to the totals.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from archdsl.analysis.cost import CostReport, CostRow
from archdsl.ir.graph import Graph, Node
from archdsl.ops.custom import Custom
from archdsl.records import record

GROUPS = ("layer", "stage", "op")
# Figures that a group's rows sum up to, and so have shares of the whole.
ADDITIVE = ("params", "buffers", "macs", "flops", "backward", "activations", "kept", "latency")
FIGURES = (*ADDITIVE, "memory")


@record
class View:
    """
    depth: levels of names shown, what is below in one row; None: all
    by:    layer (each by itself), stage (the net's own items), op (all of a kind); None: by depth
    top:   so many of the costliest rows, and one for the rest
    sort:  the figure that says which are the costliest
    fold:  equal neighbours in one row
    """

    depth: int | None = None
    by: str | None = None
    top: int | None = None
    sort: str = "macs"
    fold: bool = False


def lines(report: CostReport, view: View) -> list[CostRow]:
    if view.by == "op":
        found = _by_op(report)
    else:
        depth = {None: view.depth, "layer": None, "stage": 1}[view.by]
        found = list(report.folded(depth))
        if view.fold and view.top is None:
            found = without_repeats(found)
    return found if view.top is None else _top(found, view.top, view.sort)


def summed(path: str, op: str, rows: Sequence[CostRow]) -> CostRow:
    """Rows as one."""
    figures = {name: sum(getattr(row, name) for row in rows) for name in ADDITIVE}
    return CostRow(
        path=path,
        op=op,
        output=None,
        memory=max(row.memory for row in rows),
        aux=all(row.aux for row in rows),
        nodes=sum(row.nodes for row in rows),
        **figures,
    )


def _top(rows: list[CostRow], most: int, sort: str) -> list[CostRow]:
    ranked = sorted(rows, key=lambda row: -int(getattr(row, sort)))
    rest = ranked[most:]
    others = f"{len(rest)} other{'s' if len(rest) > 1 else ''}"
    return [*ranked[:most], *([summed(others, "", rest)] if rest else [])]


# --------------------------------------------------------------------------- by op


def _by_op(report: CostReport) -> list[CostRow]:
    graph = report.net.graph
    kinds: dict[str, list[CostRow]] = {}
    for node, row in zip(graph.nodes, report.rows, strict=True):
        kinds.setdefault(kind_of(graph, node), []).append(row)
    made = [summed(kind, rows[0].op, rows) for kind, rows in kinds.items()]
    return sorted(made, key=lambda row: (-row.macs, -row.params))


def kind_of(graph: Graph, node: Node) -> str:
    """The op's word, of a convolution with its kernel: `conv 3x3`, `conv 3x3 depthwise`."""
    op = node.op
    if isinstance(op, Custom):
        return op.name
    shapes = graph.input_shapes(node)
    kernel = next((w.shape for w in op.weights(shapes) if w.name == "weight"), ())
    if len(kernel) < 3 or not op.macs(shapes, node.shape):
        return op.keyword
    size = "x".join(str(n) for n in kernel[2:])
    groups = getattr(op, "groups", 1)
    word = "conv" if op.keyword in ("depthwise", "pointwise") else op.keyword
    if op.keyword == "depthwise" or 1 < groups == shapes[0].channels:
        return f"{word} {size} depthwise"
    return f"{word} {size}" + (" grouped" if groups > 1 else "")


# --------------------------------------------------------------------------- repeats


def without_repeats(rows: Sequence[CostRow]) -> list[CostRow]:
    """Neighbours that differ in nothing but their number, as `layer1.1-2`."""
    found: list[CostRow] = []
    run: list[CostRow] = []
    for row in rows:
        if run and not _follows(run[-1], row):
            found.append(_one(run))
            run = []
        run.append(row)
    if run:
        found.append(_one(run))
    return found


def _figures(row: CostRow) -> CostRow:
    """A row without what its place makes of it."""
    return replace(row, path="", receptive=())


def _follows(one: CostRow, next: CostRow) -> bool:
    before, after = _number(one.path), _number(next.path)
    return (
        before is not None
        and after == (before[0], before[1] + 1)
        and _figures(one) == _figures(next)
    )


def _number(path: str) -> tuple[str, int] | None:
    """`layer1.2` as ("layer1.", 2)."""
    head = path.rstrip("0123456789")
    return (head, int(path[len(head) :])) if len(head) < len(path) and path.isascii() else None


def _one(run: Sequence[CostRow]) -> CostRow:
    if len(run) == 1:
        return run[0]
    last = run[-1]
    number = _number(last.path)
    assert number is not None
    made = summed(f"{run[0].path}-{number[1]}", f"{last.op} ×{len(run)}", run)
    return replace(made, output=last.output, receptive=last.receptive)


def costliest(rows: Iterable[CostRow], figures: Iterable[str]) -> dict[int, list[str]]:
    """Which of the rows has the most of each of these figures, by its place.

    A row for all the others is not among them.
    """
    listed = [row for row in rows if row.op]
    found: dict[int, list[str]] = {}
    if len(listed) < 2:
        return found
    for name in figures:
        values = [int(getattr(row, name)) for row in listed]
        most = max(values)
        if most:
            found.setdefault(values.index(most), []).append(name)
    return found
