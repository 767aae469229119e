"""PyTorch: nets to one module of classes."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence

from archdsl import __version__
from archdsl.diagnostics import Diagnostics
from archdsl.ir import structure
from archdsl.targets.base import Emission, Vary
from archdsl.targets.gaps import report_gaps
from archdsl.targets.layout import Brackets, docstring, lay_out
from archdsl.targets.outline import parameters
from archdsl.targets.outline.names import safe
from archdsl.targets.template import helper, render
from archdsl.targets.torch.net import write_net
from archdsl.targets.torch.units import Module, Units

_STANDARD = (
    ("math", "import math"),
    ("Callable", "from collections.abc import Callable"),
    ("OrderedDict", "from collections import OrderedDict"),
    ("partial", "from functools import partial"),
)


class TorchTarget:
    name = "torch"
    suffix = ".py"

    def emit(self, emission: Emission, diagnostics: Diagnostics) -> str | None:
        if report_gaps(emission.nets, self.name, diagnostics):
            return None
        module = write_module(emission.nets, emission.vary)
        return _text(module, emission)


def write_module(nets: Sequence[structure.Net], vary: Vary) -> Module:
    """The classes of all nets and of the blocks that they share.

    Each net is tried with as many parameters as can stay parameters; where one can't, without it.
    """
    others = {net.name: parameters.variations(net, vary) for net in nets}
    return parameters.written(nets, others, lambda some, kept: _write(some, kept, others))


def _write(
    nets: Sequence[structure.Net],
    kept: parameters.Kept,
    others: Mapping[str, parameters.Variations],
) -> Module:
    module = Module()
    every: list[structure.Net] = []
    with_others: list[tuple[structure.Net, list[structure.Net]]] = []
    for net in nets:
        varied = [one for name in kept[net.name] for one in others[net.name][name]]
        with_others.append((net, varied))
        every += [net, *varied]
    units = Units([(one.root, one.graph) for one in every], module)
    for net in nets:
        units.namer.take(safe(net.name))
    for net, varied in with_others:
        lines = write_net(units, net, kept[net.name], varied)
        module.classes.append((safe(net.name), lines))
    _drop_unused(module, {safe(net.name) for net in nets})
    return module


def _drop_unused(module: Module, nets: set[str]) -> None:
    """Classes that were made for a form that then wasn't taken."""
    while True:
        text = {name: "\n".join(lines[1:]) for name, lines in module.classes}
        used = {
            name
            for name in text
            if any(re.search(rf"\b{name}\b", body) for other, body in text.items() if other != name)
        }
        kept = [(name, lines) for name, lines in module.classes if name in used | nets]
        if len(kept) == len(module.classes):
            return
        module.classes = kept


# ------------------------------------------------------------------------------- the file


def _text(module: Module, emission: Emission) -> str:
    classes = "\n\n\n".join("\n".join(lines) for _, lines in module.classes)
    nets = [safe(net.name) for net in emission.nets]
    main = "\n".join(_main(emission.nets))
    imports, helpers = _helpers(module, classes)
    classes = "\n\n\n".join([*helpers, classes])
    names = sorted((name for name, _ in module.classes), key=_order)
    exported = Brackets("", tuple(f'"{n}"' for n in names), brackets="[]")
    doc = emission.doc.splitlines() if emission.doc else [f"{', '.join(nets)}, for PyTorch."]
    return render(
        "torch/module.py.jinja",
        version=__version__,
        file=re.sub(r"[^\x20-\x7e\x80-\uffff]|\n|\r", "?", emission.file),
        digest=emission.digest[:16],
        docstring="\n".join(docstring(doc, 0)),
        imports="\n".join(_imports(imports, classes)),
        all="\n".join(lay_out("__all__ = ", exported, 0)),
        classes=classes,
        main=main,
    )


def _order(name: str) -> tuple[object, ...]:
    """The order of `__all__` that linters want: constants' case first, numbers by value."""
    parts = [int(p) if p.isdigit() else p for p in re.split(r"(\d+)", name)]
    return (not (len(name) > 1 and name.isupper()), parts)


def _used(code: str) -> set[str]:
    """Names that the code uses: not its attributes, not its docstrings' words."""
    return {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}


def _helpers(module: Module, classes: str) -> tuple[list[str], list[str]]:
    """The helpers' imports and their classes; `round_to` where an expression calls it."""
    imports: list[str] = []
    bodies: list[str] = []
    wanted = list(module.helpers)
    if "round_to" in _used(classes):
        wanted.append("round_to")
    for name in sorted(wanted):
        source = helper("torch", name)
        parsed = ast.parse(source)
        last = 0
        for node in parsed.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                imports.append(ast.get_source_segment(source, node) or "")
                last = node.end_lineno or 0
        bodies.append("\n".join(source.splitlines()[last:]).strip("\n"))
    imports += [f"from {path} import {name}" for path, name in module.foreign]
    return imports, bodies


def _imports(extra: Sequence[str], classes: str) -> list[str]:
    used = _used(classes)
    standard = [line for name, line in _STANDARD if name in used]
    framework = ["import torch", "from torch import Tensor, nn"]
    others: list[str] = []
    for line in extra:
        if line in framework or line.startswith("from torch import") or line in standard:
            continue
        if line.startswith(("from torch", "import torch")):
            framework.append(line)
        elif line.startswith(("import math", "from collections", "from functools")):
            standard.append(line)
        else:
            others.append(line)

    def ordered(lines: Sequence[str]) -> list[str]:
        return sorted(dict.fromkeys(lines), key=lambda li: (li.startswith("from"), li))

    found = ordered(standard)
    if found:
        found.append("")
    found += ordered(framework)
    return [*found, *ordered(others)] if not others else [*found, "", *ordered(others)]


def _main(nets: Sequence[structure.Net]) -> list[str]:
    """One forward pass of each net, its output's shape printed."""
    lines: list[str] = []
    for net in nets:
        shapes = [net.graph.nodes[v].shape.channels_first for _, v in net.graph.inputs]
        inputs = [f"torch.randn(1, {', '.join(str(n) for n in s)})" for s in shapes]
        several = len(net.graph.outputs) > 1
        made = Brackets(f"{safe(net.name)}().eval()", tuple(inputs))
        if several:
            lines += lay_out("outputs = ", made, 1)
            shown = "[tuple(output.shape) for output in outputs]"
        else:
            lines += lay_out("output = ", made, 1)
            shown = "tuple(output.shape)"
        lines.append(f'    print("{net.name}", {shown})')
    return lines
