"""What a net's docstring says: the file's words, shapes and figures, and what is fixed."""

from __future__ import annotations

from collections.abc import Collection

from archdsl.analysis.cost import cost
from archdsl.ir import structure
from archdsl.ir.values import BlockValue, NoLayer, OpValue
from archdsl.targets.outline.rows import value_of
from archdsl.targets.written import literal


def doc_lines(net: structure.Net, stays: Collection[str | None], heads: str) -> list[str]:
    """stays: parameters that the code still has; heads: what is said before the side heads."""
    report = cost(net)
    shapes = " and ".join(str(s) for s in report.inputs)
    outs = " and ".join(str(s) for s in report.outputs)
    totals = report.totals
    figures = f"{shapes} -> {outs}, {totals.params:,} parameters, {_macs(totals.macs)} MACs."
    text = [*net.doc.splitlines(), "", figures] if net.doc else [figures]
    fixed = [
        f"{name}={shown}"
        for name, known in net.root.args.items()
        if name not in stays and (shown := _shown(known.value)) is not None
    ]
    if fixed:
        text += ["", f"Made with {', '.join(fixed)}."]
    if net.graph.aux:
        found = ", ".join(f"{a.label} (loss weight {a.weight:g})" for a in net.graph.aux)
        text += ["", f"{heads}: {found}."]
    return text


def _shown(value: object) -> str | None:
    if isinstance(value, BlockValue | OpValue):
        name = value.block.name if isinstance(value, BlockValue) else value.op.keyword
        bound = ", ".join(f"{n}={_shown(v)}" for n, v in value.bound)
        return f"{name}({bound})" if bound else name
    if isinstance(value, NoLayer):
        return "none"
    if isinstance(value, list | tuple) and any(isinstance(v, list | tuple) for v in value):
        return None  # a table: the code shows it
    try:
        return literal(value_of(value))
    except TypeError:
        return None


def _macs(macs: int) -> str:
    for size, unit in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if macs >= size:
            return f"{macs / size:.3g} {unit}"
    return str(macs)
