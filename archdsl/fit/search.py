"""The search: all candidates of a space counted, those that a budget has room for, the best.

Exact and the same every time: each candidate is counted, in the space's order, and what is found
does not depend on how the work is shared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from archdsl.fit.candidates import Candidates
from archdsl.fit.figures import Budget, Terms
from archdsl.fit.parts import Costs
from archdsl.fit.space import Space
from archdsl.fit.values import Failed
from archdsl.records import record

__all__ = ["Counted", "Reason", "Result", "Row", "best", "count", "front", "idle"]

Reason = tuple[str, str, str]
"""Why a candidate can't be elaborated: the error's code, message and place."""

Counted = Costs | Reason | None
"""None: left out, by a condition of one's own."""

Holds = Callable[[Mapping[str, object]], bool]


def count(
    candidates: Candidates, space: Space, indexes: Iterable[int], holds: Holds | None = None
) -> Iterator[Counted]:
    """Each candidate's costs, in order."""
    for index in indexes:
        try:
            values = space.values(index)
            yield None if holds and not holds(values) else candidates.costs(values)
        except Failed as error:
            yield error.code, error.message, error.place


@record
class Row:
    """A candidate by its place in the space, with its figures."""

    index: int
    figures: Mapping[str, int]

    def over(self, budget: Budget) -> tuple[str, ...]:
        """The figures that are above their limits."""
        return tuple(name for name, most in budget.items() if self.figures[name] > most)

    def excess(self, budget: Budget) -> float:
        """How many times the budget the candidate takes, where that is worst."""
        return max(
            (self.figures[name] / most if most else float("inf")) for name, most in budget.items()
        )


@dataclass
class Result:
    """What a search found.

    rows:   every candidate that can be elaborated, in order
    failed: reason -> the candidates that can't be for it; apart: how many a condition left out
    done:   how many were looked at: all, if nothing interrupted it
    """

    space: Space
    rows: list[Row] = field(default_factory=list)
    failed: dict[Reason, list[int]] = field(default_factory=dict)
    apart: int = 0
    done: int = 0

    def add(self, counted: Counted, terms: Terms) -> None:
        """The next candidate."""
        index = self.done
        self.done += 1
        if counted is None:
            self.apart += 1
        elif isinstance(counted, tuple):
            self.failed.setdefault(counted, []).append(index)
        else:
            self.rows.append(Row(index, terms.figures(counted)))

    @property
    def failures(self) -> int:
        return sum(len(indexes) for indexes in self.failed.values())

    def within(self, budget: Budget) -> list[Row]:
        return [row for row in self.rows if not row.over(budget)]

    def nearest(self, budget: Budget) -> Row:
        """Of candidates that are all over the budget, the one least over it."""
        return min(self.rows, key=lambda row: (row.excess(budget), row.index))


def best(rows: Iterable[Row], grows: str, costs: Iterable[str]) -> Row:
    """The one that has most of what should grow; of equals that with the least of the costs."""
    order = tuple(costs)
    return min(
        rows, key=lambda row: (-row.figures[grows], *[row.figures[n] for n in order], row.index)
    )


def front(rows: Iterable[Row], grows: str, costs: Iterable[str]) -> list[Row]:
    """Those that no other one is better than: with as much of what should grow and no more of any
    cost. Largest first; of equals the first."""
    names = tuple(costs)
    ordered = sorted(
        rows, key=lambda row: (-row.figures[grows], *[row.figures[n] for n in names], row.index)
    )
    found: list[Row] = []
    kept: list[tuple[int, ...]] = []  # the costs of those found: each has at least as much
    for row in ordered:
        here = tuple([row.figures[name] for name in names])
        if not any(all(a <= b for a, b in zip(other, here, strict=True)) for other in kept):
            found.append(row)
            kept = [other for other in kept if not all(map(int.__ge__, other, here))]
            kept.append(here)
    return found


def idle(result: Result) -> list[str]:
    """Axes that change no figure, whatever the others are."""
    found = []
    sizes = [len(axis.values) for axis in result.space.axes]
    every = {row.index: row.figures for row in result.rows}
    stride = 1
    for axis, size in reversed(list(zip(result.space.axes, sizes, strict=True))):
        before = [(index - stride, figures) for index, figures in every.items()]
        step = [
            (every.get(index), figures)
            for index, figures in before
            if (index + stride) // stride % size
        ]
        pairs = [(a, b) for a, b in step if a is not None]
        if size > 1 and pairs and all(a == b for a, b in pairs):
            found.append(axis.name)
        stride *= size
    return list(reversed(found))
