"""What names mean at a place: variables, the file's declarations, the flow, the labels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from archdsl.diagnostics import Span
from archdsl.elaborate import codes, limits
from archdsl.elaborate.problems import Problem
from archdsl.elaborate.values import Value
from archdsl.ir.shape import Shape
from archdsl.syntax import tree

if TYPE_CHECKING:
    from archdsl.elaborate.defaults import Flowing
    from archdsl.elaborate.files import Module


@dataclass(frozen=True, slots=True)
class Poison:
    """The value of what could not be evaluated: reported already."""


POISON = Poison()


@dataclass(frozen=True, slots=True)
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
    """How many values lists have taken, in one net."""

    __slots__ = ("listed",)

    def __init__(self) -> None:
        self.listed = 0

    def spend(self, values: int, span: Span) -> None:
        self.listed += values
        if values > limits.LIST:
            raise Problem(codes.LISTS_TOO_LONG, f"a list of more than {limits.LIST:,} values", span)
        if self.listed > limits.LISTED:
            raise Problem(
                codes.LISTS_TOO_LONG,
                f"the lists made here hold more than {limits.LISTED:,} values",
                span,
            )


@dataclass(frozen=True, slots=True)
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
