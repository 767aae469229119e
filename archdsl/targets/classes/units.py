"""The classes of a module: one for each block, split only where one can't say all instances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from archdsl.ir import structure
from archdsl.ir.graph import Graph
from archdsl.ir.op import Call
from archdsl.syntax import tree
from archdsl.targets.classes.body import BodyWriter
from archdsl.targets.classes.dialect import Dialect
from archdsl.targets.classes.entries import is_expression, sequential, statements
from archdsl.targets.classes.flow import Flow, opened
from archdsl.targets.classes.places import Attributes, Places
from archdsl.targets.classes.sequence import LineWriter
from archdsl.targets.layout import INDENT, Brackets, Doc, docstring, flat, lay_out
from archdsl.targets.outline import survey
from archdsl.targets.outline.constants import Code
from archdsl.targets.outline.instances import Group, Instances
from archdsl.targets.outline.names import TAKEN, Namer, camel, declared, safe
from archdsl.targets.outline.rows import Row, by_syntax, value_of
from archdsl.targets.outline.scope import Scope
from archdsl.targets.outline.unit import IN_CHANNELS, Unit
from archdsl.targets.symbolic import Ex, Lit, Sym
from archdsl.targets.written import text


@dataclass
class Module:
    """An emitted file in the making: its classes in order, what they need from outside."""

    classes: list[tuple[str, list[str]]] = field(default_factory=list)
    helpers: dict[str, None] = field(default_factory=dict)
    foreign: dict[tuple[str, str], None] = field(default_factory=dict)


class Units:
    """Finds or makes the unit that an instance belongs to."""

    def __init__(
        self,
        dialect: Dialect,
        roots: Sequence[tuple[structure.Instance, Graph]],
        module: Module,
    ) -> None:
        self.dialect = dialect
        self.module = module
        nodes = [instance.block for root, _ in roots for instance in survey.instances(root)]
        nodes += [root.block for root, _ in roots]
        self.namer = Namer(TAKEN.union(*map(declared, {id(node): node for node in nodes}.values())))
        self._instances = Instances(roots)
        self._anonymous: dict[tuple[str, ...], str] = {}

    def require(self, call: Call) -> None:
        if call.helper is not None:
            self.module.helpers[call.helper] = None
        if call.module is not None:
            self.module.foreign[(call.module, call.target)] = None

    # ------------------------------------------------------------------ blocks

    def of_instances(self, made: Sequence[structure.Instance]) -> Unit:
        """The one unit that has all of these instances; Mismatch where they are of several."""
        return self._instances.unit_of(made, self._write_block, self._keep)

    def _keep(self, written: tuple[Unit, ClassBody]) -> Unit:
        unit, lines = written
        unit.name = self.namer.take(unit.name)
        self.module.classes.append((unit.name, class_lines(self.dialect, unit, lines)))
        return unit

    def _write_block(self, group: Group) -> tuple[Unit, ClassBody]:
        block = group[0][0].block
        unit = Unit(camel(block.name), [], block=block, constants=group[0][0].globals)
        for n, (instance, graph) in enumerate(group):
            unit.rows.append(_row(instance, graph, n))
            unit.own(instance, n)
        scope = Scope(unit, channels=Sym(IN_CHANNELS))
        return unit, self.write(unit, block.body, scope, block.kind == "seq", block.doc)

    # ------------------------------------------------------------------ anonymous classes

    def anonymous(
        self,
        stage: tree.Stage,
        rows: Sequence[Row],
        groups: Sequence[structure.Group],
        outer: Unit,
        scope: Scope,
    ) -> Unit:
        """A class for a group that isn't a line, or a form that is one item of a group."""
        key = groups[0].key or ""
        word = camel(key)
        if key.isdigit() or not key:
            piece = stage.piece
            word = camel(piece.kind) if isinstance(piece, tree.Parallel) else type(piece).__name__
        unit = Unit(f"{outer.name}{word}", [], outer=scope.inner())
        for n, (row, group) in enumerate(zip(rows, groups, strict=True)):
            names = {**row.names, IN_CHANNELS: row.graph.nodes[group.input].shape.channels}
            unit.rows.append(Row(row.graph, names, by_syntax(group.items), group.input, n))
            unit.own(group, n)
        inner = Scope(unit, channels=Sym(IN_CHANNELS))
        inner.fixed, inner.is_fixed = Sym(IN_CHANNELS), scope.is_fixed
        if isinstance(stage.piece, tree.Group):
            body = stage.piece.body
        else:
            body = tree.Body((tree.Chain((stage,), stage.span),), stage.span)
        positional = groups[0].naming == "position"
        lines = self.write(unit, body, inner, positional, None, survey.outer_references(groups[0]))
        head = flat(signature_doc(self.dialect, unit))
        known = (lines.base, head, *lines.constructor, *lines.forward)
        if known not in self._anonymous:
            self._anonymous[known] = self.namer.take(unit.name)
            unit.name = self._anonymous[known]
            self.module.classes.append((unit.name, class_lines(self.dialect, unit, lines)))
        unit.name = self._anonymous[known]
        return unit

    # ------------------------------------------------------------------ writing one

    def write(
        self,
        unit: Unit,
        body: tree.Body,
        scope: Scope,
        positional: bool,
        doc: str | None,
        outer: Mapping[int, str] | None = None,
    ) -> ClassBody:
        items = [list(row.items.values()) for row in unit.rows]
        if positional and all(survey.is_line(i) for i in items):
            return self._line(unit, body, scope, doc)
        outer = dict(outer or {})
        places: Attributes | Places
        if positional:
            places = Places(self.dialect, bool(outer))
        else:
            places = Attributes(self.dialect, keys(unit))
        writer = BodyWriter(self, unit, places)
        writer.name_values(outer)
        arguments = [writer.named[v] for v in outer]
        writer.name_values(
            {v: la for v, la in survey.references(items[0]).items() if v not in outer}
        )
        flow = Flow()
        start = writer.named.get(unit.rows[0].value)
        if start is not None and start not in arguments:
            flow.assign(start, "x")
            flow.current = start
        writer.body(body, list(unit.rows), scope, flow)
        _leave(unit, scope)
        leave(flow)
        base, constructor = self.dialect.base, [*self.dialect.start, *_lets(unit)]
        if isinstance(places, Attributes):
            constructor += places.lines
        else:
            base, made = self.dialect.container(places.entries, places.parameters, places.keyed)
            constructor = [*_lets(unit), *made]
        return ClassBody(base, doc, constructor, flow.lines, arguments)

    def _line(self, unit: Unit, body: tree.Body, scope: Scope, doc: str | None) -> ClassBody:
        places = Attributes(self.dialect, keys(unit))
        writer = BodyWriter(self, unit, places)
        named = any(survey.named(row.items.values()) for row in unit.rows)
        line = LineWriter(writer, named=named).body(body, list(unit.rows), scope)
        if isinstance(scope.channels, Sym):
            scope.channels = writer.sums.get(scope.channels.name, scope.channels)
        _leave(unit, scope)
        base = self.dialect.line
        if is_expression(line.entries):
            made = sequential(self.dialect, line.entries)
            base = made.head
            constructor = [*_lets(unit), *places.lines, *super_call(made)]
        else:
            name = writer.fresh("layers")
            filled, made = statements(self.dialect, name, line.entries, 2, named=named)
            base = made.head
            constructor = [*_lets(unit), *places.lines, *filled, *super_call(made)]
        return ClassBody(base, doc, constructor, [], [])


