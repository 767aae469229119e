"""Values that come together: gates, branches, `concat(@a)`, `@a`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from archdsl.ir import structure
from archdsl.syntax import tree
from archdsl.targets.keras.flow import Flow
from archdsl.targets.keras.gaps import Unsupported
from archdsl.targets.layout import Brackets, call
from archdsl.targets.outline.names import safe
from archdsl.targets.outline.rows import Mismatch, Row
from archdsl.targets.outline.scope import Scope
from archdsl.targets.symbolic import Bin, Ex

if TYPE_CHECKING:
    from archdsl.targets.keras.body import BodyWriter


LAYERS = {"add": "layers.Add", "concat": "layers.Concatenate", "mul": "layers.Multiply"}


def joined(
    writer: BodyWriter, stage: tree.Stage, flow: Flow, kind: str, parts: Sequence[str]
) -> None:
    """`x = layers.Add()([y, shortcut])`."""
    writer.check_unnamed(LAYERS[kind], stage)
    listed = Brackets("", tuple(parts), brackets="[]")
    flow.assign(call(f"{LAYERS[kind]}()", [listed]))


def gate(
    writer: BodyWriter,
    stage: tree.Stage,
    rows: list[Row],
    scope: Scope,
    flow: Flow,
    items: Sequence[structure.Item],
) -> list[Row]:
    assert isinstance(stage.piece, tree.Gate)
    inner = flow.nested(writer.variables.deep)
    source = inner.current
    body = [
        r.inside(i.items) for r, i in zip(rows, items, strict=True) if isinstance(i, structure.Gate)
    ]
    writer.body(stage.piece.body, body, scope.start_branch(), inner)
    joined(writer, stage, flow, "mul", [source, inner.current])
    after = writer.advance(rows, items)
    scope.channels = writer.known(after, [scope.channels], flow)
    return after


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
    source = flow.current
    parts: list[str] = []
    own: list[str] = []
    channels: list[Ex | None] = []
    for n, body in enumerate(piece.branches):
        inside = [r.inside(m.branches[n].items) for r, m in zip(rows, merges, strict=True)]
        variable = writer.variables.fresh(*_branch_names(body, n, flow))
        own.append(variable)
        branch = replace(flow, current=source, variable=variable, depth=flow.depth + 1)
        local = scope.start_branch()
        writer.body(body, inside, local, branch)
        channels.append(local.channels)
        parts.append(branch.current)
    for variable in own:
        writer.variables.release(variable)
    joined(writer, stage, flow, piece.kind, parts)
    after = writer.advance(rows, items)
    _join_channels(writer, piece.kind, after, scope, channels, flow)
    return after


def _branch_names(body: tree.Body, n: int, flow: Flow) -> tuple[str, ...]:
    """Variables for a branch: the label of its last item, else its number."""
    stages = [s for i in body.items if isinstance(i, tree.Chain) for s in i.stages]
    label = stages[-1].label.literal if stages and stages[-1].label else None
    first = (safe(label),) if label and label.isidentifier() else ()
    nested = (f"{flow.variable}_{n + 1}",) if flow.variable.startswith("branch") else ()
    return (*first, f"branch{n + 1}", *nested, f"part{n + 1}")


def _join_channels(
    writer: BodyWriter,
    kind: str,
    rows: Sequence[Row],
    scope: Scope,
    channels: Sequence[Ex | None],
    flow: Flow,
) -> None:
    candidates: list[Ex | None] = [scope.channels, *channels]
    known = [c for c in channels if c is not None]
    if kind == "concat" and len(known) == len(channels):
        candidates = [reduce(lambda a, b: Bin("+", a, b), known)]
    scope.channels = writer.known(rows, candidates, flow)


def join(
    writer: BodyWriter,
    stage: tree.Stage,
    rows: list[Row],
    scope: Scope,
    flow: Flow,
    items: Sequence[structure.Item],
) -> list[Row]:
    assert isinstance(stage.piece, tree.Join)
    joins = [i for i in items if isinstance(i, structure.Join)]
    values = zip(*(one.values for one in joins), strict=True)
    names = [_variable(writer, stage, rows, each) for each in values]
    joined(writer, stage, flow, stage.piece.kind, [flow.current, *names])
    after = writer.advance(rows, items)
    scope.channels = writer.known(after, [scope.channels], flow)
    return after


def reference(
    writer: BodyWriter,
    stage: tree.Stage,
    rows: list[Row],
    scope: Scope,
    flow: Flow,
    items: Sequence[structure.Item],
) -> list[Row]:
    values = [i.value for i in items if isinstance(i, structure.Ref)]
    flow.current = _variable(writer, stage, rows, values)
    after = writer.advance(rows, items)
    scope.channels = writer.known(after, [scope.channels], flow)
    if scope.is_fixed:
        scope.fixed = scope.channels
    return after


def _variable(
    writer: BodyWriter, stage: tree.Stage, rows: Sequence[Row], values: Sequence[int]
) -> str:
    """The variable of these values, one in each row."""
    labels = [writer.variables.label(r, v) for r, v in zip(rows, values, strict=True)]
    found = labels[0]
    if found is None:
        raise Unsupported("this label", stage.span, "its value isn't made in the same body")
    if any(label != found for label in labels):
        raise Mismatch("labels that differ from round to round")
    return found


def skip(
    writer: BodyWriter,
    stage: tree.Stage,
    rows: list[Row],
    scope: Scope,
    flow: Flow,
    items: Sequence[structure.Item],
) -> list[Row]:
    return rows
