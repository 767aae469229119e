"""Which instances of a block share a unit: all of them, split only where one can't say all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from archdsl.ir import structure
from archdsl.ir.graph import Graph
from archdsl.targets.outline import survey
from archdsl.targets.outline.rows import Mismatch
from archdsl.targets.outline.unit import Unit

Group = Sequence[tuple[structure.Instance, Graph]]
T = TypeVar("T")


class Instances:
    """The block instances below some nets, and the units that were made of them."""

    def __init__(self, roots: Group) -> None:
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
                for group, written in _split(every, write):
                    unit = keep(written)
                    self._built.update((id(instance), unit) for instance, _ in group)
        found = {id(self._built[id(one)]) for one in made}
        if len(found) != 1:
            raise Mismatch("blocks of different structure at one place")
        return self._built[id(made[0])]


def _split(every: Group, write: Callable[[Group], T]) -> list[tuple[Group, T]]:
    """All in one; else by structure; else by arguments too; else one by one."""
    groups: list[Group] = [every]
    for key in (survey.signature, _arguments, id):
        try:
            return [(group, write(group)) for group in groups]
        except Mismatch:
            split: dict[object, list[tuple[structure.Instance, Graph]]] = {}
            for instance, graph in every:
                split.setdefault(key(instance), []).append((instance, graph))
            groups = list(split.values())
    return [(group, write(group)) for group in groups]


def _arguments(instance: structure.Instance) -> object:
    return (survey.signature(instance), repr([k.value for k in instance.args.values()]))
