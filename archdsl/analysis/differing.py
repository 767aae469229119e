"""A difference between two nets as text, Markdown or JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from archdsl.analysis.compare import ratio
from archdsl.analysis.cost import CostRow
from archdsl.analysis.difference import Change, Difference, Rename
from archdsl.analysis.numbers import number
from archdsl.diagnostics.text import width

_NAMES = {
    "params": "parameters",
    "macs": "MACs",
    "flops": "FLOPs",
    "activations": "activations",
    "depth": "depth",
    "peak_memory": "peak memory",
}
_MOST_RENAMED = 12
_INK = {"+": "32", "-": "31", "~": "33", ">": "36"}


def as_text(names: tuple[str, str], found: Difference, colour: bool = False) -> str:
    """`+` what came, `-` what went, `~` what changed, `>` what has another name."""
    if not found.any:
        return f"{names[0]} and {names[1]} are the same.\n"
    lines = [f"{names[0]} -> {names[1]}", ""]
    changes = _aligned([*_structure(found)])
    for sign, text in changes:
        line = f"{sign} {text}".rstrip()
        lines.append(f"\x1b[{_INK[sign]}m{line}\x1b[0m" if colour else line)
    if found.reshaped:
        lines.append(f"  {_reshaped(found.reshaped)}")
    if len(lines) > 2:
        lines.append("")
    lines += [text for _, text in _aligned([("", cells) for cells in _figures(found)], right=True)]
    return "\n".join(lines) + "\n"


def as_markdown(names: tuple[str, str], found: Difference) -> str:
    """For a comment on a pull request."""
    title = f"### {names[0]} → {names[1]}"
    if not found.any:
        return f"{title}\n\nThe same.\n"
    lines = [title, "", "| | " + " | ".join(_HEADING) + " |", "|---|---:|---:|---:|---:|"]
    lines += ["| " + " | ".join(cells) + " |" for cells in _figures(found)[1:]]
    rows = [*_structure(found)]
    if rows:
        lines += ["", "| | layer | | |", "|---|---|---|---|"]
        lines += [f"| `{sign}` | " + " | ".join(map(_cell, cells)) + " |" for sign, cells in rows]
    if found.reshaped:
        lines += ["", _reshaped(found.reshaped) + "."]
    return "\n".join(lines) + "\n"


def as_json(names: tuple[str, str], found: Difference) -> str:
    def rows(these: Sequence[CostRow]) -> list[dict[str, object]]:
        return [
            {"path": it.path, "op": it.op, "output": str(it.output), "layers": it.nodes}
            | {"params": it.params, "macs": it.macs}
            for it in these
        ]

    def change(it: Change) -> dict[str, object]:
        attributes = {name: {"before": a, "after": b} for name, a, b in it.attributes}
        return asdict(it) | {"attributes": attributes}

    made = {
        "version": 1,
        "before": names[0],
        "after": names[1],
        "different": found.any,
        "added": rows(found.added),
        "removed": rows(found.removed),
        "changed": [change(it) for it in found.changed],
        "reshaped": [change(it) for it in found.reshaped],
        "renamed": [asdict(it) for it in found.renamed],
        "figures": {name: {"before": a, "after": b} for name, a, b in found.figures},
    }
    return json.dumps(made, indent=2) + "\n"


# --------------------------------------------------------------------------- parts

_HEADING = ("before", "after", "difference", "ratio")
_Row = tuple[str, tuple[str, ...]]


def _structure(found: Difference) -> list[_Row]:
    """A sign, and what it is of: name, layer, what differs."""
    made: list[_Row] = []
    for sign, rows in (("-", found.removed), ("+", found.added)):
        made += [(sign, (row.path, row.op, str(row.output or ""))) for row in rows]
    made += [("~", cells) for cells in _changed(found.changed)]
    named = found.renamed[:_MOST_RENAMED]
    made += [(">", (_moved(it.before, it.after), "", _layers(it))) for it in named]
    rest = found.renamed[_MOST_RENAMED:]
    if rest:
        layers = sum(it.layers for it in rest)
        made.append((">", (f"{len(rest)} others", "", f"{number(layers)} layers")))
    return made


def _changed(these: Sequence[Change]) -> list[tuple[str, ...]]:
    """Layers of one op that changed in the same way share a line."""
    alike: dict[tuple[object, ...], list[Change]] = {}
    for it in these:
        alike.setdefault((it.op, it.attributes), []).append(it)
    made: list[tuple[str, ...]] = []
    for first, *more in alike.values():
        name = _moved(first.before, first.after)
        name += f" and {number(len(more))} more" if more else ""
        made.append((name, first.op, _what(first, shape=not more)))
    return made


def _moved(before: str, after: str) -> str:
    return before if before == after else f"{before} -> {after}"


def _what(it: Change, shape: bool) -> str:
    parts = [f"{name} {a} -> {b}" for name, a, b in it.attributes]
    known = any((a, b) == it.shapes for _, a, b in it.attributes)
    if shape and it.shapes[0] != it.shapes[1] and not known:
        parts.append(f"{it.shapes[0]} -> {it.shapes[1]}")
    return ", ".join(parts)


def _layers(it: Rename) -> str:
    return f"{number(it.layers)} layer{'' if it.layers == 1 else 's'}"


def _reshaped(these: Sequence[Change]) -> str:
    """One line for all: their shapes follow from what else changed."""
    first = these[0]
    example = f"{first.after} {first.shapes[0]} -> {first.shapes[1]}"
    if len(these) == 1:
        return f"1 layer has another shape: {example}"
    return f"{number(len(these))} layers have another shape, the first {example}"


def _figures(found: Difference) -> list[tuple[str, ...]]:
    made: list[tuple[str, ...]] = [("", *_HEADING)]
    for name, before, after in found.figures:
        gap = after - before
        said = f"{gap:+,}" if gap else "same"
        shown = ratio(after, before) if gap else ""
        made.append((_NAMES[name], number(before), number(after), said, shown))
    return made


def _aligned(rows: Sequence[_Row], right: bool = False) -> list[tuple[str, str]]:
    if not rows:
        return []
    widths = [max(map(width, column)) for column in zip(*(cells for _, cells in rows), strict=True)]
    made = []
    for sign, cells in rows:
        text = []
        for at, (cell, wide) in enumerate(zip(cells, widths, strict=True)):
            gap = " " * (wide - width(cell))
            text.append(gap + cell if right and at else cell + gap)
        made.append((sign, "  ".join(text).rstrip()))
    return made


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace(" -> ", " → ")
