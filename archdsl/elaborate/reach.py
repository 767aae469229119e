"""What a net is made of: the declarations that it uses, in its own file and in others.

Where one of them has an error that leaves its meaning open, elaborating the net would only find
what follows from that error.
"""

from __future__ import annotations

from collections.abc import Iterable

from archdsl.diagnostics import Diagnostics
from archdsl.elaborate import codes
from archdsl.elaborate.files import Module
from archdsl.elaborate.mentions import mentions
from archdsl.elaborate.net_arguments import NetInfo
from archdsl.elaborate.scope import NetValue
from archdsl.elaborate.values import Value
from archdsl.ir.values import BlockValue, OpValue
from archdsl.syntax import tree

_Declaration = tree.Block | tree.Variant

_UNCLEAR = frozenset(
    {
        codes.EMPTY_BODY,
        codes.LATE_INPUT,
        codes.MISPLACED,
        codes.NAME_TAKEN,
        codes.NO_INPUT,
        codes.RECURSION,
        codes.RESERVED_NAME,
        codes.TOO_DEEP,
        codes.UNNAMED_INPUT,
    }
)
"""Errors that leave open what is meant; of all others the elaboration knows how to go on."""


def unclear(info: NetInfo, found: Diagnostics) -> bool:
    """Whether one of the errors found leaves open what this net is."""
    places = [item.span for item in found if item.code in _UNCLEAR and item.span is not None]
    return bool(places) and any(
        decl.span.contains(place) for decl in declarations(info) for place in places
    )


def declarations(info: NetInfo) -> list[_Declaration]:
    """The net's block, its variants, and all blocks that these use, directly or through others."""
    found: dict[int, _Declaration] = {}
    rest: list[tuple[_Declaration, Module]] = [(info.block, info.home), *info.variants]
    while rest:
        decl, home = rest.pop()
        if id(decl) in found:
            continue
        found[id(decl)] = decl
        for name in dict.fromkeys(name for name, _ in mentions(decl)):
            rest += _declared(home.declared.get(name))
    return list(found.values())


def _declared(value: Value) -> Iterable[tuple[_Declaration, Module]]:
    """The declarations in a name's value: a block, or a list that holds some."""
    match value:
        case BlockValue():
            assert isinstance(value.home, Module)
            yield value.block, value.home
            for _, bound in value.bound:
                yield from _declared(bound)
        case NetValue():
            yield value.decl, value.home
        case OpValue():
            for _, bound in value.bound:
                yield from _declared(bound)
        case list() | tuple():
            for part in value:
                yield from _declared(part)
