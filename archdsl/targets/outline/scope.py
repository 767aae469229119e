"""What names mean at a place of a body, and what flows there."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field

from archdsl.syntax import tree
from archdsl.targets.conversion import convert
from archdsl.targets.outline.constants import is_sayable
from archdsl.targets.outline.names import safe
from archdsl.targets.outline.unit import Unit
from archdsl.targets.symbolic import (
    Bin,
    Ex,
    Lit,
    Sym,
    plain,
)


@dataclass
class Scope:
    """What names mean at a place of the body, and what flows there.

    local:    lets and loop variables; None where a name can't be said there
    channels: the current value's channels, None where unknown
    fixed:    `in.c` in a branch, gate, shortcut or aux: the channels at its start
    """

    unit: Unit
    local: dict[str, Ex | None] = field(default_factory=dict)
    channels: Ex | None = None
    fixed: Ex | None = None
    is_fixed: bool = False

    def lookup(self, name: str) -> Ex | None:
        if name in self.local:
            return self.local[name]
        if self.unit.declared(name) is not None:
            return self.unit.parameter_of(name)
        if self.unit.outer is not None:
            outer = self.unit.outer.lookup(name)
            if outer is None or isinstance(outer, Lit):
                return outer
            return Sym(safe(name))
        if name in self.unit.constants:
            value = plain(self.unit.constants[name])
            return Lit(value) if is_sayable(value) else None
        return None

    def inside(self, attr: str) -> Ex | None:
        if attr == "c":
            return self.fixed if self.is_fixed else self.channels
        return None

    def convert(self, expr: tree.Expr) -> Ex | None:
        return convert(expr, self.lookup, self.inside)

    def inner(self, /, **local: Ex | None) -> Scope:
        """The scope of an inner body; what it binds doesn't leave it."""
        found = copy(self)
        found.local = {**self.local, **local}
        return found

    def start_branch(self) -> Scope:
        """The scope of a branch, gate, shortcut or aux head: `in` stays what it is here."""
        found = self.inner()
        found.fixed, found.is_fixed = self.channels, True
        return found


def product(channels: Ex | None, sizes: Sequence[int]) -> Ex | None:
    """`256 * 6 * 6`: the length of a flattened map, as a person writes it."""
    if channels is None:
        return None
    found = channels
    for n in sizes:
        if n != 1:
            found = Bin("*", found, Lit(n), keep=True)
    return found
