"""A block in its own words: what its layers' attributes are in terms of its parameters.

Walks one instance. A parameter is its name; a `let` of the block keeps its name and is explained
once; inside blocks that it uses, their parameters are what was given for them. The channels of
values are followed, so that `in.c` can be said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from archdsl.diagram.formula import formula
from archdsl.diagram.labels import clean, value_text
from archdsl.ir import structure as st
from archdsl.ir.graph import Graph
from archdsl.syntax import tree

LONGEST = 26  # letters of a formula that fit a box


@dataclass
class Symbols:
    """names: what stands for an attribute, by node and attribute; channels: of each value;
    titles: of the blocks used, by their paths; lets: (name, formula); facts: the conditions that
    hold in this form of the block."""

    names: dict[int, dict[str, str]] = field(default_factory=dict)
    channels: dict[int, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    lets: dict[str, str] = field(default_factory=dict)
    facts: dict[str, None] = field(default_factory=dict)


def symbols(graph: Graph, instance: st.Instance) -> Symbols:
    made = Symbols()
    made.channels[instance.input] = "in.c"
    scope = {param.name: param.name for param in instance.block.params}
    _Walk(graph, made).body(instance.items, scope, instance.input, own=True)
    return made


class _Walk:
    def __init__(self, graph: Graph, made: Symbols) -> None:
        self.graph = graph
        self.made = made

    def body(self, items: Iterable[st.Item], scope: dict[str, str], now: int, *, own: bool) -> int:
        """The items in turn, from the value `now`; gives the last one. own: the block's own."""
        for item in items:
            now = self.item(item, scope, now, own)
        return now

    def item(self, item: st.Item, scope: dict[str, str], now: int, own: bool) -> int:
        match item:
            case st.Layer():
                return self.layer(item, scope)
            case st.Call():
                return self.call(item, scope)
            case st.Let():
                self.let(item, scope, now, own)
            case st.Group():
                return self.body(item.items, dict(scope), item.input, own=own)
            case st.Loop():
                for turn in item.rounds:
                    values = {k: value_text(v) or k for k, v in turn.values.items()}
                    now = self.body(turn.items, scope | values, turn.input, own=own)
            case st.Choice():
                condition = getattr(item.syntax.piece, "condition", None)
                self.fact(condition, item.taken == "then", scope, now, own)
                return self.body(item.items, dict(scope), now, own=own)
            case st.Residual():
                return self.residual(item, scope, own)
            case st.Gate():
                self.body(item.items, self.aside(scope, item.input), item.input, own=own)
                return self.join(item.node)
            case st.Merge():
                for branch in item.branches:
                    self.body(branch.items, self.aside(scope, item.input), item.input, own=own)
                return self.join(item.node)
            case st.Join():
                return self.join(item.node)
            case st.Ref():
                return item.value
            case _:
                pass
        return now

    def aside(self, scope: Mapping[str, str], start: int) -> dict[str, str]:
        """In a branch, gate or shortcut `in.c` is what it is at its start."""
        return {**scope, "in.c": self.channels(start)}

    def here(self, scope: Mapping[str, str], now: int) -> Mapping[str, str]:
        return {"in.c": self.channels(now), **scope}

    def layer(self, item: st.Layer, scope: Mapping[str, str]) -> int:
        node = self.graph.nodes[item.node]
        scope = self.here(scope, node.inputs[0])
        names: dict[str, str] = {}
        for attribute, known in item.sources.items():
            if known.expr is not None:
                names[attribute] = self.attribute(attribute, known, scope, node.shape.rank)
        if item.param is not None and item.param in scope and not item.sources:
            names["op"] = scope[item.param]
        self.made.names[item.node] = {k: v for k, v in names.items() if v}
        self.made.channels[item.node] = self.after(item.node, names)
        return item.node

    def attribute(self, name: str, known: st.Known, scope: Mapping[str, str], rank: int) -> str:
        """An attribute as the block says it, or nothing where that is too long for a box."""
        assert known.expr is not None
        text = clean(formula(known.expr, scope))
        if len(text) > LONGEST:
            return ""
        if name == "k" and "×" not in text:
            return "×".join([text] * max(rank, 1))
        return text

    def after(self, node: int, names: Mapping[str, str]) -> str:
        """The channels of a node's value."""
        made = self.graph.nodes[node]
        if names.get("c"):
            return names["c"]
        before = self.graph.nodes[made.inputs[0]]
        if made.shape.rank == before.shape.rank and made.shape.channels == before.shape.channels:
            return self.channels(before.id)
        return str(made.shape.channels)

    def channels(self, node: int) -> str:
        return self.made.channels.get(node, str(self.graph.nodes[node].shape.channels))

    def call(self, item: st.Call, scope: dict[str, str]) -> int:
        inner = item.instance
        outside = self.here(scope, inner.input)
        given: dict[str, str] = {}
        for name, known in inner.args.items():
            given[name] = self.argument(known, outside)
        shown = [given[name] for name, known in inner.args.items() if not known.default]
        name = inner.block.name
        self.made.titles[inner.path] = f"{name}({', '.join(shown)})" if shown else name
        return self.body(inner.items, given, inner.input, own=False)

    def argument(self, known: st.Known, scope: Mapping[str, str]) -> str:
        if known.expr is not None and not known.default:
            text = clean(formula(known.expr, scope))
            if len(text) <= LONGEST:
                return text
        return value_text(known.value) or "…"

    def let(self, item: st.Let, scope: dict[str, str], now: int, own: bool) -> None:
        text = clean(formula(item.syntax.value, self.here(scope, now)))
        name = item.syntax.name
        if own:
            scope[name] = name
            self.made.lets[name] = text
        else:
            scope[name] = text if len(text) <= LONGEST else name

    def residual(self, item: st.Residual, scope: dict[str, str], own: bool) -> int:
        piece = item.syntax.piece
        if isinstance(piece, tree.Residual):
            self.fact(piece.condition, item.active, scope, item.input, own)
            if own and piece.shortcut is not None:
                changes = item.shortcut is not None
                self.made.facts[f"the shape {'changes' if changes else 'stays'}"] = None
        self.body(item.items, dict(scope), item.input, own=own)
        if item.shortcut is not None:
            self.body(item.shortcut, self.aside(scope, item.input), item.input, own=own)
        if item.node is None:
            return item.body_output
        if item.drop_node is not None:
            self.made.channels[item.drop_node] = self.channels(item.body_output)
            known = item.drop_path
            if known is not None and known.expr is not None:
                rate = self.attribute("p", known, scope, 0)
                self.made.names[item.drop_node] = {"p": rate} if rate else {}
        return self.join(item.node)

    def join(self, node: int) -> int:
        made = self.graph.nodes[node]
        parts = [self.channels(value) for value in made.inputs]
        if made.op.keyword == "concat":
            text = " + ".join(parts)
            self.made.channels[node] = f"({text})" if len(text) <= 2 * LONGEST else "…"
        else:
            self.made.channels[node] = next((p for p in parts if p != "in.c"), parts[0])
        return node

    def fact(
        self, test: tree.Expr | None, holds: bool, scope: dict[str, str], now: int, own: bool
    ) -> None:
        """A condition of the block's own, as it is here."""
        if test is None or not own:
            return
        text = clean(formula(test, self.here(scope, now)))
        self.made.facts[text if holds else f"not ({text})"] = None


def signature(graph: Graph, instance: st.Instance) -> tuple[object, ...]:
    """What two uses of a block have in common where they are built alike, sizes aside."""
    place = {node: at for at, node in enumerate(range(instance.first, instance.last))}
    return tuple(
        (graph.nodes[n].op.keyword, tuple(place.get(i, -1) for i in graph.nodes[n].inputs))
        for n in place
    )


def calls(items: Iterable[st.Item]) -> Iterator[st.Call]:
    """Every use of a block, outer ones first."""
    for item in items:
        if isinstance(item, st.Call):
            yield item
            yield from calls(item.instance.items)
        else:
            for part in _inner(item):
                yield from calls(part)


def _inner(item: st.Item) -> Iterator[tuple[st.Item, ...]]:
    match item:
        case st.Loop():
            yield from (turn.items for turn in item.rounds)
        case st.Merge():
            yield from (branch.items for branch in item.branches)
        case st.Residual():
            yield item.items
            yield item.shortcut or ()
        case st.Group() | st.Choice() | st.Gate() | st.Aux():
            yield item.items
        case _:
            return