@dataclass
class ClassBody:
    """A class without its head: the head needs to know which parameters were found."""

    base: str
    doc: str | None
    constructor: list[str]
    forward: list[str]
    arguments: list[str]


def super_call(made: Brackets) -> list[str]:
    """The base's constructor, called with the arguments that `made` has."""
    return lay_out("", Brackets("super().__init__", made.parts, explode=made.explode), 2)


def leave(flow: Flow) -> None:
    """The return statement; a value that was just assigned is returned instead."""
    assigned = f"{INDENT * flow.indent}{flow.variable} = "
    held = not flow.pending and flow.current == flow.variable and flow.lines
    if held and flow.lines[-1].startswith(assigned) and "  # " not in flow.lines[-1]:
        flow.current = flow.lines.pop().removeprefix(assigned)
    flow.lines += lay_out("return ", opened("return ", flow.current, flow.indent), flow.indent)


def keys(unit: Unit) -> frozenset[str]:
    """Names of the children, in all instances."""
    items = [item for row in unit.rows for item in survey.walk(row.items.values())]
    found = {str(getattr(item, "key", "")) for item in items}
    return frozenset(found | {str(getattr(item, "drop_key", "")) for item in items})


def _leave(unit: Unit, scope: Scope) -> None:
    unit.out_channels = unit.inline_lets(scope.channels) if scope.channels is not None else None


