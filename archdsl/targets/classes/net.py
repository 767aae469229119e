"""A net as a class: its parameters that may stay ones, its inputs, outputs and side heads."""

from __future__ import annotations

from collections.abc import Sequence

from archdsl.ir import structure
from archdsl.targets.classes.body import BodyWriter
from archdsl.targets.classes.dialect import Dialect
from archdsl.targets.classes.flow import Flow
from archdsl.targets.classes.places import Attributes
from archdsl.targets.classes.units import Units, keys, leave, signature_doc
from archdsl.targets.layout import docstring, lay_out
from archdsl.targets.outline import survey
from archdsl.targets.outline.describe import doc_lines
from archdsl.targets.outline.names import safe
from archdsl.targets.outline.parameters import row_of
from archdsl.targets.outline.scope import Scope
from archdsl.targets.outline.unit import Unit
from archdsl.targets.symbolic import Lit
from archdsl.targets.written import literal, table_doc


def write_net(
    units: Units, net: structure.Net, kept: Sequence[str], others: Sequence[structure.Net]
) -> list[str]:
    """The lines of the net's class; raises Mismatch where a kept parameter can't be one."""
    rows = [row_of(one, n) for n, one in enumerate([net, *others])]
    unit = Unit(
        safe(net.name),
        rows,
        block=net.block,
        constants=net.root.globals,
        kept=frozenset(kept),
        final=True,
    )
    dialect = units.dialect
    places = Attributes(dialect, keys(unit))
    writer = BodyWriter(units, unit, places)
    writer.comments = True
    arguments = _arguments(net, writer)
    outputs = {value: label for label, value in net.graph.outputs if label is not None}
    writer.name_values(survey.references(net.root.items) | outputs)
    flow = Flow()
    flow.current = arguments[0]
    start = writer.named.get(net.root.input)
    if start is not None and start not in arguments:  # x goes on, and a label refers to the input
        flow.assign(start, "x")
        flow.current = start
    scope = Scope(unit, channels=Lit(rows[0].shape.channels))
    ends = writer.body(net.block.body, rows, scope, flow)
    values = [value for _, value in net.graph.outputs]
    last = values == [ends[0].value] and values[0] not in writer.named
    results = [] if last else [writer.named[value] for value in values]
    returns = _returns(net, writer, flow, results)
    doc = doc_lines(net, {p.source for p in unit.parameters()}, dialect.heads)
    constructor = [
        *dialect.start,
        *dialect.first_statements(net.graph),
        *[f"        {line}" for line in _lets(unit)],
        *places.lines,
        *dialect.last_statements(net.graph),
    ]
    return [
        f"class {safe(net.name)}({dialect.base}):",
        *docstring(doc, 1),
        *_aux_weights(net),
        "",
        *lay_out("", signature_doc(dialect, unit), 1, " -> None:"),
        *(constructor or ["        pass"]),
        "",
        *_head(dialect, net, arguments, returns[0]),
        *flow.lines,
        *returns[1],
    ]


def _aux_weights(net: structure.Net) -> list[str]:
    """What each side head's loss counts, in the order of the outputs, for whoever trains it."""
    if not net.graph.aux:
        return []
    name = "aux_weights"
    while any(node.path.split(".")[0] == name for node in net.graph):
        name += "_"
    return ["", f"    {name} = {literal(tuple(a.weight for a in net.graph.aux))}"]


def _lets(unit: Unit) -> list[str]:
    return [
        line.removeprefix("        ")
        for n, e in unit.state.lets.items()
        if n in unit.state.used
        for line in lay_out(f"{n} = ", table_doc(e), 2)
    ]


def _arguments(net: structure.Net, writer: BodyWriter) -> list[str]:
    """The inputs' names in forward; labelled inputs by their labels."""
    names = []
    for label, value in net.graph.inputs:
        name = safe(label) if label else "x"
        if label:
            writer.named[value] = name
        names.append(name)
    return names


def _head(
    dialect: Dialect, net: structure.Net, arguments: Sequence[str], returns: str
) -> list[str]:
    shapes = [net.graph.nodes[v].shape for _, v in net.graph.inputs]
    written = ", ".join(f"{a}: {dialect.tensor}" for a in arguments)
    comment = ", ".join("x".join(str(n) for n in dialect.sizes(s)) for s in shapes)
    line = f"    def {dialect.method}(self, {written}) -> {returns}:"
    if len(line) > 88:
        inner = ",\n".join(f"        {a}: {dialect.tensor}" for a in arguments)
        head = [f"    def {dialect.method}(", "        self,"]
        return [*head, *f"{inner},".split("\n"), f"    ) -> {returns}:"]
    return [f"{line}  # {comment}" if len(line) + len(comment) + 4 <= 88 else line]


def _returns(
    net: structure.Net, writer: BodyWriter, flow: Flow, results: Sequence[str]
) -> tuple[str, list[str]]:
    """The return type, and the last statements of the method that applies the net."""
    tensor = writer.dialect.tensor
    if writer.aux:
        flow.flush()
        main = list(results) or [str(flow.current)]
        lines = [
            f"        if {writer.dialect.training}:",
            f"            return {', '.join([*main, *writer.aux])}",
            f"        return {', '.join(main)}",
        ]
        kind = f"tuple[{tensor}, ...]"
        return (kind if results else f"{tensor} | {kind}"), lines
    if results:
        kind = f"tuple[{', '.join([tensor] * len(results))}]"
        return kind if len(results) > 1 else tensor, [f"        return {', '.join(results)}"]
    before = len(flow.lines)
    leave(flow)
    last = flow.lines[before:] if len(flow.lines) > before else [flow.lines.pop()]
    del flow.lines[before:]
    return tensor, last
