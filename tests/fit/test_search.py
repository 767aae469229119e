"""The search over counted candidates: laws of the best, of the front, of what changes nothing."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from archdsl.fit.search import Result, Row, best, front, idle
from archdsl.fit.space import Axis, Grid, around, steps

NAMES = ("params", "memory", "latency")


def rows(rng: random.Random, many: int) -> list[Row]:
    return [Row(i, {name: rng.randrange(6) for name in ("macs", *NAMES)}) for i in range(many)]


def better(a: Row, b: Row) -> bool:
    """As much of what should grow and no more of any cost, and not the same in all."""
    alike = a.figures == b.figures
    return (
        a.figures["macs"] >= b.figures["macs"]
        and all(a.figures[name] <= b.figures[name] for name in NAMES)
        and (not alike or a.index < b.index)
    )


@pytest.mark.parametrize("seed", range(20))
def test_the_front_is_what_no_other_is_better_than(seed: int) -> None:
    every = rows(random.Random(seed), 60)
    wanted = {row.index for row in every if not any(better(o, row) for o in every if o != row)}
    found = front(every, "macs", NAMES)
    assert {row.index for row in found} == wanted
    assert found == front(list(reversed(every)), "macs", NAMES)  # whatever the order
    assert best(every, "macs", NAMES) == found[0]


def test_over_and_excess() -> None:
    row = Row(0, {"macs": 30, "params": 5})
    assert row.over({"macs": 20, "params": 5}) == ("macs",)
    assert row.excess({"macs": 20, "params": 10}) == 1.5


def test_axes_that_change_nothing() -> None:
    grid = Grid([Axis("a", (1, 2, 3), ""), Axis("b", (1, 2), ""), Axis("c", (1, 2), "")])
    result = Result(grid)
    for index in range(grid.size):
        a, _, c = grid.place(index)
        result.rows.append(Row(index, {"macs": int(a * 10 + c)}))
    assert idle(result) == ["b"]


def test_a_grid_goes_through_all_places_in_order() -> None:
    grid = Grid([Axis("a", (1, 2), ""), Axis("b", (3, 4, 5), "")])
    places = [grid.place(i) for i in range(grid.size)]
    assert places == [(1, 3), (1, 4), (1, 5), (2, 3), (2, 4), (2, 5)]
    assert grid.values(4) == {"a": 2, "b": 4}


def test_ranges() -> None:
    tenth = Fraction(1, 10)
    assert steps("w", Fraction(1, 2), Fraction(1), tenth).values == tuple(
        Fraction(n, 10) for n in range(5, 11)
    )
    res = steps("r", 128, 160, 16).values
    assert res == (128, 144, 160)
    assert all(isinstance(value, int) for value in res)
    assert around("res", 224).values[:3] == (96, 128, 160)
    assert around("res", 224).values[-1] == 448
    assert around("n", 3).values == (1, 2, 3, 4, 5, 6)
    assert around("width", Fraction(1)).values[0] == Fraction(1, 2)
    assert around("width", Fraction(1)).values[-1] == 2
