"""A net's parameters: which of them may stay ones in the emitted code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

from archdsl.ir import structure
from archdsl.targets.base import Vary
from archdsl.targets.outline import survey
from archdsl.targets.outline.names import safe
from archdsl.targets.outline.rows import Mismatch, Row, by_syntax, value_of

Variations = Mapping[str, Sequence[structure.Net]]
T = TypeVar("T")
Kept = dict[str, tuple[str, ...]]


def variations(net: structure.Net, vary: Vary) -> dict[str, list[structure.Net]]:
    """For each numeric parameter that may stay one: the same net with other values of it."""
    found: dict[str, list[structure.Net]] = {}
    shape = survey.signature(net.root)
    for name, known in net.root.args.items():
        others = []
        for value in _others(known.value):
            other = vary(net, name, value)
            if other is not None and survey.signature(other.root) == shape:
                others.append(other)
        if others:
            found[name] = others
    return found


def _others(value: object) -> Sequence[object]:
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        return ()
    if isinstance(value, int):
        return (2 * value, 3 * value) if value > 0 else ()
    return (value / 2, value * 2)


def row_of(net: structure.Net, owner: int) -> Row:
    names = {safe(n): value_of(k.value) for n, k in net.root.args.items()}
    return Row(net.graph, names, by_syntax(net.root.items), net.root.input, owner)


def written(
    nets: Sequence[structure.Net],
    others: Mapping[str, Variations],
    write: Callable[[Sequence[structure.Net], Kept], T],
) -> T:
    """The module with as many parameters kept as can be; `write` raises Mismatch where not."""
    try:
        return write(nets, {net.name: _keep(net, others[net.name], write) for net in nets})
    except Mismatch:
        return write(nets, {net.name: () for net in nets})


def _keep(
    net: structure.Net,
    others: Variations,
    write: Callable[[Sequence[structure.Net], Kept], object],
) -> tuple[str, ...]:
    def possible(names: tuple[str, ...]) -> bool:
        try:
            write([net], {net.name: names})
        except Mismatch:
            return False
        return True

    wanted = tuple(others)
    if not wanted or possible(wanted):
        return wanted
    found: tuple[str, ...] = ()
    for name in wanted:
        if possible((*found, name)):
            found = (*found, name)
    return found
