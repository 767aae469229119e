"""Child modules: the expression that makes each in the constructor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from archdsl.ir import structure
from archdsl.ir.op import MISSING, Call
from archdsl.syntax import tree
from archdsl.targets.classes import calls, forms
from archdsl.targets.classes.entries import is_expression, sequential, statements
from archdsl.targets.classes.places import Attributes
from archdsl.targets.classes.sequence import LineWriter
from archdsl.targets.layout import Doc, call
from archdsl.targets.outline import survey
from archdsl.targets.outline.candidates import channels_after
from archdsl.targets.outline.constants import Code
from archdsl.targets.outline.names import safe
from archdsl.targets.outline.rows import Mismatch, Row
from archdsl.targets.outline.scope import Scope
from archdsl.targets.symbolic import Ex, Raw, names_in
from archdsl.targets.written import text

if TYPE_CHECKING:
    from archdsl.targets.classes.body import BodyWriter


class Children:
    """Makes the children of one body, a child for all rows at once."""

    def __init__(self, writer: BodyWriter) -> None:
        self._writer = writer
        self.units = writer.units
        self.dialect = writer.dialect
        self.unit = writer.unit

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
            return self._layer(rows, scope, items), key, self._writer.advance(rows, items)
        if isinstance(first, structure.Call):
            return self._call(rows, scope, items), key, self._writer.advance(rows, items)
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
        after = self._writer.advance(rows, items)
        if len({id(m.block) for m in made}) == 1:
            name, parts, channels = self._made(rows, scope, made)
        else:
            name, parts, channels = self._block_by_parameter(rows, scope, found)
        scope.channels = self._writer.known_channels(after, [channels, scope.channels])
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
        after = self._writer.advance(rows, items)
        if first.naming == "position" and all(survey.is_line(g.items) for g in groups):
            inner = [r.inside(g.items, g.input) for r, g in zip(rows, groups, strict=True)]
            local = scope.inner()
            named = any(survey.named(g.items) for g in groups)
            writer = LineWriter(self._writer, named=named)
            name = self._writer.fresh(_list_name(stage, first))
            line = writer.body(_body_of(stage, first), inner, local)
            if local.channels is not None and set(names_in(local.channels)) - set(rows[0].names):
                after = [  # a loop's running variable: it lives on
                    row.with_names(end.names) for row, end in zip(after, line.rows, strict=True)
                ]
            after = self._writer.counted(local.channels, after)
            scope.channels = self._writer.known_channels(after, [local.channels])
            if is_expression(line.entries):
                self._writer.forget(name)
                return sequential(self.dialect, line.entries), after
            if not isinstance(self._writer.places, Attributes):
                raise Mismatch("statements among numbered children")
            filled, made = statements(
                self.dialect, name, line.entries, self._writer.places.indent, named=named
            )
            self._writer.places.lines += filled
            return made, after
        callee = self.units.anonymous(stage, rows, groups, self.unit, scope)
        parts = []
        for parameter in callee.parameters():
            given = text(callee.argument(parameter, groups, self.unit, scope, rows))
            by_name = parameter.kind == "extra" and not callee.declared(parameter.name)
            parts.append(f"{parameter.name}={given}" if by_name else given)
        candidate = callee.channels_after(groups, self.unit, scope, rows)
        scope.channels = self._writer.known_channels(after, [candidate, scope.channels])
        return call(callee.name, [*parts, *self._made_with()]), after

    def _module(self, row: Row, layer: structure.Layer) -> Call:
        module = calls.lowering(self.dialect, row, layer).module
        if module is None:
            raise Mismatch(f"{layer.op.keyword} is no module")
        return module

    def identity(self, rows: Sequence[Row], items: Sequence[structure.Item]) -> str:
        """What stands for a child where it isn't there."""
        functions = [
            isinstance(i, structure.Layer) and self._module(r, i).inline
            for r, i in zip(rows, items, strict=True)
        ]
        if any(functions) and not all(functions):
            raise Mismatch("a function or a module at one place")
        return self.dialect.identity(functions[0])


def _list_name(stage: tree.Stage, group: structure.Group) -> str:
    """What the list of a group's modules is called: its label, without what is computed in it."""
    label = str(group.key)
    if stage.label is not None:
        label = "".join(part for part in stage.label.parts if isinstance(part, str))
    return safe(label) if label.isidentifier() else "layers"


def _body_of(stage: tree.Stage, group: structure.Group) -> tree.Body:
    """The body that a group's items are of; a labelled loop or if is the one item of its group."""
    if isinstance(stage.piece, tree.Group):
        return stage.piece.body
    chain = tree.Chain((stage,), stage.span)
    return tree.Body((chain,), stage.span)
