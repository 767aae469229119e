"""Weights without an array, arrays without a place: what is said, and whose mistake it likely is.

One mistake is one error: a line of a map that leads nowhere leaves a weight without an array, and a
file of another net does both to all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archdsl.diagnostics import Diagnostics, nearest
from archdsl.ir.graph import Graph
from archdsl.ir.places import Place
from archdsl.weights import adapting, codes
from archdsl.weights.likely import ANOTHER, likely
from archdsl.weights.mapping import Renaming, Rule
from archdsl.weights.oddities import listed
from archdsl.weights.stored import Entry, Stored

_LITTLE = 4  # the net has more than so many times what was found: the file isn't of it
_LINES = 3  # of a map, that are shown


@dataclass(frozen=True, slots=True)
class Stranger:
    """An array without a place; path: the layer that it would be of, None where no line of a map
    says."""

    entry: Entry
    path: str | None


@dataclass(frozen=True)
class Misfits:
    """What doesn't fit.

    places:    the net's
    strangers: arrays of the file that have none
    missing:   names in the net that got no array
    found:     how many got one that fits
    shapes:    what was found out about arrays that don't
    """

    graph: Graph
    net: str
    file: str
    stored: Stored
    renaming: Renaming | None
    places: Mapping[str, Place]
    strangers: Sequence[Stranger]
    missing: Sequence[str]
    found: int
    shapes: Diagnostics

    def report(self, problems: Diagnostics) -> None:
        lines = self._lines()
        if self.strangers and self.missing and self._alien(bool(lines)):
            self._another_net(problems)
            return
        for item in self.shapes:
            problems.add(item)
        for number, (rule, found) in enumerate(lines[:_LINES]):
            more = len(lines) - _LINES if number == _LINES - 1 else 0
            self._wrong_line(rule, found, more, problems)
        told = {id(s) for _, found in lines for s in found}
        others = [s for s in self.strangers if id(s) not in told]
        if others and self.renaming is not None:
            self._no_line(others, self.renaming, problems)
            return
        if self.missing and not problems.failed:
            self._missing(problems)
        if others:
            self._strange(others, problems)

    def _alien(self, lines: bool) -> bool:
        """Whether the file is of another net: where nearly nothing of it is used, unless a map has
        a line that is wrong. One that comes with archdsl has none for its own nets."""
        names = self.renaming
        if names is not None and names.is_shipped:
            return True
        if lines or self.found * _LITTLE > len(self.places):
            return False
        return names is None or _other_word(names, self.strangers[0].entry.layer) is None

    def _paths(self) -> dict[str, None]:
        return dict.fromkeys(place.node.path for place in self.places.values())

    # ------------------------------------------------------------------ a file of another net

    def _another_net(self, problems: Diagnostics) -> None:
        total = len(self.places)
        has = f"{self.found} of the {total} weights of" if self.found else "nothing for"
        by = f" by the map {self.renaming.source.name}" if self.renaming else ""
        problems.error(
            codes.LACKING,
            f"{self.file} has {has} {self.net}{by}",
            None,
            notes=[
                f"it has {listed([s.entry.key for s in self.strangers])}",
                f"the net wants {listed(self.missing)}",
            ],
            help=likely(self.stored, self.net, self._paths(), self.renaming),
        )

    # ------------------------------------------------------------------ a line that leads nowhere

    def _lines(self) -> list[tuple[Rule, list[Stranger]]]:
        """The lines of a map that lead to no place, each with what it leads there."""
        found: dict[int, tuple[Rule, list[Stranger]]] = {}
        if self.renaming is None or self.renaming.is_shipped:
            return []
        for stranger in self.strangers:
            rule = self.renaming.rule(stranger.entry.layer)
            if rule is not None and stranger.path is not None:
                found.setdefault(id(rule), (rule, []))[1].append(stranger)
        return list(found.values())

    def _wrong_line(
        self, rule: Rule, found: Sequence[Stranger], more: int, problems: Diagnostics
    ) -> None:
        paths = self._paths()
        unknown = list(dict.fromkeys(s.path for s in found if s.path and s.path not in paths))
        first = found[0]
        help = ""
        if unknown:
            first = next(s for s in found if s.path == unknown[0])
            said = f"the net has no layer{'s' * (len(unknown) > 1)} {listed(unknown)}"
            near = nearest(unknown[0], paths)
            help = f"did you mean {near}?" if near else ""
        else:
            said = f"the net's {first.path} has no {listed(s.entry.name for s in found)}"
        problems.error(
            codes.NO_PLACE,
            said,
            rule.right,
            label=f"for {first.entry.layer if unknown else first.entry.key} of {self.file}",
            notes=[f"{more} more lines of the map lead nowhere"] if more > 0 else (),
            help=help,
        )

    # ------------------------------------------------------------------ what is left on either side

    def _missing(self, problems: Diagnostics) -> None:
        first = self.places[self.missing[0]]
        head = all(adapting.is_head(self.places[name], self.graph) for name in self.missing)
        if self.renaming:
            help = f"a line of the map gives it: `name there -> {first.node.path}`"
        elif self.strangers:
            help = "--map says what names there mean here"
            help += ", and --head begins a new head" * head
        else:
            help = "--head begins a new head" if head else ANOTHER
        problems.error(
            codes.LACKING,
            f"{self.file} has nothing for {listed(self.missing)}",
            first.node.span,
            notes=[f"it has {listed([e.key for e in self.stored])}"],
            help=help,
        )

    def _strange(self, found: Sequence[Stranger], problems: Diagnostics) -> None:
        layers = dict.fromkeys(s.entry.layer for s in found)
        help = "" if self.missing and not problems.failed else ANOTHER
        if len(layers) == 1 and not self.missing:
            help = f"{ANOTHER}; a map with `{found[0].entry.layer} -> none` leaves it out"
        problems.error(
            codes.NO_PLACE,
            f"the net has no place for {listed([s.entry.key for s in found])} of {self.file}",
            None,
            help=help,
        )

    def _no_line(self, found: Sequence[Stranger], names: Renaming, problems: Diagnostics) -> None:
        """Where weights lack an array too, it is likely one of these."""
        layer = found[0].entry.layer
        missing = list(dict.fromkeys(self.places[name].node.path for name in self.missing))
        span, label = None, ""
        help = f"`{layer} -> {missing[0] if len(missing) == 1 else 'name here'}` gives it a place"
        if not missing:
            help = ANOTHER if names.is_shipped else f"`{layer} -> none` leaves it out"
        words = _other_word(names, layer)
        line = _idle_line(names, layer)
        if words is not None:
            rule, name, word = words
            kinds = rule.kinds[name].split("|")
            span, label = rule.braces[name], f"{word} is none of these"
            near = nearest(word, kinds)
            if near:
                mended = "|".join(word if kind == near else kind for kind in kinds)
                help = f"did you mean {{{name}:{mended}}}?"
        elif line is not None:
            span, label = line.span, "no name there fits this line"
        problems.error(
            codes.NO_PLACE,
            f"the map has no line for {listed([s.entry.key for s in found])} of {self.file}",
            span,
            label=label,
            notes=[f"{listed(self.missing)} of the net got nothing"] if self.missing else (),
            help=help,
        )


def _other_word(names: Renaming, layer: str) -> tuple[Rule, str, str] | None:
    """A line that would hold, had it one word more: the line, the brace's name, the word."""
    for rule in names.section.rules:
        pattern = rule.pattern.pattern
        choices = [name for name, kind in rule.kinds.items() if "|" in kind]
        for name in choices:
            inner = "|".join(map(re.escape, rule.kinds[name].split("|")))
            pattern = pattern.replace(f"(?P<{name}>{inner})", f"(?P<{name}>[A-Za-z0-9_]+?)")
        match = re.fullmatch(pattern, layer) if choices else None
        if match is not None:
            wrong = [n for n in choices if match[n] not in rule.kinds[n].split("|")]
            return rule, wrong[0], match[wrong[0]]
    return None


def _idle_line(names: Renaming, layer: str) -> Rule | None:
    """The line most like a name, of those that hold for no name there."""
    idle: dict[str, Rule] = {}
    for rule in names.section.rules:
        if not any(rule.pattern.fullmatch(name) for name in names.names):
            held = {"number": "0", "letter": "a", "auto": ""}
            texts = [
                held.get(kind := rule.kinds[p[1:]], kind.partition("|")[0]) if p[0] == "{" else p
                for p in rule.pieces
            ]
            idle.setdefault("".join(texts), rule)
    near = nearest(re.sub("[0-9]+", "0", layer), idle)
    return idle[near] if near else None