def _lets(unit: Unit) -> list[str]:
    return [
        f"        {name} = {text(ex)}"
        for name, ex in unit.state.lets.items()
        if name in unit.state.used
    ]


def _row(instance: structure.Instance, graph: Graph, owner: int) -> Row:
    names: dict[str, object] = {safe(n): value_of(k.value) for n, k in instance.args.items()}
    names[IN_CHANNELS] = graph.nodes[instance.input].shape.channels
    return Row(graph, names, by_syntax(instance.items), instance.input, owner)


# ------------------------------------------------------------------------------- the head


def annotation(dialect: Dialect, values: Sequence[object]) -> str:
    """The type of a parameter that takes these values."""
    found = dict.fromkeys(_type(dialect, v) for v in values)
    if "float" in found:
        found.pop("int", None)
    return " | ".join(sorted(found, key=lambda t: (t == "None", len(t))))


def _type(dialect: Dialect, value: object) -> str:
    if isinstance(value, Code):
        return "None" if value == "None" else dialect.callable_type(value)
    if isinstance(value, list):
        inner = annotation(dialect, value) if value else "int"
        return f"list[{inner}]"
    if isinstance(value, tuple):
        return f"tuple[{', '.join(_type(dialect, v) for v in value)}]"
    return "None" if value is None else type(value).__name__


def signature_doc(dialect: Dialect, unit: Unit) -> Brackets:
    """`def __init__(self, in_channels: int, c: int, stride: int = 1)`."""
    parts: list[Doc] = ["self"]
    starred = False
    for parameter in unit.parameters():
        values = (
            list(unit.state.extra[parameter.name].values())
            if parameter.kind == "extra"
            else [row.names[parameter.name] for row in unit.rows]
        )
        default: Ex | None = parameter.default
        if isinstance(default, Lit):
            values = [*values, default.value]
        if parameter.kind == "extra" and not starred and not unit.declared(parameter.name):
            parts.append("*")
            starred = True
        shown = f"{parameter.name}: {annotation(dialect, values)}"
        parts.append(f"{shown} = {text(default)}" if default is not None else shown)
    if dialect.made_with:
        parts += [*([] if starred else ["*"]), ": ".join(dialect.made_with)]
    return Brackets("def __init__", tuple(parts))


def class_lines(dialect: Dialect, unit: Unit, body: ClassBody) -> list[str]:
    """A whole class."""
    lines = [f"class {unit.name}({body.base}):"]
    if body.doc:
        lines += [*docstring(body.doc.splitlines(), 1), ""]
    lines += lay_out("", signature_doc(dialect, unit), 1, " -> None:")
    lines += body.constructor or ["        pass"]
    if body.forward:
        takes = ", ".join(f"{a}: {dialect.tensor}" for a in ["x", *body.arguments])
        head = f"    def {dialect.method}(self, {takes}) -> {dialect.tensor}:"
        lines += ["", head, *body.forward]
    return lines
