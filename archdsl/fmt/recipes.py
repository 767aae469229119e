"""Lays out recipes and scalings: a clause, a setting or a chain of steps a line.

Settings that were written on one line stay on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from archdsl.fmt.bodies import Braces, Entry
from archdsl.fmt.docs import Cat, Doc, Element, Fill, Text, Together, cat
from archdsl.syntax import tree

if TYPE_CHECKING:
    from archdsl.fmt.items import Items

__all__ = ["recipe", "scaling"]

_GAP = "   "
"""What stands between settings on one line."""


def recipe(items: Items, decl: tree.Recipe) -> Doc:
    def inside(at: int) -> Braces:
        spans = [_range(items, clause) for clause in decl.clauses]
        made = [
            items.entry(first, _clause(items, clause, first, end))
            for clause, (first, end) in zip(decl.clauses, spans, strict=True)
        ]
        return items.braces(at, spans, made, many=False)

    first, end = _range(items, decl)
    return items.sequence(first, end, [(first + 2, inside)])


def scaling(items: Items, decl: tree.Scaling) -> Doc:
    first, end = _range(items, decl)
    return items.sequence(first, end, [(first + 4, lambda at: _section(items, decl.settings, at))])


def _range(
    items: Items, node: tree.Recipe | tree.Scaling | tree.Clause | tree.Use | _Entry
) -> tuple[int, int]:
    return items.tokens.at(node.span.start), items.tokens.at(node.span.end)


def _clause(items: Items, clause: tree.Clause, first: int, end: int) -> Doc:
    value = clause.value
    if isinstance(value, tree.Section):
        entries = value.entries
        return items.sequence(first, end, [(first + 1, lambda at: _section(items, entries, at))])
    # What a net is made with looks like the parameters in its declaration.
    made = items.runs.run(first + 1, end, params=clause.word == "model")
    notes = [Element(Text(clause.word)), Element(made, items.tokens.gaps[first + 1].notes)]
    return Fill(notes) if notes[1].notes else cat([Text(f"{clause.word} "), made])


_Entry = tree.Setting | tree.Steps


def _section(items: Items, entries: Sequence[_Entry], at: int) -> Braces:
    spans, made = [], []
    for group in _groups(items, entries):
        spans.append((_range(items, group[0])[0], _range(items, group[-1])[1]))
        found = [_entry(items, entry) for entry in group]
        docs = Together([entry.doc for entry in found], _GAP)
        made.append(found[0] if len(found) == 1 else items.entry(spans[-1][0], docs))
    return items.braces(at, spans, made, many=False)


def _groups(items: Items, entries: Sequence[_Entry]) -> list[list[_Entry]]:
    """The entries, but those settings together that were written on one line."""
    groups: list[list[_Entry]] = []
    for entry in entries:
        last = groups[-1][-1] if groups else None
        if isinstance(entry, tree.Setting) and isinstance(last, tree.Setting):
            first, end = _range(items, last)[0], _range(items, entry)[1]
            if items.tokens.one_line(first, end) and items.tokens.quiet(first, end):
                groups[-1].append(entry)
                continue
        groups.append([entry])
    return groups


def _entry(items: Items, entry: _Entry) -> Entry:
    first, end = _range(items, entry)
    if isinstance(entry, tree.Setting):
        doc = items.runs.run(first, end)
        return items.entry(first, doc, items.columns.cut(doc, first, [first + 1]))
    elements: list[Element] = []
    for use in entry.uses:
        begin, last = _range(items, use)
        doc = items.runs.run(begin, last)
        if elements:
            notes = items.tokens.gaps[begin - 1].notes
            elements.append(Element(Cat([Text("-> "), doc]), notes))
        else:
            elements.append(Element(doc))
    return items.entry(first, elements[0].doc if len(elements) == 1 else Fill(elements))
