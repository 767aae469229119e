"""A net as a function that makes a keras.Model: its parameters, inputs, outputs, side heads."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from archdsl.ir import structure
from archdsl.targets.keras.body import BodyWriter
from archdsl.targets.keras.flow import Flow, Statement, finish
from archdsl.targets.keras.names import output_names
from archdsl.targets.keras.paths import Level, Path
from archdsl.targets.keras.units import Units, parameters
from archdsl.targets.layout import INDENT, Brackets, call, docstring, lay_out
from archdsl.targets.outline import describe
from archdsl.targets.outline.names import safe
from archdsl.targets.outline.parameters import row_of
from archdsl.targets.outline.rows import output_of
from archdsl.targets.outline.scope import Scope
from archdsl.targets.outline.unit import IN_CHANNELS, Unit
from archdsl.targets.symbolic import Lit
from archdsl.targets.written import literal


def write_net(
    units: Units,
    net: structure.Net,
    kept: Sequence[str],
    others: Sequence[structure.Net],
    step: int | None,
) -> list[str]:
    """The lines of the net's function; raises Mismatch where a kept parameter can't be one.

    step: of the input's sizes that it is right for; None: of no others
    """
    rows = [row_of(one, n) for n, one in enumerate([net, *others])]
    unit = Unit(
        safe(net.name),
        rows,
        block=net.block,
        constants=net.root.globals,
        kept=frozenset(kept),
        final=True,
    )
    writer = BodyWriter(units, unit)
    writer.comments = True
    if net.graph.aux:
        writer.heads = "training_heads"
    flow = Flow([], Level(Path(), positional=False))
    last = reduce(lambda value, item: output_of(item, value), net.root.items, net.root.input)
    several = [v for _, v in net.graph.outputs] != [last]
    ends = {
        (row.owner, value): label or "output"
        for row in rows
        for label, value in row.graph.outputs
        if several
    }
    size = writer.variables.fresh("size", "input_size") if step is not None else None
    inputs = _inputs(net, writer, flow, size)
    writer.variables.name_labels(rows, ends)
    flow.variable = "x"
    scope = Scope(unit, channels=Lit(rows[0].shape.channels))
    writer.body(net.block.body, rows, scope, flow)
    outputs = _outputs(net, writer, flow, several)
    made = call("keras.Model", [inputs, outputs, f'name="{net.name}"'])
    flow.emit("return ", made)
    named = [_size_parameter(net, size)] if size is not None else []
    named += [f"{writer.heads}: bool = False"] if writer.heads else []
    head = Brackets(f"def {safe(net.name)}", tuple(parameters(unit, named)))
    stays = [p.source for p in unit.parameters()]
    told = f"With {writer.heads} it gives a dict, with the side heads' outputs by label"
    return [
        *lay_out("", head, 0, " -> keras.Model:"),
        *docstring(describe.doc_lines(net, stays, told), 1),
        *(_size_check(net, size, step) if size is not None and step is not None else ()),
        *finish(flow.statements, IN_CHANNELS),
    ]


def _spatial(net: structure.Net) -> tuple[int, ...]:
    return net.graph.nodes[net.graph.inputs[0][1]].shape.spatial


def _size_parameter(net: structure.Net, name: str) -> str:
    spatial = _spatial(net)
    return f"{name}: tuple[{', '.join('int' for _ in spatial)}] = {literal(spatial)}"


def _size_check(net: structure.Net, name: str, step: int) -> list[str]:
    """Where padding is written as numbers, sizes for which it would be others are refused."""
    if step == 1:
        return []
    spatial = _spatial(net)
    test = " or ".join(f"({name}[{i}] - {n}) % {step}" for i, n in enumerate(spatial))
    shown = "x".join(str(n) for n in spatial)
    said = f"{net.name} is padded for {shown} and sizes that differ by multiples of {step}"
    return [
        f"{INDENT}if {test}:",
        *lay_out("raise ", Brackets("ValueError", (literal(said),)), 2),
    ]


def _inputs(net: structure.Net, writer: BodyWriter, flow: Flow, size: str | None) -> str:
    """The statements that make the inputs, and how the model is given them."""
    names: list[str] = []
    for label, value in net.graph.inputs:
        shape = net.graph.nodes[value].shape.channels_last
        name = "inputs"
        parts = [literal(shape) if size is None else f"(*{size}, {shape[-1]})"]
        if label is not None:
            name = writer.variables.fresh(safe(label))
            parts.append(f'name="{label}"')
        flow.statements.append(Statement(1, call("keras.Input", parts), name))
        for row in writer.unit.rows:
            for other, place in row.graph.inputs:
                if other == label and label is not None:
                    writer.variables.labelled[(row.owner, place)] = name
        if value == net.root.input:
            flow.current = name
        names.append(name)
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]"


def _outputs(net: structure.Net, writer: BodyWriter, flow: Flow, several: bool) -> str:
    if several:
        main = [writer.variables.labelled[(0, v)] for _, v in net.graph.outputs]
        if not writer.aux:
            return main[0] if len(main) == 1 else f"[{', '.join(main)}]"
    else:
        last = flow.last()
        if last is not None or writer.aux:
            flow.rename("outputs")
            flow.statements[-1].comment = ""
        main = [flow.current]
    if not writer.aux:
        return main[0]
    keys = [literal(name) for name in output_names(net.graph)]
    pairs = zip(keys, [*main, *writer.aux], strict=True)
    both = Brackets("", tuple(f"{key}: {name}" for key, name in pairs), brackets="{}")
    assert writer.heads is not None
    if several:
        alone = main[0] if len(main) == 1 else f"[{', '.join(main)}]"
        flow.statements.append(Statement(1, alone, "outputs"))
    flow.emit("if ", writer.heads, ":")
    flow.statements.append(Statement(2, both, "outputs"))
    return "outputs"
