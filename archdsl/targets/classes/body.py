"""A body as a class: children in the constructor, the flow in the method that applies it."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from archdsl.ir import structure
from archdsl.ir.op import MISSING, Call
from archdsl.syntax import tree
from archdsl.targets.classes import calls, forms
from archdsl.targets.classes.entries import is_expression, sequential, statements
from archdsl.targets.classes.flow import VARIABLE, Flow
from archdsl.targets.classes.places import Attributes, Places
from archdsl.targets.classes.sequence import LineWriter
from archdsl.targets.layout import Doc, call
from archdsl.targets.outline import survey
from archdsl.targets.outline.candidates import channels_after
from archdsl.targets.outline.constants import Code
from archdsl.targets.outline.names import TAKEN, attribute_word, safe, snake
from archdsl.targets.outline.rows import Mismatch, Row, output_of, same_type, value_of
from archdsl.targets.outline.scope import Scope
from archdsl.targets.outline.unit import Unit
from archdsl.targets.symbolic import Cond, Ex, Lit, Named, Raw, Sym, names_in
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
        doc, key, after = self.module(stage, rows, scope, items)
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
        test = self.presence(stage, rows)
        channels = scope.channels
        doc, key, after = self.module(stage, some, scope, items)
        if scope.channels != channels:
            raise Mismatch("an optional layer that changes the channels")
        self.places.declare(key, self.identity(some, items))
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

    # ------------------------------------------------------------------ modules

    def module(
        self,
        stage: tree.Stage,
        rows: Sequence[Row],
        scope: Scope,
        items: Sequence[structure.Item],
        *,
        named: bool = False,
    ) -> tuple[Doc, str, list[Row]]:
        """The expression that makes a child module, its key, and the rows after it.

        named: the caller says the key by itself: it may differ from row to row
        """
        first = items[0]
        keys = {getattr(i, "key", None) for i in items}
        numbered = all(isinstance(k, str) and k.isdigit() for k in keys)
        if len(keys) != 1 and not (
            numbered or named
        ):  # numbers differ where items before are optional
            raise Mismatch("different names at one place")
        key = getattr(first, "key", None)
        assert isinstance(key, str)
        if isinstance(first, structure.Layer):
            return self._layer(rows, scope, items), key, self.advance(rows, items)
        if isinstance(first, structure.Call):
            return self._call(rows, scope, items), key, self.advance(rows, items)
        if isinstance(first, structure.Group):
            made, after = self._group(stage, rows, scope, items)
            return made, key, after
        raise Mismatch(f"{type(first).__name__} is no module")

    def _layer(self, rows: Sequence[Row], scope: Scope, items: Sequence[structure.Item]) -> Doc:
        layers = [i for i in items if isinstance(i, structure.Layer)]
        made = [self._module(row, layer) for row, layer in zip(rows, layers, strict=True)]
        ops = [row.graph.nodes[layer.node].op for row, layer in zip(rows, layers, strict=True)]
        lowered = self.dialect.unified(made, ops, [row.shape for row in rows])
        for module in lowered:
            self.units.require(module)
        after = channels_after(self.unit, scope, rows, layers)
        try:
            with self.unit.trial():
                doc: Doc = calls.call_doc(self.unit, scope, rows, layers, lowered)
        except Mismatch:
            if layers[0].param is None:
                raise
            doc = self._by_parameter(rows, scope, layers)
        scope.channels = after
        return doc

    def _by_parameter(
        self, rows: Sequence[Row], scope: Scope, layers: Sequence[structure.Layer]
    ) -> Doc:
        """`act()` or `norm(c)`: the op is a parameter of the class, a callable."""
        made = [forms.factory(self._module(r, la)) for r, la in zip(rows, layers, strict=True)]
        first = made[0]
        if any(replace(m, code=first.code) != first for m in made):
            raise Mismatch("ops that are made in different ways")
        param = layers[0].param
        assert param is not None
        codes = [m.code for m in made]
        default = self._usual(rows, codes, param)
        name = self.unit.settle(rows, codes, [], param, default)
        if first.function:
            return text(name)
        given = []
        if first.channels:
            channels: list[object] = [r.shape.channels for r in rows]
            given = [text(self.unit.settle(rows, channels, [scope.channels], "channels"))]
        return call(text(name), [*given, *first.given])

    def _usual(self, rows: Sequence[Row], codes: Sequence[Code], param: str) -> object:
        """An op parameter's default, where some row has it."""
        for row, written in zip(rows, codes, strict=True):
            if "(" in written:  # no calls in a signature
                continue
            instance = self.unit.instances.get(row.owner)
            if instance is not None and param in instance.args and instance.args[param].default:
                return written
        return MISSING

    def presence(self, stage: tree.Stage, rows: Sequence[Row]) -> Ex:
        """Whether a parameter's op is there at all: `norm is not None`."""
        codes: list[Code] = []
        param = "layer"
        for row in rows:
            item = row.items.get(id(stage))
            if isinstance(item, structure.Layer) and item.param is not None:
                param = item.param
                codes.append(forms.factory(self._module(row, item)).code)
            elif item is None:
                codes.append(Code("None"))
            else:
                raise Mismatch("a block that is there in some rows only")
        some = [c for c in codes if c != "None"]
        if len(set(some)) == 1:  # always the same op: whether is all that differs
            present: list[object] = [c != "None" for c in codes]
            return self.unit.settle(rows, present, [], f"with_{param}")
        default = self._usual(rows, codes, param)
        return Raw(f"{text(self.unit.settle(rows, codes, [], param, default))} is not None")

    def _call(self, rows: Sequence[Row], scope: Scope, items: Sequence[structure.Item]) -> Doc:
        found = [i for i in items if isinstance(i, structure.Call)]
        made = [i.instance for i in found]
        after = self.advance(rows, items)
        if len({id(m.block) for m in made}) == 1:
            name, parts, channels = self._made(rows, scope, made)
        else:
            name, parts, channels = self._block_by_parameter(rows, scope, found)
        scope.channels = self.known_channels(after, [channels, scope.channels])
        return call(name, [*parts, *self._made_with()])

    def _made_with(self) -> list[str]:
        """What every class of this module takes, handed on."""
        known = self.dialect.made_with
        return [f"{known[0]}={known[0]}"] if known else []

    def _made(
        self, rows: Sequence[Row], scope: Scope, made: Sequence[structure.Instance]
    ) -> tuple[str, list[Doc], Ex | None]:
        """A block's class, its arguments, and the channels that come out."""
        callee = self.units.of_instances(made)
        parts: list[Doc] = []
        for parameter in callee.parameters():
            ex = callee.argument(parameter, made, self.unit, scope, rows)
            if parameter.default is not None and ex == parameter.default:
                continue
            added = parameter.kind == "extra" and callee.declared(parameter.name) is None
            keyword = added or parameter.default is not None
            parts.append(f"{parameter.name}={text(ex)}" if keyword else text(ex))
        return callee.name, parts, callee.channels_after(made, self.unit, scope, rows)

    def _block_by_parameter(
        self, rows: Sequence[Row], scope: Scope, items: Sequence[structure.Call]
    ) -> tuple[str, list[Doc], Ex | None]:
        """`Conv(in_channels, c)`: the block is a parameter, and all that it is take the same."""
        param = items[0].param
        if param is None:
            raise Mismatch("different blocks at one place")
        kinds: dict[int, list[int]] = {}
        for i, item in enumerate(items):
            kinds.setdefault(id(item.instance.block), []).append(i)
        found = []
        codes = [Code()] * len(items)
        for members in kinds.values():
            some = [rows[i] for i in members]
            found.append(self._made(some, scope, [items[i].instance for i in members]))
            for i in members:
                codes[i] = Code(found[-1][0])
        _, parts, channels = found[0]
        if any(other[1:] != (parts, channels) for other in found):
            raise Mismatch("blocks that are made in different ways")
        name = self.unit.settle(rows, codes, [], param, self._usual(rows, codes, param))
        return text(name), parts, channels

    def _group(
        self,
        stage: tree.Stage,
        rows: Sequence[Row],
        scope: Scope,
        items: Sequence[structure.Item],
    ) -> tuple[Doc, list[Row]]:
        groups = [i for i in items if isinstance(i, structure.Group)]
        first = groups[0]
        after = self.advance(rows, items)
        if first.naming == "position" and all(survey.is_line(g.items) for g in groups):
            inner = [r.inside(g.items, g.input) for r, g in zip(rows, groups, strict=True)]
            local = scope.inner()
            named = any(survey.named(g.items) for g in groups)
            writer = LineWriter(self, named=named)
            name = self.fresh(_list_name(stage, first))
            line = writer.body(_body_of(stage, first), inner, local)
            if local.channels is not None and set(names_in(local.channels)) - set(rows[0].names):
                after = [  # a loop's running variable: it lives on
                    row.with_names(end.names) for row, end in zip(after, line.rows, strict=True)
                ]
            after = self.counted(local.channels, after)
            scope.channels = self.known_channels(after, [local.channels])
            if is_expression(line.entries):
                self.forget(name)
                return sequential(self.dialect, line.entries), after
            if not isinstance(self.places, Attributes):
                raise Mismatch("statements among numbered children")
            filled, made = statements(
                self.dialect, name, line.entries, self.places.indent, named=named
            )
            self.places.lines += filled
            return made, after
        callee = self.units.anonymous(stage, rows, groups, self.unit, scope)
        parts = []
        for parameter in callee.parameters():
            given = text(callee.argument(parameter, groups, self.unit, scope, rows))
            by_name = parameter.kind == "extra" and not callee.declared(parameter.name)
            parts.append(f"{parameter.name}={given}" if by_name else given)
        candidate = callee.channels_after(groups, self.unit, scope, rows)
        scope.channels = self.known_channels(after, [candidate, scope.channels])
        return call(callee.name, [*parts, *self._made_with()]), after

    def _module(self, row: Row, layer: structure.Layer) -> Call:
        module = calls.lowering(self.dialect, row, layer).module
        if module is None:
            raise Mismatch(f"{layer.op.keyword} is no module")
        return module

    # ------------------------------------------------------------------ what forms need

    def identity(self, rows: Sequence[Row], items: Sequence[structure.Item]) -> str:
        """What stands for a child where it isn't there."""
        functions = [
            isinstance(i, structure.Layer) and self._module(r, i).inline
            for r, i in zip(rows, items, strict=True)
        ]
        if any(functions) and not all(functions):
            raise Mismatch("a function or a module at one place")
        return self.dialect.identity(functions[0])

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


def _list_name(stage: tree.Stage, group: structure.Group) -> str:
    """What the list of a group's modules is called: its label, without what is computed in it."""
    label = str(group.key)
    if stage.label is not None:
        label = "".join(part for part in stage.label.parts if isinstance(part, str))
    return safe(label) if label.isidentifier() else "layers"


def _unlabelled(items: Sequence[structure.Item]) -> bool:
    return all(isinstance(i, structure.Group) and i.key is None for i in items)


def _body_of(stage: tree.Stage, group: structure.Group) -> tree.Body:
    """The body that a group's items are of; a labelled loop or if is the one item of its group."""
    if isinstance(stage.piece, tree.Group):
        return stage.piece.body
    chain = tree.Chain((stage,), stage.span)
    return tree.Body((chain,), stage.span)
