"""What a search found, as a table and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

from archdsl.elaborate.values import is_number, show
from archdsl.fit.figures import FIGURES, Budget, shown
from archdsl.fit.search import Result, Row
from archdsl.records import record

__all__ = ["Found", "as_json", "budget_line", "failures", "place_text", "space_lines", "table"]


@record
class Found:
    """A search's answer.

    net, file: what was fitted; names: the parameters that vary; columns: the figures shown
    best:      the largest that fits, None where none does
    beside:    other candidates worth a line, each with what it is
    front:     of a grid, those that no other is better than; of a line without a budget, all
    device:    whose latency is shown
    """

    net: str
    file: str
    result: Result
    budget: Budget
    columns: tuple[str, ...]
    best: Row | None
    beside: tuple[tuple[str, Row], ...]
    front: tuple[Row, ...]
    grows: str
    device: str | None
    interrupted: bool


Values = Callable[[int], Mapping[str, object]]


def number_text(value: object) -> str:
    """As a table has it: four digits."""
    if isinstance(value, Fraction):
        text = f"{float(value):.4g}"
        return text if "e" not in text else f"{float(value):g}"
    return str(value) if is_number(value) else show(value).strip("`")


def place_text(result: Result, index: int) -> str:
    """`phi = 1.5`, or `width = 1, depth = 2`."""
    place = result.space.place(index)
    pairs = zip(result.space.axes, place, strict=True)
    return ", ".join(f"{axis.name} = {number_text(value)}" for axis, value in pairs)


def space_lines(found: Found) -> list[str]:
    """What was looked at."""
    result = found.result
    axes = [f"{axis.name} = {axis.said}" for axis in result.space.axes]
    size = result.space.size
    count = f"{size:,} candidate{'' if size == 1 else 's'}"
    if result.done < size:
        count = f"the first {result.done:,} of {count}"
    lines = [f"{found.net} ({found.file}): {axes[0]}", *[f"  {axis}" for axis in axes[1:]]]
    if result.apart:
        count += f", {result.apart:,} of them left out by the constraint"
    lines.append(count)
    if found.budget:
        lines.append(budget_line(found.budget))
    return lines


def budget_line(budget: Budget) -> str:
    parts = [f"{FIGURES[name]} <= {shown(name, most)}" for name, most in budget.items()]
    return f"budget: {', '.join(parts)}"


def failures(result: Result) -> list[str]:
    """Which candidates could not be elaborated, by reason."""
    if not result.failed:
        return []
    lines = [f"{result.failures:,} can't be elaborated:"]
    for (code, message, place), indexes in sorted(
        result.failed.items(), key=lambda item: (-len(item[1]), item[1])
    ):
        where = f" ({place})" if place else ""
        example = place_text(result, indexes[0])
        more = f" and {len(indexes) - 1:,} more" if len(indexes) > 1 else ""
        lines.append(f"  {example}{more}: [{code}] {message}{where}")
    return lines[:6] + ([f"  .. and {len(lines) - 6} other reasons"] if len(lines) > 6 else [])


def table(found: Found, values: Values, top: int) -> str:
    """The answer's rows: along a line the best and what is beside it, of a grid the front."""
    rows: list[tuple[str, Row]] = []
    if found.front:
        largest = found.best if found.budget else None
        rows = [("largest" if row == largest else "", row) for row in found.front[:top]]
    elif found.best is not None:
        rows = [("largest", found.best)]
    rows += found.beside
    axes = [axis.name for axis in found.result.space.axes]
    params = [name for name in values(rows[0][1].index) if name not in axes] if rows else []
    heads = ["", *axes, *params, *[FIGURES[name] for name in found.columns], ""]
    lines = [heads]
    for what, row in rows:
        place = found.result.space.place(row.index)
        here = values(row.index)
        over = row.over(found.budget)
        lines.append(
            [
                what,
                *[number_text(value) for value in place],
                *[number_text(here[name]) for name in params],
                *[shown(name, row.figures[name]) for name in found.columns],
                f"over {', '.join(FIGURES[name] for name in over)}" if over else "",
            ]
        )
    return _aligned(lines)


def _aligned(lines: Sequence[Sequence[str]]) -> str:
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    made = []
    for line in lines:
        cells = [line[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(line[1:-1], widths[1:-1], strict=True)]
        made.append("  ".join([*cells, line[-1]]).rstrip())
    if not widths[0]:
        made = [line[2:] for line in made]
    return "\n".join(made) + "\n"


# ------------------------------------------------------------------------------------------ JSON


def as_json(found: Found, values: Values) -> str:
    """Everything, for programs: whole numbers, bytes, nanoseconds."""
    result = found.result

    def row(it: Row) -> dict[str, object]:
        place = result.space.place(it.index)
        axes = dict(zip((axis.name for axis in result.space.axes), place, strict=True))
        return {
            "place": _plain(axes),
            "parameters": _plain(values(it.index)),
            **it.figures,
            "over": list(it.over(found.budget)),
        }

    said = {
        "version": 1,
        "net": found.net,
        "file": found.file,
        "axes": [
            {"name": a.name, "values": len(a.values), "range": a.said} for a in result.space.axes
        ],
        "candidates": result.space.size,
        "looked_at": result.done,
        "interrupted": found.interrupted,
        "left_out": result.apart,
        "failed": [
            {"code": code, "message": message, "place": place, "candidates": len(indexes)}
            for (code, message, place), indexes in result.failed.items()
        ],
        "fit": len(result.within(found.budget)),
        "budget": dict(found.budget),
        "grows": found.grows,
        "device": found.device,
        "best": None if found.best is None else row(found.best),
        "beside": [{"what": what, **row(it)} for what, it in found.beside],
        "front": [row(it) for it in found.front],
    }
    return json.dumps(said, indent=2) + "\n"


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    return {name: _json(value) for name, value in values.items()}


def _json(value: object) -> object:
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, Iterable):
        return [_json(part) for part in value]
    return show(value)
