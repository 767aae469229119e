"""Attribute defaults that flow: `defaults` and `init`, the nearest one winning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from archdsl.ir.op import Op

Table = Mapping[str, Mapping[str, object]]
"""Op keyword -> attribute -> its value (an attribute's value, not the language's)."""


@dataclass(frozen=True)
class Flowing:
    """The defaults in force in a body: its own over those of the bodies that it is used from.

    Where a file's own defaults come in, under all of these, the layer's file is asked.
    """

    own: Table = field(default_factory=dict)
    outer: Flowing | None = None
    _merged: dict[tuple[int, str], dict[str, object]] = field(default_factory=dict, repr=False)

    def with_own(self, table: Table) -> Flowing:
        return Flowing(table, self) if table else self

    def of(self, op: type[Op], file: Table) -> dict[str, object]:
        """Attributes for an op written in a file with these defaults. Not to be changed."""
        key = (id(file), op.keyword)
        found = self._merged.get(key)
        if found is None:
            under = self.outer.of(op, file) if self.outer else file.get(op.keyword, {})
            found = self._merged[key] = {**under, **self.own.get(op.keyword, {})}
        return found


def merge(table: dict[str, dict[str, object]], op: str, attributes: Mapping[str, object]) -> None:
    """Adds defaults of an op to a table."""
    table.setdefault(op, {}).update(attributes)
