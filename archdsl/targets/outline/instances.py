"""Which instances of a block share a unit: all of them, split only where one can't say all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from archdsl.ir import structure
from archdsl.ir.graph import Graph
from archdsl.targets.outline import survey
from archdsl.targets.outline.rows import Mismatch
from archdsl.targets.outline.unit import Unit

Group = Sequence[tuple[structure.Instance, Graph]]
Kind = Callable[[structure.Layer, Graph], str]  # what a layer is in the target
Kinds = tuple[tuple[int, str], ...]  # by place
T = TypeVar("T")


class Instances:
    """The block instances below some nets, and the units that were made of them."""

    def __init__(self, roots: Group, kind: Kind | None = None) -> None:
        self._kind = kind
        self._kinds: dict[int, Kinds] = {}
        self._heights = survey.heights(root for root, _ in roots)
        self._built: dict[int, Unit] = {}
        self._of: dict[tuple[int, int], list[tuple[structure.Instance, Graph]]] = {}
        for root, graph in roots:
            for instance in survey.instances(root):
                self._of.setdefault(self._key(instance), []).append((instance, graph))

    def _key(self, instance: structure.Instance) -> tuple[int, int]:
        """A block that holds itself, given as an argument, is a unit for each such level."""
        return id(instance.block), self._heights[id(instance)]

    def unit_of(
        self,
        made: Sequence[structure.Instance],
        write: Callable[[Group], T],
        keep: Callable[[T], Unit],
    ) -> Unit:
        """The one unit that has all of these instances; Mismatch where they are of several.

        write: tries to say a group in one unit, raising Mismatch where it can't
        keep:  takes what was written into the module
        """
        for one in made:
            if id(one) not in self._built:
                every = self._of[self._key(one)]
                if self._kind is not None:
                    self._kinds |= _kinds(every, self._kind)
                for group, written in _split(every, write, self._kinds):
                    unit = keep(written)
                    self._built.update((id(instance), unit) for instance, _ in group)
        found = {id(self._built[id(one)]) for one in made}
        if len(found) != 1:
            raise Mismatch("blocks of different structure at one place")
        return self._built[id(made[0])]

    def told_apart_by(self, instance: structure.Instance) -> list[str]:
        """What those of its layers are that are other things in other instances."""
        return [what for _, what in self._kinds.get(id(instance), ())]


def _split(
    every: Group, write: Callable[[Group], T], kinds: Mapping[int, Kinds]
) -> list[tuple[Group, T]]:
    """All in one; else by what layers are in the target; else by structure; else by arguments too;
    else one by one."""
    keys: list[Callable[[structure.Instance], object]] = [survey.signature, _arguments, id]
    if any(id(instance) in kinds for instance, _ in every):
        keys = [lambda _: None, *keys]
    groups: list[Group] = [every]
    for key in keys:
        try:
            return [(group, write(group)) for group in groups]
        except Mismatch:
            split: dict[object, list[tuple[structure.Instance, Graph]]] = {}
            for instance, graph in every:
                whole = kinds.get(id(instance)), key(instance)
                split.setdefault(whole, []).append((instance, graph))
            groups = list(split.values())
    return [(group, write(group)) for group in groups]


def _kinds(every: Group, kind: Kind) -> dict[int, Kinds]:
    """For each instance what its layers are, where the layers of one place are several things.

    An op that is a parameter isn't one: what it is can be passed.
    """
    found = [
        (id(instance), id(item.syntax), kind(item, graph))
        for instance, graph in every
        for item in survey.walk(instance.items)
        if isinstance(item, structure.Layer) and item.param is None
    ]
    at: dict[int, set[str]] = {}
    for _, place, what in found:
        at.setdefault(place, set()).add(what)
    kinds: dict[int, Kinds] = {}
    for instance, place, what in found:
        if len(at[place]) > 1:
            kinds[instance] = (*kinds.get(instance, ()), (place, what))
    return kinds


def _arguments(instance: structure.Instance) -> object:
    return (survey.signature(instance), repr([k.value for k in instance.args.values()]))
