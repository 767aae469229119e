"""A body as a class: children in the constructor, the flow in the method that applies it."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import TYPE_CHECKING

from archdsl.ir import structure
from archdsl.syntax import tree
from archdsl.targets.classes import calls, forms
from archdsl.targets.classes.children import Children
from archdsl.targets.classes.flow import VARIABLE, Flow
from archdsl.targets.classes.places import Attributes, Places
from archdsl.targets.outline import survey
from archdsl.targets.outline.names import TAKEN, attribute_word, safe, snake
from archdsl.targets.outline.rows import Mismatch, Row, output_of, same_type, value_of
from archdsl.targets.outline.scope import Scope
from archdsl.targets.outline.unit import Unit
from archdsl.targets.symbolic import Cond, Ex, Lit, Named, Sym, names_in
from archdsl.targets.written import text

if TYPE_CHECKING:
    from archdsl.targets.classes.units import Units


_NEVER = TAKEN | frozenset(dir(builtins))  # no names for variables


class BodyWriter:
    """Walks one body for all rows; a form's own writing is in forms.py."""

    def __init__(self, units: Units, unit: Unit, places: Attributes | Places) -> None:
        self.units = units
        self.dialect = units.dialect
        self.unit = unit
        self.places = places
        self.named: dict[int, str] = {}  # variables of values that labels refer to
        self.channels: dict[int, Ex | None] = {}  # and the channels that they have
        self.ran: set[str] = set()  # running variables of loops
        self.loops: list[str] = []  # those of the loops that are being written
        self.sums: dict[str, Ex | None] = {}  # what they are after their loop, in other names
        self.branches: list[str] = []  # variables of the branches around, and beside
        self.comments = False
        self.aux: list[str] = []
        self._locals: set[str] = set()
        self.children = Children(self)

    # ------------------------------------------------------------------ statements

    def body(self, body: tree.Body, rows: list[Row], scope: Scope, flow: Flow) -> list[Row]:
        """The items of a body; the last chain is left pending, for who comes after."""
        chains = [i for i in body.items if isinstance(i, tree.Chain | tree.Let)]
        for i, item in enumerate(chains):
            if isinstance(item, tree.Let):
                rows = self.let(item, rows, scope, local=True)
                continue
            for stage in item.stages:
                rows = self.stage(stage, rows, scope, flow)
            if any(isinstance(later, tree.Chain) for later in chains[i + 1 :]):
                self.end_statement(rows, flow)
        return rows

    def end_statement(self, rows: Sequence[Row], flow: Flow) -> None:
        """A chain of the source is a statement; a sum just made goes into the next one."""
        if self.comments and flow.indent == 2:
            flow.flush(comment=self._comment(rows, flow))
        elif not (flow.loose and flow.calls == 1):
            flow.flush()

    def let(self, item: tree.Let, rows: list[Row], scope: Scope, *, local: bool) -> list[Row]:
        """A name for a value: a local variable of the constructor, where it says something."""
        found = [row.items.get(id(item)) for row in rows]
        values = [value_of(f.value) if isinstance(f, structure.Let) else None for f in found]
        ex = scope.convert(item.value)
        name = safe(item.name)
        rows = [row.with_names({name: v}) for row, v in zip(rows, values, strict=True)]
        if ex is None or self.unit.try_settle(rows, values, [ex]) is None:
            same = all(type(v) is type(values[0]) and v == values[0] for v in values)
            simple = isinstance(values[0], bool | int | float | str | list | tuple)
            scope.local[item.name] = Lit(values[0]) if same and simple else None
            if same and local and isinstance(values[0], list) and len(rows) == len(self.unit.rows):
                self.unit.state.lets[name] = Lit(values[0])
                scope.local[item.name] = Named(values[0], name)
            return rows
        if local and isinstance(values[0], list) and len(rows) == len(self.unit.rows):
            self.unit.state.lets[name] = ex
            scope.local[item.name] = Named(ex.value, name) if isinstance(ex, Lit) else Sym(name)
        elif (
            isinstance(ex, Lit | Sym)
            or not local
            or len(rows) != len(self.unit.rows)
            or self.ran & set(names_in(ex))  # lets stand before the loops
        ):
            scope.local[item.name] = ex
        else:
            self.unit.state.lets[name] = ex
            scope.local[item.name] = Sym(name)
        return rows

    def stage(self, stage: tree.Stage, rows: list[Row], scope: Scope, flow: Flow) -> list[Row]:
        found = [row.items.get(id(stage)) for row in rows]
        present = [item for item in found if item is not None]
        if not present:
            return rows
        kind = same_type(found)
        if len(present) < len(found):
            return self._optional(stage, rows, scope, flow)
        if kind in forms.WRITERS:
            rows = forms.WRITERS[kind](self, stage, rows, scope, flow, present)
        elif all(forms.head_of(item) is not None for item in present):
            rows = forms.labelled_aux(self, stage, rows, scope, flow, present)
        elif kind is structure.Group and _unlabelled(present):
            rows = self._inline_group(stage, rows, scope, flow, present)
        else:
            rows = self._child(stage, rows, scope, flow, present)
        label = self.named.get(rows[0].value)
        if label is not None:
            self.channels[rows[0].value] = scope.channels
            flow.flush(label, self._comment(rows, flow))
        return rows

    def _comment(self, rows: Sequence[Row], flow: Flow) -> str:
        """A net's statements show the shape that they leave."""
        if not self.comments or flow.indent != 2:
            return ""
        return "x".join(str(n) for n in self.dialect.sizes(rows[0].shape))

    def _child(
        self,
        stage: tree.Stage,
        rows: list[Row],
        scope: Scope,
        flow: Flow,
        items: Sequence[structure.Item],
    ) -> list[Row]:
        """A layer, a block or a group: a child module, applied."""
        first = items[0]
        if isinstance(first, structure.Layer):
            low = [
                calls.lowering(self.dialect, row, item)
                for row, item in zip(rows, items, strict=True)
                if isinstance(item, structure.Layer)
            ]
            if first.op.lone_parameter:
                return forms.parameter(self, stage, rows, scope, flow, items)
            inline = [lo.inline for lo in low if lo.inline is not None]
            same = all(call == inline[0] for call in inline)
            fixed = first.param is None or self.dialect.functions
            if len(inline) == len(low) and same and fixed:
                return forms.function(self, rows, scope, flow, items, inline)
        doc, key, after = self.children.module(stage, rows, scope, items)
        word = None
        if isinstance(first, structure.Layer) and stage.label is None:
            node = rows[0].graph.nodes[first.node]
            if not node.op.weights(rows[0].graph.input_shapes(node)):
                assert isinstance(stage.piece, tree.Use)
                word = attribute_word(snake(stage.piece.name))
        extra: list[str] = []
        if isinstance(first, structure.Group):
            outer = survey.outer_references(first)
            extra = [self.named[value] for value in outer]
        flow.apply(self.places.put(key, doc, word), *extra)
        return after

    def _optional(self, stage: tree.Stage, rows: list[Row], scope: Scope, flow: Flow) -> list[Row]:
        """A layer whose op is a parameter, `none` in some rows."""
        some = [r for r in rows if id(stage) in r.items]
        items = [r.items[id(stage)] for r in some]
        test = self.children.presence(stage, rows)
        channels = scope.channels
        doc, key, after = self.children.module(stage, some, scope, items)
        if scope.channels != channels:
            raise Mismatch("an optional layer that changes the channels")
        self.places.declare(key, self.children.identity(some, items))
        with self.places.under(f"if {text(test)}:"):
            flow.apply(self.places.put(key, doc))
        by_id = {id(b): a for a, b in zip(after, some, strict=True)}
        return [by_id.get(id(r), r) for r in rows]

    def _inline_group(
        self,
        stage: tree.Stage,
        rows: list[Row],
        scope: Scope,
        flow: Flow,
        items: Sequence[structure.Item],
    ) -> list[Row]:
        assert isinstance(stage.piece, tree.Group)
        inner = [
            r.inside(i.items)
            for r, i in zip(rows, items, strict=True)
            if isinstance(i, structure.Group)
        ]
        local = scope.inner()
        self.body(stage.piece.body, inner, local, flow)
        after = self.advance(rows, items)
        scope.channels = self.known_channels(after, [local.channels])
        return after

    # ------------------------------------------------------------------ what forms need

    def advance(self, rows: Sequence[Row], items: Sequence[structure.Item]) -> list[Row]:
        return [r.at(output_of(i, r.value)) for r, i in zip(rows, items, strict=True)]

    def known_channels(self, rows: Sequence[Row], candidates: Sequence[Ex | None]) -> Ex | None:
        values: list[object] = [row.shape.channels for row in rows]
        return self.unit.try_settle(rows, values, candidates)

    def counted(self, channels: Ex | None, rows: list[Row]) -> list[Row]:
        """The rows after a loop that keeps the channels in a variable: it has their number."""
        if isinstance(channels, Sym) and channels.name in self.ran:
            return [r.with_names({channels.name: r.shape.channels}) for r in rows]
        return rows

    def condition(
        self, expr: tree.Expr, rows: Sequence[Row], tests: Sequence[bool], scope: Scope
    ) -> Ex:
        """A condition of the source, as it is in the code, or as an argument more."""
        hint = "when"
        if isinstance(expr, tree.Name):
            hint = expr.name
        return self.unit.settle(rows, list(tests), [scope.convert(expr)], hint)

    def join_channels(
        self, scope: Scope, rows: Sequence[Row], test: Ex, then: Ex | None, other: Ex | None
    ) -> None:
        """The channels after an `if`: the same, or one of two."""
        candidates: list[Ex | None] = [then, other]
        if then is not None and other is not None:
            candidates.append(Cond(test, then, other))
        scope.channels = self.known_channels(rows, candidates)

    def fresh(self, wanted: str) -> str:
        """A local variable's name."""
        name = wanted
        taken = set(self.unit.names)
        taken |= self._locals | set(self.unit.state.lets) | set(self.unit.state.parameters)
        while name in taken:
            name += "_"
        self._locals.add(name)
        return name

    def forget(self, name: str) -> None:
        """A running variable may be used again by the next loop."""
        self._locals.discard(name)

    def name_values(self, values: dict[int, str]) -> None:
        """Values that are referred to by label get a variable of that name."""
        for value, label in values.items():
            if value in self.named:
                continue
            name = safe(label) if label.isidentifier() else "value"
            while name in self.named.values() or VARIABLE.fullmatch(name) or name in _NEVER:
                name += "_"
            self.named[value] = name


def _unlabelled(items: Sequence[structure.Item]) -> bool:
    return all(isinstance(i, structure.Group) and i.key is None for i in items)
