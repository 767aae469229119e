"""Rows: the executions of one body, side by side.

A block's instances (or a loop's rounds) share one body of syntax. An emitter walks that body once
and holds beside each stage what every execution made there: a row each. What it writes must be
right for all rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from archdsl.ir import structure
from archdsl.ir.graph import Graph
from archdsl.ir.shape import Shape
from archdsl.ir.values import Size
from archdsl.targets.symbolic import plain


class Mismatch(Exception):
    """One piece of code can't say all rows: the unit needs another form, or to be split."""


@dataclass(frozen=True, slots=True)
class Row:
    """One execution of a body.

    names: values of the names that emitted code may use (parameters, lets, loop variables)
    items: what was made, by the identity of its syntax
    value: id of the current value
    owner: index of the unit's instance that it belongs to
    """

    graph: Graph
    names: Mapping[str, object]
    items: Mapping[int, structure.Item]
    value: int
    owner: int

    @property
    def shape(self) -> Shape:
        return self.graph.nodes[self.value].shape

    def inside(self, items: Iterable[structure.Item], value: int | None = None) -> Row:
        """The row of an inner body that shares this one's names."""
        where = self.value if value is None else value
        return replace(self, items=by_syntax(items), value=where)

    def with_names(self, names: Mapping[str, object]) -> Row:
        return replace(self, names={**self.names, **names})

    def at(self, value: int) -> Row:
        return replace(self, value=value)


def by_syntax(items: Iterable[structure.Item]) -> dict[int, structure.Item]:
    return {id(item.syntax): item for item in items}


def value_of(value: object) -> object:
    """A language value as emitted code passes it: a square size as one number."""
    if isinstance(value, Size) and len(set(value)) == 1:
        return value[0]
    return plain(value)


def output_of(item: structure.Item, current: int) -> int:
    """Id of the value that flows on after an item."""
    match item:
        case structure.Layer(node=node) | structure.Join(node=node) | structure.Merge(node=node):
            return node
        case structure.Gate(node=node):
            return node
        case structure.Call(instance=instance):
            return instance.output
        case structure.Group(output=output):
            return output
        case structure.Loop(rounds=rounds):
            return rounds[-1].output if rounds else current
        case structure.Choice(items=items):
            return output_of(items[-1], current) if items else current
        case structure.Residual(node=node, body_output=body_output):
            return body_output if node is None else node
        case structure.Ref(value=value) | structure.Skip(value=value):
            return value
    return current


def same_type(items: Iterable[structure.Item | None]) -> type[structure.Item]:
    types = {type(item) for item in items if item is not None}
    if len(types) != 1:
        raise Mismatch("different forms at one place")
    return types.pop()
