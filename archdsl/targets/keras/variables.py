"""The names of local variables in an emitted function."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from archdsl.ir import structure
from archdsl.syntax import tree
from archdsl.targets.keras.flow import VARIABLES
from archdsl.targets.outline import survey
from archdsl.targets.outline.loops import variables
from archdsl.targets.outline.names import TAKEN, safe
from archdsl.targets.outline.rows import Mismatch, Row
from archdsl.targets.outline.unit import Unit

_AMBIGUOUS = frozenset("lOI")
_INDICES = ("i", "j", "k", "n", "m")


class Variables:
    """Gives out variables: none shadows a function, a parameter or another that is in use."""

    def __init__(self, unit: Unit, functions: Collection[str]) -> None:
        self.unit = unit
        self.labelled: dict[tuple[int, int], str] = {}
        declared = unit.block.params if unit.block else ()
        self._taken = TAKEN | set(functions) | set(VARIABLES)
        self._taken |= {safe(p.name) for p in declared}
        self._deep: dict[int, str] = dict(enumerate(VARIABLES))

    def fresh(self, *wanted: str) -> str:
        """The first of these names that is free, made so if need be; free it with `release`."""
        return self._fresh(wanted, self.unit.names)

    def _fresh(self, wanted: Sequence[str], names: set[str]) -> str:
        state = self.unit.state
        taken = self._taken | names | set(state.lets) | set(state.parameters)
        taken |= {str(name) for row in self.unit.rows[:1] for name in row.names}
        name = next((n for n in wanted if n not in taken), wanted[-1])
        while name in taken:
            name += "_"
        self._taken = self._taken | {name}
        return name

    def deep(self, depth: int) -> str:
        """The variable of bodies so many levels down; it stays theirs."""
        if depth not in self._deep:
            self._deep[depth] = self.fresh(f"x{depth}")
        return self._deep[depth]

    def release(self, name: str) -> None:
        self._taken = self._taken - {name}

    def index(
        self,
        piece: tree.Repeat | tree.For,
        loops: Sequence[structure.Loop],
        used: Collection[str],
    ) -> str:
        """A loop's own variable, where the file gives it none; `used`: by the loops around it."""
        inside = survey.walk(i for one in loops for turn in one.rounds for i in turn.items)
        names = {*used, *variables(piece)}
        for item in inside:
            names |= set(_bound(item))
        return self._fresh([*(n for n in _INDICES if n not in names), "number"], set())

    def label(self, row: Row, value: int) -> str | None:
        """The variable of a value that is referred to by its label somewhere."""
        return self.labelled.get((row.owner, value))

    def common_label(self, rows: Sequence[Row]) -> str | None:
        """The variable of the rows' current values; one piece of code can't fill several."""
        labels = [self.label(row, row.value) for row in rows]
        found = {label for label in labels if label is not None}
        if len(found) > 1:
            raise Mismatch("labels that differ from round to round")
        if found:
            without = {r.owner for r, label in zip(rows, labels, strict=True) if label is None}
            within = {r.owner for r, label in zip(rows, labels, strict=True) if label is not None}
            if without & within:
                raise Mismatch("a label in some rounds only")
        return found.pop() if found else None

    def name_labels(self, rows: Sequence[Row], more: Mapping[tuple[int, int], str]) -> None:
        """Chooses variables for the values that are referred to; `more` are a net's outputs."""
        bound: set[str] = {"shortcut"}
        labels: dict[tuple[int, int], str] = dict(more)
        for row in rows:
            items = list(row.items.values())
            for item in survey.walk(items):
                bound |= set(_bound(item))
            for value, label in survey.references(items).items():
                labels.setdefault((row.owner, value), label)
        before = self._taken
        self._taken = before | bound
        chosen: dict[str, str] = {}
        for label in dict.fromkeys(labels.values()):
            wanted = safe(label) if label.isidentifier() else "value"
            chosen[label] = self.fresh(f"{wanted}_" if wanted in _AMBIGUOUS else wanted)
        for place, label in labels.items():
            self.labelled.setdefault(place, chosen[label])
        self._taken = before | set(chosen.values())


def _bound(item: structure.Item) -> list[str]:
    """Names that an item binds: a let's, a loop's."""
    if isinstance(item, structure.Let):
        return [safe(item.syntax.name)]
    if isinstance(item, structure.Loop):
        assert isinstance(item.syntax.piece, tree.Repeat | tree.For)
        return [safe(name) for name in variables(item.syntax.piece)]
    return []
