"""Loops side by side: a row for each turn of each instance's loop."""

from __future__ import annotations

from collections.abc import Sequence

from archdsl.ir import structure
from archdsl.syntax import tree
from archdsl.targets.outline.names import safe
from archdsl.targets.outline.rows import Row, value_of
from archdsl.targets.outline.scope import Scope
from archdsl.targets.outline.unit import Unit
from archdsl.targets.symbolic import Lit


def bound(
    unit: Unit,
    piece: tree.Repeat | tree.For,
    rows: Sequence[Row],
    scope: Scope,
    turn: int | None = None,
) -> Scope:
    """Loop variables as what their table's cell says, or as their values where all rows agree.

    turn: the round that is written, where it is one
    """
    found = scope.inner()
    cells = _cells(piece, turn)
    for name in variables(piece):
        values = [row.names[safe(name)] for row in rows]
        said = scope.convert(cells[name]) if name in cells else None
        if isinstance(said, Lit) or unit.try_settle(rows, values, [said]) != said:
            said = None
        same = all(type(v) is type(values[0]) and v == values[0] for v in values)
        simple = isinstance(values[0], bool | int | float | str | tuple | list)
        found.local[name] = said or (Lit(values[0]) if same and simple else None)
    return found


def _cells(piece: tree.Repeat | tree.For, turn: int | None) -> dict[str, tree.Expr]:
    """The expressions of a row, by the loop's variables, where the table is written out."""
    if turn is None or not isinstance(piece, tree.For):
        return {}
    if not isinstance(piece.rows, tree.ListExpr):
        return {}
    row = piece.rows.items[turn]
    names = piece.target.names
    if piece.target.single:
        return {names[0]: row}
    if not isinstance(row, tree.TupleExpr):
        return {}
    return dict(zip(names, row.items, strict=True))


def variables(piece: tree.Repeat | tree.For) -> list[str]:
    names = list(piece.target.names) if isinstance(piece, tree.For) else []
    return [*names, piece.index] if piece.index else names


def rounds(
    rows: Sequence[Row],
    loops: Sequence[structure.Loop],
    start: int = 0,
    stop: int | None = None,
) -> list[Row]:
    """A row for each turn of each row's loop, with the loop's variables as names."""
    return [
        row.inside(turn.items, turn.input).with_names(
            {safe(n): value_of(v) for n, v in turn.values.items()}
        )
        for row, one in zip(rows, loops, strict=True)
        for turn in one.rounds[start:stop]
    ]
