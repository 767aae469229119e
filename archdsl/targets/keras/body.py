"""A body as a function: one statement for each layer, or for each block used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from archdsl.ir import structure
from archdsl.syntax import tree
from archdsl.targets.keras import conditions, counters, joins, layers, loops, residuals
from archdsl.targets.keras.flow import Flow, Statement
from archdsl.targets.keras.gaps import Unsupported
from archdsl.targets.keras.paths import Part, Path, automatic, numbered
from archdsl.targets.keras.variables import Variables
from archdsl.targets.outline.names import safe
from archdsl.targets.outline.rows import Mismatch, Row, output_of, same_type, value_of
from archdsl.targets.outline.scope import Scope
from archdsl.targets.outline.unit import Unit
from archdsl.targets.symbolic import Cond, Ex, Lit, Sym
from archdsl.targets.written import table_doc

if TYPE_CHECKING:
    from archdsl.targets.keras.units import Units

Writer: TypeAlias = Callable[
    ["BodyWriter", tree.Stage, list[Row], Scope, Flow, Sequence[structure.Item]], list[Row]
]


class BodyWriter:
    """Walks one body for all rows; what each form becomes is in modules of their own."""

    def __init__(self, units: Units, unit: Unit) -> None:
        self.units = units
        self.unit = unit
        self.variables = Variables(unit, units.functions)
        self.comments = False
        self.aux: list[str] = []
        self.heads: str | None = None  # the parameter that says whether side heads are made
        self.rolled_only = 0  # more than 0: loops must not be written out

    # ------------------------------------------------------------------ statements

    def body(self, body: tree.Body, rows: list[Row], scope: Scope, flow: Flow) -> list[Row]:
        for item in body.items:
            if isinstance(item, tree.Let):
                rows = self.let(item, rows, scope, flow)
            elif isinstance(item, tree.Chain):
                for stage in item.stages:
                    rows = self.stage(stage, rows, scope, flow)
                self._comment(rows, flow)
        return rows

    def _comment(self, rows: Sequence[Row], flow: Flow) -> None:
        """The shape, in a net: beside what made it, or beside the head of its loop."""
        if not self.comments or flow.indent > 1:
            return
        for statement in reversed(flow.statements):
            if statement.indent == 1:
                plain = statement.kind != "let" and not statement.prefix.startswith("if ")
                if plain and not statement.comment:
                    shape = rows[0].shape.channels_last
                    statement.comment = "x".join(str(n) for n in shape)
                return

    def let(self, item: tree.Let, rows: list[Row], scope: Scope, flow: Flow) -> list[Row]:
        """A name for a value: a local variable, where it says something."""
        found = [row.items.get(id(item)) for row in rows]
        values = [value_of(f.value) if isinstance(f, structure.Let) else None for f in found]
        ex = scope.convert(item.value)
        name = safe(item.name)
        rows = [row.with_names({name: v}) for row, v in zip(rows, values, strict=True)]
        if ex is None or self.unit.try_settle(rows, values, [ex]) is None:
            same = all(type(v) is type(values[0]) and v == values[0] for v in values)
            simple = isinstance(values[0], bool | int | float | str | list | tuple)
            ex = Lit(values[0]) if same and simple else None
        alias = isinstance(ex, Sym) and "." not in ex.name
        if ex is None or alias or (isinstance(ex, Lit) and not isinstance(ex.value, list)):
            scope.local[item.name] = ex
            return rows
        flow.statements.append(Statement(flow.indent, table_doc(ex), name, kind="let"))
        self.unit.state.lets[name] = ex
        if name in self.unit.state.used:
            self.unit.use(ex)
        scope.local[item.name] = Sym(name)
        return rows

    def stage(self, stage: tree.Stage, rows: list[Row], scope: Scope, flow: Flow) -> list[Row]:
        found = [row.items.get(id(stage)) for row in rows]
        present = [item for item in found if item is not None]
        if not present:
            return rows
        if len(present) < len(found):
            rows = conditions.optional(self, stage, rows, scope, flow)
        else:
            rows = self.item(stage, rows, scope, flow, present)
            if flow.level.counter is not None and getattr(present[0], "key", None) is not None:
                flow.level.added += 1
        label = self.variables.common_label(rows)
        if label is not None and stage.label is not None:
            flow.rename(label)
        return held(rows, flow.current)

    def item(
        self,
        stage: tree.Stage,
        rows: list[Row],
        scope: Scope,
        flow: Flow,
        items: Sequence[structure.Item],
    ) -> list[Row]:
        return WRITERS[same_type(items)](self, stage, rows, scope, flow, items)

    # ------------------------------------------------------------------ names

    def path(
        self, stage: tree.Stage, rows: Sequence[Row], keys: Sequence[str], scope: Scope, flow: Flow
    ) -> Path:
        return flow.level.prefix.then(self.key(stage, rows, keys, scope, flow))

    def key(
        self, stage: tree.Stage, rows: Sequence[Row], keys: Sequence[str], scope: Scope, flow: Flow
    ) -> Sequence[Part]:
        """The parts of a key that is right in every row."""
        fixed: list[Part] | None = []
        for part in stage.label.parts if stage.label is not None else ():
            ex = part if isinstance(part, str) else scope.convert(part)
            fixed = None if ex is None or fixed is None else [*fixed, ex]
        found = numbered(flow.level, rows, keys, fixed or None)
        for made in found:
            if not isinstance(made, str):
                self.unit.use(made)
        return found

    def check_unnamed(self, target: str, stage: tree.Stage) -> None:
        """Keras names layers that have no name: none may be called so by the file."""
        name = automatic(target)
        if name in self.units.module.own_names:
            note = f"Keras calls a {target} so that has no name of its own"
            raise Unsupported(f"the name `{name}`", stage.span, note, "another label")

    # ------------------------------------------------------------------ what forms need

    def advance(self, rows: Sequence[Row], items: Sequence[structure.Item]) -> list[Row]:
        return [r.at(output_of(i, r.value)) for r, i in zip(rows, items, strict=True)]

    def known(self, rows: Sequence[Row], candidates: Sequence[Ex | None], flow: Flow) -> Ex | None:
        """The channels of the current value: an expression, or what its variable says."""
        values: list[object] = [row.shape.channels for row in rows]
        found = self.unit.try_settle(rows, values, candidates)
        return Sym(f"{flow.current}.shape[-1]") if found is None else found

    def condition(
        self, expr: tree.Expr, rows: Sequence[Row], tests: Sequence[bool], scope: Scope
    ) -> Ex:
        """A condition of the source, as it is in the code, or as an argument more."""
        hint = expr.name if isinstance(expr, tree.Name) else "when"
        return self.unit.settle(rows, list(tests), [scope.convert(expr)], hint)

    def joined(
        self,
        scope: Scope,
        rows: Sequence[Row],
        test: Ex,
        arms: Sequence[Ex | None],
        flow: Flow,
    ) -> None:
        """The channels after an `if`: the same, or one of two."""
        then, other = arms
        candidates = [then, other]
        if then is not None and other is not None:
            candidates.append(Cond(test, then, other))
        scope.channels = self.known(rows, candidates, flow)


def held(rows: list[Row], variable: str) -> list[Row]:
    """The rows, knowing how many channels the variable has now."""
    name = f"{variable}.shape[-1]"
    now = [r.shape.channels for r in rows]
    if all(r.names.get(name) == c for r, c in zip(rows, now, strict=True)):
        return rows
    return [r.with_names({name: c}) for r, c in zip(rows, now, strict=True)]


def group(
    writer: BodyWriter,
    stage: tree.Stage,
    rows: list[Row],
    scope: Scope,
    flow: Flow,
    items: Sequence[structure.Item],
) -> list[Row]:
    """Items in braces, in line; with a key they are named in a level of their own."""
    groups = [i for i in items if isinstance(i, structure.Group)]
    first = groups[0]
    level = flow.level
    keys = [g.key for g in groups if g.key is not None]
    if len({g.naming for g in groups}) != 1 or len(keys) not in (0, len(groups)):
        raise Mismatch("different levels at one place")
    if keys:
        parts = writer.key(stage, rows, keys, scope, flow)
        level = level.inner(parts, positional=first.naming == "position")
    inner = [r.inside(g.items) for r, g in zip(rows, groups, strict=True)]
    local = scope.inner()
    within = replace(flow, level=level)
    body = stage.piece.body if isinstance(stage.piece, tree.Group) else _only(stage)
    ends = writer.body(body, inner, local, within)
    flow.current = within.current
    after = counters.taken_from(writer.advance(rows, items), ends, flow)
    scope.channels = writer.known(after, [local.channels], flow)
    return after


def _only(stage: tree.Stage) -> tree.Body:
    """The body that a labelled loop, `if` or merge is the one item of."""
    return tree.Body((tree.Chain((stage,), stage.span),), stage.span)


WRITERS: dict[type[structure.Item], Writer] = {
    structure.Layer: layers.layer,
    structure.Call: layers.used,
    structure.Group: group,
    structure.Residual: residuals.residual,
    structure.Gate: joins.gate,
    structure.Merge: joins.merge,
    structure.Join: joins.join,
    structure.Ref: joins.reference,
    structure.Skip: joins.skip,
    structure.Loop: loops.loop,
    structure.Choice: conditions.choice,
    structure.Aux: conditions.aux,
}
