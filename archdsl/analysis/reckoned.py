"""A net as other tools count it: what each adds, as text, Markdown, JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

from archdsl.analysis.conventions import Part, Reckoning
from archdsl.analysis.numbers import number
from archdsl.records import record


@record
class _Line:
    """kind: part, factor or total of a figure"""

    kind: str
    text: str
    amount: str
    layers: str = ""


def render_reckonings(found: Sequence[tuple[str, Reckoning]], format: str) -> str:
    """`found`: the net's name with each tool's figures."""
    match format:
        case "json":
            return _json(found)
        case "csv":
            return _csv(found)
        case "md":
            return "\n".join(_markdown(name, it) for name, it in found)
        case _:
            return "\n".join(_table(name, it) for name, it in found)


def _lines(parts: Sequence[Part], called: str, factor: int) -> list[_Line]:
    made = [
        _Line("part", f"{'+ ' if at else ''}{part.text}", number(part.amount), _layers(part.layers))
        for at, part in enumerate(parts)
    ]
    whole = sum(part.amount for part in parts)
    if factor != 1:
        made.append(_Line("factor", f"times {factor}, a multiplication and an addition", ""))
    return [*made, _Line("total", called, number(factor * whole))]


def _layers(count: int) -> str:
    return f"{number(count)} layer{'' if count == 1 else 's'}"


def _sections(it: Reckoning) -> list[list[_Line]]:
    convention = it.convention
    made = []
    if convention.work is not None:
        made.append(_lines(it.work, convention.work, convention.factor))
    made.append(_lines(it.params, convention.params, 1))
    return made


def _table(name: str, it: Reckoning) -> str:
    sections = _sections(it)
    every = [line for section in sections for line in section]
    left = max(len(line.text) for line in every)
    right = max(len(line.amount) for line in every)
    out = [f"{name}, as counted by {it.convention.tool}"]
    for section in sections:
        out.append("")
        for line in section:
            if line.kind == "total" and len(section) > 1:
                out.append(f"{' ' * left}  {'-' * right}")
            text = f"{line.text.ljust(left)}  {line.amount.rjust(right)}  {line.layers}"
            out.append(text.rstrip())
    return "\n".join(out) + "\n"


def _markdown(name: str, it: Reckoning) -> str:
    out = [f"### {name}, as counted by {it.convention.tool}", ""]
    out += ["| | | |", "|---|---:|---|"]
    for section in _sections(it):
        for line in section:
            mark = "**" if line.kind == "total" else ""
            amount = f"{mark}{line.amount}{mark}" if line.amount else ""
            out.append(f"| {mark}{line.text}{mark} | {amount} | {line.layers} |")
    return "\n".join(out) + "\n"


def _json(found: Sequence[tuple[str, Reckoning]]) -> str:
    nets: dict[str, list[object]] = {}
    for name, it in found:
        convention = it.convention
        entry: dict[str, object] = {
            "convention": convention.name,
            "tool": convention.tool,
            "source": convention.source,
        }
        if convention.work is not None:
            entry["work"] = {
                "name": convention.work,
                "total": it.total_work,
                "factor": convention.factor,
                "parts": _parts(it.work),
            }
        entry["params"] = {
            "name": convention.params,
            "total": it.total_params,
            "parts": _parts(it.params),
        }
        nets.setdefault(name, []).append(entry)
    made = [{"name": name, "conventions": entries} for name, entries in nets.items()]
    return json.dumps({"version": 1, "nets": made}, indent=2) + "\n"


def _parts(parts: Sequence[Part]) -> list[dict[str, object]]:
    return [{"what": it.text, "amount": it.amount, "layers": it.layers} for it in parts]


def _csv(found: Sequence[tuple[str, Reckoning]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("net", "convention", "figure", "what", "amount", "layers"))
    for name, it in found:
        for figure, parts in (("work", it.work), ("params", it.params)):
            for part in parts:
                row = (name, it.convention.name, figure, part.text, part.amount, part.layers)
                writer.writerow(row)
    return out.getvalue()
