"""A net as a class: its parameters that may stay ones, its inputs, outputs and side heads."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from archdsl.analysis.cost import cost
from archdsl.ir import structure
from archdsl.targets.base import Vary
from archdsl.targets.layout import docstring, lay_out
from archdsl.targets.outline import survey
from archdsl.targets.outline.names import safe
from archdsl.targets.outline.rows import Row, by_syntax, value_of
from archdsl.targets.outline.unit import Scope, Unit
from archdsl.targets.symbolic import Lit, literal
from archdsl.targets.torch import initialise
from archdsl.targets.torch.body import BodyWriter
from archdsl.targets.torch.flow import Flow
from archdsl.targets.torch.places import Attributes
from archdsl.targets.torch.units import Units, leave, signature_doc


def variations(net: structure.Net, vary: Vary) -> dict[str, list[structure.Net]]:
    """For each numeric parameter that may stay one: the same net with other values of it."""
    found: dict[str, list[structure.Net]] = {}
    shape = survey.signature(net.root)
    for name, known in net.root.args.items():
        others = []
        for value in _others(known.value):
            other = vary(net, name, value)
            if other is not None and survey.signature(other.root) == shape:
                others.append(other)
        if others:
            found[name] = others
    return found


def _others(value: object) -> Sequence[object]:
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        return ()
    if isinstance(value, int):
        return (2 * value, 3 * value) if value > 0 else ()
    return (value / 2, value * 2)


def row_of(net: structure.Net, owner: int) -> Row:
    names = {safe(n): value_of(k.value) for n, k in net.root.args.items()}
    return Row(net.graph, names, by_syntax(net.root.items), net.root.input, owner)


def write_net(
    units: Units, net: structure.Net, kept: Sequence[str], others: Sequence[structure.Net]
) -> list[str]:
    """The lines of the net's class; raises Mismatch where a kept parameter can't be one."""
    rows = [row_of(one, n) for n, one in enumerate([net, *others])]
    unit = Unit(
        net.name,
        rows,
        block=net.block,
        constants=net.root.globals,
        kept=frozenset(kept),
        final=True,
    )
    places = Attributes()
    writer = BodyWriter(units, unit, places)
    writer.comments = True
    arguments = _arguments(net, writer)
    outputs = {value: label or "x" for label, value in net.graph.outputs}
    several = len(outputs) > 1
    writer.name_values(survey.references(net.root.items) | (outputs if several else {}))
    flow = Flow()
    flow.current = writer.named.get(net.root.input, arguments[0])
    scope = Scope(unit, channels=Lit(rows[0].shape.channels))
    writer.body(net.block.body, rows, scope, flow)
    if several:
        flow.flush(writer.named.get(net.root.output))
    results = [writer.named[v] for v in outputs] if several else []
    returns = _returns(net, writer, flow, results)
    return [
        f"class {net.name}(nn.Module):",
        *docstring(_doc(net, unit), 1),
        "",
        *lay_out("", signature_doc(unit), 1, " -> None:"),
        "        super().__init__()",
        *[f"        {line}" for line in _lets(unit)],
        *places.lines,
        *initialise.statements(net.graph),
        "",
        *_forward_head(net, arguments, returns[0]),
        *flow.lines,
        *returns[1],
    ]


def _lets(unit: Unit) -> list[str]:
    from archdsl.targets.symbolic import text

    return [f"{n} = {text(e)}" for n, e in unit.state.lets.items() if n in unit.state.used]


def _arguments(net: structure.Net, writer: BodyWriter) -> list[str]:
    """The inputs' names in forward; labelled inputs by their labels."""
    names = []
    for label, value in net.graph.inputs:
        name = safe(label) if label else "x"
        writer.named[value] = name
        names.append(name)
    return names


def _forward_head(net: structure.Net, arguments: Sequence[str], returns: str) -> list[str]:
    shapes = [net.graph.nodes[v].shape for _, v in net.graph.inputs]
    written = ", ".join(f"{a}: Tensor" for a in arguments)
    comment = ", ".join("x".join(str(n) for n in s.channels_first) for s in shapes)
    line = f"    def forward(self, {written}) -> {returns}:"
    if len(line) > 88:
        inner = ",\n".join(f"        {a}: Tensor" for a in arguments)
        head = ["    def forward(", "        self,"]
        return [*head, *f"{inner},".split("\n"), f"    ) -> {returns}:"]
    return [f"{line}  # {comment}" if len(line) + len(comment) + 4 <= 88 else line]


def _returns(
    net: structure.Net, writer: BodyWriter, flow: Flow, results: Sequence[str]
) -> tuple[str, list[str]]:
    """The return type, and the last statements of forward."""
    if writer.aux:
        flow.flush()
        main = list(results) or [str(flow.current)]
        lines = [
            "        if self.training:",
            f"            return {', '.join([*main, *writer.aux])}",
            f"        return {', '.join(main)}",
        ]
        kind = "tuple[Tensor, ...]"
        return (kind if results else f"Tensor | {kind}"), lines
    if results:
        kind = f"tuple[{', '.join(['Tensor'] * len(results))}]"
        return kind, [f"        return {', '.join(results)}"]
    before = len(flow.lines)
    leave(flow)
    last = flow.lines[before:] if len(flow.lines) > before else [flow.lines.pop()]
    del flow.lines[before:]
    return "Tensor", last


def _doc(net: structure.Net, unit: Unit) -> list[str]:
    """The file's words, then shapes, parameters and MACs, and what is fixed."""
    report = cost(net)
    shapes = " and ".join(str(s) for s in report.inputs)
    outs = " and ".join(str(s) for s in report.outputs)
    totals = report.totals
    figures = f"{shapes} -> {outs}, {totals.params:,} parameters, {_macs(totals.macs)} MACs."
    text = [*(net.doc.splitlines() if net.doc else [net.name + "."]), "", figures]
    stays = {p.source for p in unit.parameters()}
    fixed = [
        f"{name}={shown}"
        for name, known in net.root.args.items()
        if name not in stays and (shown := _shown(known.value)) is not None
    ]
    if fixed:
        text += _wrapped(f"Made with {', '.join(fixed)}.")
    if net.graph.aux:
        heads = ", ".join(f"{a.label} (loss weight {a.weight:g})" for a in net.graph.aux)
        text += _wrapped(f"In training forward gives the side heads' outputs too: {heads}.")
    return text


def _wrapped(text: str) -> list[str]:
    return ["", text]


def _shown(value: object) -> str | None:
    from archdsl.ir.values import BlockValue, NoLayer, OpValue

    if isinstance(value, BlockValue | OpValue):
        name = value.block.name if isinstance(value, BlockValue) else value.op.keyword
        bound = ", ".join(f"{n}={_shown(v)}" for n, v in value.bound)
        return f"{name}({bound})" if bound else name
    if isinstance(value, NoLayer):
        return "none"
    try:
        return literal(value_of(value))
    except TypeError:
        return None


def _macs(macs: int) -> str:
    for size, unit in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if macs >= size:
            return f"{macs / size:.3g} {unit}"
    return str(macs)

