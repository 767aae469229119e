"""What a search says: the best that fits, what is worth seeing beside it, and what is wrong."""

from __future__ import annotations

from archdsl.diagnostics import Diagnostics
from archdsl.driver.fit import Outcome
from archdsl.fit import codes
from archdsl.fit.figures import FIGURES, Budget, shown
from archdsl.fit.report import Found, failures, place_text
from archdsl.fit.search import Row, best, front, idle
from archdsl.fit.space import Along
from archdsl.fit.values import Failed

__all__ = ["answer", "limits_of"]


def limits_of(outcome_budget: Budget, device: object) -> Budget:
    """The budget, and what the device's memory has room for where nothing else is said."""
    budget = dict(outcome_budget)
    memory = getattr(device, "memory", None)
    storage = getattr(device, "storage", None)
    if memory is not None and "memory" not in budget:
        budget["memory" if storage is None else "peak"] = memory
    if storage is not None and "size" not in budget:
        budget["size"] = storage
    return budget


def answer(outcome: Outcome, budget: Budget, grows: str, diagnostics: Diagnostics) -> Found | None:
    """None where nothing could be counted; errors are reported, also where nothing fits."""
    result, prepared = outcome.result, outcome.prepared
    net = prepared.candidates.info.name
    along = isinstance(result.space, Along)
    if not result.rows:
        why = failures(result) or ["the constraint leaves all of them out"]
        diagnostics.error(
            codes.NONE_SOUND,
            f"no candidate of {net} can be counted",
            None,
            notes=[line.strip() for line in why],
        )
        return None
    still = idle(result)
    if len(still) == len(result.space.axes) and result.done > 1:
        diagnostics.error(
            codes.ALL_ALIKE,
            f"{' and '.join(still)} change{'s' if len(still) == 1 else ''} no cost of {net}",
            None,
            notes=[f"all {result.done:,} candidates cost the same"],
            help="free a parameter that its layers' channels, number or input depend on",
        )
        return None
    columns = [name for name in FIGURES if name in ("macs", "params", "memory") or name in budget]
    if outcome.wanted.terms.timed and "latency" not in columns:
        columns.append("latency")
    costs = [name for name in columns if name != grows]
    fit = result.within(budget)
    chosen = _sound(outcome, fit, along, grows, costs)
    beside: list[tuple[str, Row]] = []
    if chosen is None:
        _nothing_fits(outcome, budget, diagnostics)
        beside.append(("nearest", result.nearest(budget)))
    elif along and budget:
        beside = _neighbours(outcome, chosen)
    if along:  # without a budget the line itself is what is asked for
        found = [] if budget else fit
    else:
        found = front(fit, grows, costs)
    return Found(
        net,
        prepared.candidates.info.file.name,
        result,
        budget,
        tuple(columns),
        chosen,
        tuple(beside),
        tuple(found),
        grows,
        None if prepared.device is None else prepared.device.name,
        outcome.interrupted,
    )


def _sound(
    outcome: Outcome, fit: list[Row], along: bool, grows: str, costs: list[str]
) -> Row | None:
    """The largest that fits, elaborated whole to see that it is what it was counted for."""
    rest = list(fit)
    while rest:
        chosen = rest[-1] if along else best(rest, grows, costs)
        try:
            whole = outcome.prepared.candidates.whole(outcome.result.space.values(chosen.index))[1]
        except Failed as error:  # a name given twice, say, which no count can see
            reason = (error.code, error.message, error.place)
            outcome.result.failed.setdefault(reason, []).append(chosen.index)
            rest.remove(chosen)
            continue
        counted = outcome.wanted.terms.figures(whole)
        if any(counted[name] != chosen.figures[name] for name in counted if name != "latency"):
            raise AssertionError(f"{place_text(outcome.result, chosen.index)} is miscounted")
        return chosen
    return None


def _neighbours(outcome: Outcome, chosen: Row) -> list[tuple[str, Row]]:
    """Along a line: the next one, and where the line begins."""
    rows = outcome.result.rows
    after = next((row for row in rows if row.index > chosen.index), None)
    found = [("next", after)] if after is not None else []
    begins = [row for row in rows if outcome.result.space.place(row.index) == (0,)]
    if begins and begins[0] not in (chosen, after):
        found.append(("begins", begins[0]))
    return found


def _nothing_fits(outcome: Outcome, budget: Budget, diagnostics: Diagnostics) -> None:
    nearest = outcome.result.nearest(budget)
    notes = []
    for name in nearest.over(budget):
        least = min(row.figures[name] for row in outcome.result.rows)
        value, most = nearest.figures[name], budget[name]
        times = f", {value / most:.3g} times as much" if most else ""
        text = (
            f"{FIGURES[name]}: {shown(name, value)}{times}, and the budget is {shown(name, most)}"
        )
        if least > most:
            text += f"; the least of all is {shown(name, least)}"
        notes.append(text)
    diagnostics.error(
        codes.NOTHING_FITS,
        f"no candidate of {outcome.prepared.candidates.info.name} fits: "
        f"the nearest is {place_text(outcome.result, nearest.index)}",
        None,
        notes=notes,
        help="look at smaller ones, by other ranges, or free other parameters",
    )
