"""The functions of a module: one for each block, split only where one can't say all instances."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from archdsl.ir import structure
from archdsl.ir.graph import Graph
from archdsl.ir.op import Call
from archdsl.targets.keras.aliases import Aliases
from archdsl.targets.keras.body import BodyWriter
from archdsl.targets.keras.flow import Flow, finish
from archdsl.targets.keras.initial import Initializers, lowered
from archdsl.targets.keras.paths import Level, Path
from archdsl.targets.layout import Brackets, Doc, docstring, lay_out
from archdsl.targets.outline import survey
from archdsl.targets.outline.constants import Code
from archdsl.targets.outline.instances import Group, Instances
from archdsl.targets.outline.names import TAKEN, Namer, declared, safe, snake
from archdsl.targets.outline.rows import Row, by_syntax, value_of
from archdsl.targets.outline.scope import Scope
from archdsl.targets.outline.unit import IN_CHANNELS, Unit
from archdsl.targets.symbolic import Ex, Sym
from archdsl.targets.written import text

TENSOR = "keras.KerasTensor"


@dataclass
class Module:
    """An emitted file in the making: its functions in order, what they need from outside."""

    aliases: Aliases
    initializers: Initializers
    own_names: frozenset[str] = frozenset()
    functions: list[tuple[str, list[str]]] = field(default_factory=list)
    helpers: dict[str, None] = field(default_factory=dict)
    foreign: dict[tuple[str, str], None] = field(default_factory=dict)


class Units:
    """Finds or makes the unit that an instance belongs to."""

    def __init__(self, roots: Group, module: Module, taken: frozenset[str]) -> None:
        self.module = module
        self._instances = Instances(roots, self._kind)
        self._first: dict[int, list[str]] = {}  # of each block, what its first unit is told by
        self.functions: set[str] = set()
        blocks = {id(root.block): root.block for root, _ in roots}
        for root, _ in roots:
            for instance in survey.instances(root):
                self.functions.add(snake(instance.block.name))
                blocks[id(instance.block)] = instance.block
        self._reserved = TAKEN.union(taken, *map(declared, blocks.values()))
        self.functions |= {f"{name}_block" for name in self.functions & self._reserved}
        self.namer = Namer(self._reserved)

    def require(self, call: Call) -> None:
        if call.helper is not None:
            self.module.helpers[call.helper] = None
        if call.module is not None:
            self.module.foreign[(call.module, call.target)] = None

    def of_instances(self, made: Sequence[structure.Instance]) -> Unit:
        """The one unit that has all of these instances; Mismatch where they are of several."""
        return self._instances.unit_of(made, self._write_block, self._keep)

    def _kind(self, layer: structure.Layer, graph: Graph) -> str:
        """The class of Keras that a layer is; empty for a mere join."""
        calls = lowered(self.module.initializers, graph, graph.nodes[layer.node])
        return calls[-1].target if calls else ""

    def _keep(self, written: tuple[Unit, list[str]]) -> Unit:
        unit, lines = written
        assert unit.block is not None
        wanted = unit.name if unit.name not in self._reserved else f"{unit.name}_block"
        unit.name = self.namer.take("_".join([*self._more(unit), wanted]))
        self.functions.add(unit.name)
        self.module.functions.append((unit.name, _function(unit, unit.block.doc, lines)))
        return unit

    def _more(self, unit: Unit) -> list[str]:
        """Words that tell a unit from the first of its block, where their layers differ."""
        found = self._instances.told_apart_by(unit.instances[0])
        words = [word for what in found for word in re.findall("[A-Z][a-z]+", what)]
        first = self._first.setdefault(id(unit.block), words)
        return [word.lower() for word in dict.fromkeys(words) if word not in first]

    def _write_block(self, group: Group) -> tuple[Unit, list[str]]:
        block = group[0][0].block
        unit = Unit(snake(block.name), [], block=block, constants=group[0][0].globals)
        for n, (instance, graph) in enumerate(group):
            unit.rows.append(_row(instance, graph, n))
            unit.own(instance, n)
        scope = Scope(unit, channels=Sym(IN_CHANNELS))
        flow = Flow([], Level(Path((Sym("name"),)), block.kind == "seq"))
        writer = BodyWriter(self, unit)
        writer.variables.name_labels(unit.rows, {})
        writer.body(block.body, list(unit.rows), scope, flow)
        unit.out_channels = unit.inline_lets(scope.channels) if scope.channels is not None else None
        returned(flow)
        return unit, finish(flow.statements, IN_CHANNELS)


def returned(flow: Flow) -> None:
    """`return` before what made the current value."""
    last = flow.last()
    if last is not None and last.indent == 1:
        last.target, last.prefix, last.kind = None, "return ", "head"
    else:
        flow.emit("return ", flow.current)


def _row(instance: structure.Instance, graph: Graph, owner: int) -> Row:
    names: dict[str, object] = {safe(n): value_of(k.value) for n, k in instance.args.items()}
    names[IN_CHANNELS] = graph.nodes[instance.input].shape.channels
    names["name"] = instance.path
    return Row(graph, names, by_syntax(instance.items), instance.input, owner)


# ------------------------------------------------------------------------------- the head


def _function(unit: Unit, doc: str | None, body: Sequence[str]) -> list[str]:
    parts = [f"x: {TENSOR}", *parameters(unit, ["name: str"])]
    lines = lay_out("", Brackets(f"def {unit.name}", tuple(parts)), 0, f" -> {TENSOR}:")
    if doc:
        lines += docstring(doc.splitlines(), 1)
    return [*lines, *body]


def parameters(unit: Unit, named: Sequence[str]) -> list[Doc]:
    """The parameters after the input: the block's own, then those by name only."""
    own: list[Doc] = []
    extra: list[Doc] = []
    for parameter in unit.parameters():
        if parameter.kind == "in":
            continue
        if parameter.kind == "extra":
            values = list(unit.state.extra[parameter.name].values())
            extra.append(f"{parameter.name}: {annotation(values)}")
            continue
        default: Ex | None = parameter.default
        values = [row.names[parameter.name] for row in unit.rows]
        if default is not None:
            values = [*values, getattr(default, "value", None)]
        shown = f"{parameter.name}: {annotation(values)}"
        own.append(f"{shown} = {text(default)}" if default is not None else shown)
    keywords = [*extra, *named]
    return [*own, "*", *keywords] if keywords else own


def annotation(values: Sequence[object]) -> str:
    """The type of a parameter that takes these values."""
    found = dict.fromkeys(_type(v) for v in values)
    if "float" in found:
        found.pop("int", None)
    return " | ".join(sorted(found, key=lambda t: (t == "None", len(t))))


def _type(value: object) -> str:
    if isinstance(value, Code):
        return _type_of_code(value)
    if isinstance(value, list):
        return f"list[{annotation(value) if value else 'int'}]"
    if isinstance(value, tuple):
        return f"tuple[{', '.join(_type(v) for v in value)}]"
    return "None" if value is None else type(value).__name__


def _type_of_code(value: Code) -> str:
    if value == "None" or value.startswith('"'):
        return "None" if value == "None" else "str"
    if value.isupper():
        return "dict[str, Any]"
    if value.startswith("initializers."):
        return "keras.Initializer"
    return "Callable[..., keras.Layer]"
