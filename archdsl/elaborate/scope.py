"""What names mean at a place: variables, the file's declarations, the flow, the labels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING

from archdsl import limits
from archdsl.diagnostics import Span
from archdsl.elaborate import codes
from archdsl.elaborate.problems import Problem
from archdsl.elaborate.values import Value
from archdsl.ir.shape import Shape
from archdsl.records import record
from archdsl.syntax import tree

if TYPE_CHECKING:
    from archdsl.elaborate.defaults import Flowing
    from archdsl.elaborate.files import Module


@record
class Poison:
    """The value of what could not be evaluated: reported already."""


POISON = Poison()


@record
class NetValue:
    """A net's or a variant's declaration: a name's meaning, but no value to calculate with."""

    decl: tree.Block | tree.Variant
    home: Module = field(compare=False, repr=False)


POISON_VALUE = -1
"""The flow's value where its shape is unknown because of an error."""

NO_VALUE = -2
"""The flow's value where nothing flows yet: a net with several inputs, before its first `@`."""


class Variables:
    """Lets, parameters and loop variables of a body; those of the bodies around it behind them."""

    __slots__ = ("outer", "own")

    def __init__(
        self, outer: Variables | None = None, own: Mapping[str, Value] | None = None
    ) -> None:
        self.outer = outer
        self.own: dict[str, Value] = dict(own) if own else {}

    def find(self, name: str, missing: Value) -> Value:
        scope: Variables | None = self
        while scope is not None:
            value = scope.own.get(name, missing)
            if value is not missing:
                return value
            scope = scope.outer
        return missing

    def __iter__(self) -> Iterator[str]:
        scope: Variables | None = self
        while scope is not None:
            yield from scope.own
            scope = scope.outer


Extra = Mapping[str, "Value | Callable[[tuple[Value, ...]], Value]"]
"""Names that mean something in one place only: `params`, or `macs` as a function, in `expect`."""


class Meter:
    """What lists and evaluating have taken, in one file's top level or in one net.

    Everything that walks a value later, to show, compare or emit it, relies on its size, that of
    the lists in it counted as often as they are met: a list of two such lists is twice as large.
    """

    __slots__ = ("_sizes", "listed", "work")

    def __init__(self) -> None:
        self.listed = 0
        self.work = 0
        self._sizes: dict[int, tuple[object, int]] = {}  # of lists with lists in them

    def size(self, value: Value) -> int:
        """How many values a value is made of."""
        if not isinstance(value, (list, tuple)):
            return 1
        kept = self._sizes.get(id(value))
        if kept is not None:
            return kept[1]
        found = 1 + len(value)
        inner = [part for part in value if isinstance(part, (list, tuple))]
        if inner:
            found += sum(map(self.size, inner)) - len(inner)
            self._sizes[id(value)] = (value, found)
        return found

    def made(self, value: Value, span: Span) -> Value:
        """A list or tuple that was just made: refused where it is too large."""
        size, now = self.size(value), limits.now()
        if size > now.list + 1:
            message = f"a list of more than {now.list:,} values, those of the lists in it counted"
            raise Problem(codes.LISTS_TOO_LONG, message, span)
        return value

    def spend(self, values: int, span: Span) -> None:
        """A list of so many values is about to be made."""
        now = limits.now()
        self.listed += values
        if values > now.list:
            raise Problem(codes.LISTS_TOO_LONG, f"a list of more than {now.list:,} values", span)
        if self.listed > now.lists:
            message = f"the lists made here hold more than {now.lists:,} values"
            raise Problem(codes.LISTS_TOO_LONG, message, span)

    def look(self, values: int, span: Span) -> None:
        """So many values are about to be looked at, or expressions evaluated."""
        self.work += values
        most = limits.now().work
        if self.work > most:
            message = f"the expressions here take more than {most:,} steps to evaluate"
            raise Problem(codes.LISTS_TOO_LONG, message, span)


@record
class Scope:
    """Everything an expression may ask about.

    inflow:  the shape that `in` speaks of; None: unknown because of an error
    bare:    there is no value here at all (top level), so `in` is an error
    label:   shape of a label's value: raises KeyError where there is none, None for poison
    flowing: the attribute defaults that reach this place, for parts elaborated from here
    """

    module: Module
    variables: Variables
    inflow: Shape | None = None
    bare: bool = True
    label: Callable[[str], Shape | None] | None = None
    labels: Callable[[], set[str]] = set
    uncertain: Callable[[], bool] = bool
    flowing: Flowing | None = None
    meter: Meter = field(default_factory=Meter)
    extra: Extra = field(default_factory=dict)

    def with_extra(self, extra: Extra) -> Scope:
        return replace(self, extra=extra)

    def inside(self, own: Mapping[str, Value]) -> Scope:
        return replace(self, variables=Variables(self.variables, own))
