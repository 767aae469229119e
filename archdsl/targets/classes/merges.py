"""Values that join in forward: gates, parallel branches, references to earlier values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from archdsl.ir import structure
from archdsl.syntax import tree
from archdsl.targets.classes.flow import VARIABLE, Flow
from archdsl.targets.layout import Doc, flat
from archdsl.targets.outline.names import safe
from archdsl.targets.outline.rows import Row
from archdsl.targets.outline.scope import Scope
from archdsl.targets.symbolic import Bin, Ex, simplify

if TYPE_CHECKING:
    from archdsl.targets.classes.body import BodyWriter


def gate(
    writer: BodyWriter,
    stage: tree.Stage,
    rows: list[Row],
    scope: Scope,
    flow: Flow,
    items: Sequence[structure.Item],
) -> list[Row]:
    assert isinstance(stage.piece, tree.Gate)
    inner = flow.nested()
    source = flat(inner.current)
    body = [
        r.inside(i.items) for r, i in zip(rows, items, strict=True) if isinstance(i, structure.Gate)
    ]
    writer.body(stage.piece.body, body, scope.start_branch(), inner)
    flow.set(f"{source} * {inner.operand()}", loose=True)
    return writer.advance(rows, items)


def merge(
    writer: BodyWriter,
    stage: tree.Stage,
    rows: list[Row],
    scope: Scope,
    flow: Flow,
    items: Sequence[structure.Item],
) -> list[Row]:
    piece = stage.piece
    assert isinstance(piece, tree.Parallel)
    merges = [i for i in items if isinstance(i, structure.Merge)]
    source = flow.flush()
    ends: list[Flow] = []
    channels: list[Ex | None] = []
    around = len(writer.branches)
    for n, body in enumerate(piece.branches):
        branch_rows = [r.inside(m.branches[n].items) for r, m in zip(rows, merges, strict=True)]
        name = _branch_name(writer, body, n)
        branch = Flow(flow.lines, source, name, flow.indent, flow.depth + 1)
        local = scope.start_branch()
        start = len(flow.lines)
        writer.body(body, branch_rows, local, branch)
        channels.append(local.channels)
        _in_order(ends, branch, start)
        ends.append(branch)
    parts = [b.operand() for b in ends]
    if sum(len(p) for p in parts) > 60 or any(b.variable in flat(b.current) for b in ends):
        parts = [b.flush() if b.pending else flat(b.current) for b in ends]
    del writer.branches[around:]
    flow.set(_joined(writer, piece.kind, parts), loose=piece.kind != "concat")
    after = writer.advance(rows, items)
    join_channels(writer, piece.kind, after, scope, channels)
    return after


def _in_order(earlier: Sequence[Flow], branch: Flow, start: int) -> None:
    """Where a branch took statements (from line `start`), those of the earlier ones stand first."""
    written = branch.lines[start:]
    if not written:
        return
    del branch.lines[start:]
    for one in earlier:
        if one.pending:
            one.flush()
    branch.lines += written
    branch.flush()


def _branch_name(writer: BodyWriter, body: tree.Body, n: int) -> str:
    """A variable for a branch: the label of its only item, else its number."""
    stages = [s for i in body.items if isinstance(i, tree.Chain) for s in i.stages]
    label = stages[-1].label.literal if stages and stages[-1].label else None
    taken = set(writer.branches)
    if label and label.isidentifier():
        name = safe(label)
    else:
        name = f"branch{n + 1}"
        taken |= set(writer.named.values())
    while name in taken or VARIABLE.fullmatch(name):
        name += "_"
    writer.branches.append(name)
    return name


def _joined(writer: BodyWriter, kind: str, parts: Sequence[str]) -> Doc:
    if kind == "concat":
        return writer.units.dialect.concat(parts)
    return f" {'+' if kind == 'add' else '*'} ".join(parts)


def join_channels(
    writer: BodyWriter,
    kind: str,
    rows: Sequence[Row],
    scope: Scope,
    channels: Sequence[Ex | None],
) -> None:
    candidates: list[Ex | None] = [scope.channels, *channels]
    known = [c for c in channels if c is not None]
    if kind == "concat" and len(known) == len(channels):
        total = known[0]
        for c in known[1:]:
            total = simplify(Bin("+", total, c))
        candidates = [total]
    scope.channels = writer.known_channels(rows, candidates)


def join(
    writer: BodyWriter,
    stage: tree.Stage,
    rows: list[Row],
    scope: Scope,
    flow: Flow,
    items: Sequence[structure.Item],
) -> list[Row]:
    assert isinstance(stage.piece, tree.Join)
    first = items[0]
    assert isinstance(first, structure.Join)
    names = [writer.named[v] for v in first.values]
    current = flow.flush() if stage.piece.kind != "concat" else flat(flow.current)
    kind = stage.piece.kind
    flow.set(_joined(writer, kind, [current, *names]), loose=kind != "concat")
    after = writer.advance(rows, items)
    channels = [scope.channels, *(writer.channels.get(v) for v in first.values)]
    join_channels(writer, kind, after, scope, channels)
    return after
