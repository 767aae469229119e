"""Running numbers: `index` counts the items of a level whose places no expression gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from archdsl.ir import structure
from archdsl.targets.keras.flow import Flow, Statement
from archdsl.targets.keras.paths import count
from archdsl.targets.outline.rows import Row

if TYPE_CHECKING:
    from archdsl.targets.keras.body import BodyWriter


def begin(
    writer: BodyWriter, rows: list[Row], flow: Flow, starts: Sequence[int | None]
) -> list[Row] | None:
    """A counter for the flow's level from here on; None where rows don't start alike."""
    found = {s for s in starts if s is not None}
    if len(found) != 1 or not flow.level.positional or flow.level.counter is not None:
        return None
    name, start = writer.variables.fresh("index", "position"), found.pop()
    flow.statements.append(Statement(flow.indent, str(start), name, kind="let"))
    flow.level.counter, flow.level.added = name, 0
    return [r.with_names({name: start}) for r in rows]


def counted(row: Row, counter: str, amount: int) -> Row:
    before = row.names.get(counter)
    return row.with_names({counter: before + amount}) if isinstance(before, int) else row


def caught_up(rows: list[Row], flow: Flow) -> list[Row]:
    """The counter brought up to date, before statements that don't run once."""
    level = flow.level
    if level.counter is None or not level.added:
        return rows
    flow.add(level.counter, level.added)
    rows = [counted(r, level.counter, level.added) for r in rows]
    level.added = 0
    return rows


def passed(rows: list[Row], items: Sequence[structure.Item], flow: Flow) -> list[Row]:
    """The rows after a form whose own statements kept the counter."""
    counter = flow.level.counter
    if counter is None:
        return rows
    return [counted(r, counter, count([i])) for r, i in zip(rows, items, strict=True)]


def taken_from(rows: list[Row], ends: Sequence[Row], flow: Flow) -> list[Row]:
    """The rows after a body that is written in line, with the counter as it left it."""
    counter = flow.level.counter
    if counter is None or any(counter not in e.names for e in ends):
        return rows
    return [r.with_names({counter: e.names[counter]}) for r, e in zip(rows, ends, strict=True)]
