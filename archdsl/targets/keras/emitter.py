"""Keras: nets to one module of functions."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence

from archdsl import __version__
from archdsl.diagnostics import Diagnostics
from archdsl.ir import structure
from archdsl.ir.graph import Graph, Node
from archdsl.ir.op import KerasLowering
from archdsl.targets.base import Emission, RecipeEmission
from archdsl.targets.gaps import report_gaps
from archdsl.targets.keras import sizes
from archdsl.targets.keras.aliases import Aliases
from archdsl.targets.keras.gaps import Unsupported
from archdsl.targets.keras.initial import Initializers
from archdsl.targets.keras.names import own_names, report_clashes
from archdsl.targets.keras.net import write_net
from archdsl.targets.keras.units import Module, Units
from archdsl.targets.layout import Brackets, docstring, lay_out
from archdsl.targets.outline import parameters
from archdsl.targets.outline.names import safe
from archdsl.targets.outline.rows import Mismatch
from archdsl.targets.outline.words import words
from archdsl.targets.template import helper, render

_NOT_YET = "E602"
_STANDARD = (
    ("math.", "import math"),
    ("Callable[", "from collections.abc import Callable"),
    ("partial(", "from functools import partial"),
    (r"Any\b", "from typing import Any"),
)
_SHARED = "# One initializer draws the same numbers again: each layer makes its own from this."
_FORMAT = "# Maps are height x width x channels, whatever keras.config says."


class KerasTarget:
    name = "keras"
    suffix = ".py"

    def lower(self, graph: Graph, node: Node) -> object:
        return _lower(graph, node)

    def emit(self, emission: Emission, diagnostics: Diagnostics) -> str | None:
        if report_gaps(emission.nets, self.name, self.lower, diagnostics):
            return None
        if report_clashes(emission.nets, diagnostics):
            return None
        nets = emission.nets
        others = {net.name: parameters.variations(net, emission.vary) for net in nets}
        try:
            known = Initializers(words(nets))
            steps = {net.name: sizes.step(net, emission.resize) for net in nets}
            module = parameters.written(
                nets, others, lambda some, kept: _write(some, kept, others, known, steps)
            )
        except Unsupported as gap:
            notes = [gap.note] if gap.note else []
            message = f"{gap.what} can't be compiled for keras yet"
            diagnostics.error(_NOT_YET, message, gap.span, notes=notes, help=gap.help)
            return None
        except Mismatch as gap:
            for net in nets:
                message = f"`{net.name}` can't be compiled for keras yet"
                diagnostics.error(_NOT_YET, message, net.block.name_span, notes=[str(gap)])
            return None
        return _text(module, emission)

    def emit_recipe(
        self, emission: RecipeEmission, diagnostics: Diagnostics
    ) -> dict[str, str] | None:
        """The module of the nets, and the scripts that train and measure them."""
        from archdsl.targets.keras.recipe import write_scripts
        from archdsl.targets.keras.recipe.refused import report_refused
        from archdsl.targets.recipe.files import Header

        if report_refused(emission, diagnostics):
            return None
        module = self.emit(emission.model, diagnostics)
        if module is None:
            return None
        header = Header(emission.model.file, emission.model.digest)
        return {"model.py": module, **write_scripts(emission, header)}


def _lower(graph: Graph, node: Node) -> KerasLowering | None:
    return node.op.keras(graph.input_shapes(node), node.shape)


def _write(
    nets: Sequence[structure.Net],
    kept: parameters.Kept,
    others: Mapping[str, parameters.Variations],
    initializers: Initializers,
    steps: Mapping[str, int | None],
) -> Module:
    aliases = Aliases(nets, initializers)
    module = Module(aliases, initializers, own_names(nets))
    varied = {
        net.name: [one for name in kept[net.name] for one in others[net.name][name]] for net in nets
    }
    every = [one for net in nets for one in (net, *varied[net.name])]
    taken = frozenset(safe(net.name) for net in nets)
    units = Units([(one.root, one.graph) for one in every], module, taken)
    for net in nets:
        lines = write_net(units, net, kept[net.name], varied[net.name], steps[net.name])
        module.functions.append((safe(net.name), lines))
    return module


# ------------------------------------------------------------------------------- the file


def _text(module: Module, emission: Emission) -> str:
    nets = [safe(net.name) for net in emission.nets]
    functions = "\n\n\n".join("\n".join(lines) for _, lines in module.functions)
    extra, helpers = _helpers(module, functions)
    code = "\n\n\n".join([*helpers, functions])
    aliases = module.aliases.lines(functions)
    constants = _constants(module, "\n".join([functions, *aliases]))
    blocks = [*constants, *([_FORMAT, *aliases] if aliases else [])]
    head = "\n".join(blocks).rstrip("\n")
    names = sorted((name for name, _ in module.functions), key=_order)
    exported = Brackets("", tuple(f'"{n}"' for n in names), brackets="[]")
    doc = emission.doc.splitlines() if emission.doc else [f"{', '.join(nets)}, for Keras."]
    return render(
        "keras/module.py.jinja",
        version=__version__,
        file=re.sub(r"[^\x20-\x7e\x80-\uffff]|\n|\r", "?", emission.file),
        digest=emission.digest[:16],
        docstring="\n".join(docstring(doc, 0)),
        imports="\n".join(_imports(extra, f"{head}\n{code}")),
        all="\n".join(lay_out("__all__ = ", exported, 0)),
        constants=f"\n{head}\n" if head else "",
        functions=code,
        main="\n".join(
            f'    print("{net.name}", {name}().output_shape)'
            for net, name in zip(emission.nets, nets, strict=True)
        ),
    )


def _constants(module: Module, text: str) -> list[str]:
    known = module.initializers
    used = [n for n in known.constants if re.search(rf"\b{n}\b", text)]
    lines = [line for name in used for line in known.lines(name)]
    return [_SHARED, *lines, ""] if lines else []


def _order(name: str) -> tuple[object, ...]:
    """The order of `__all__` that linters want: constants' case first, numbers by value."""
    parts = [int(p) if p.isdigit() else p for p in re.split(r"(\d+)", name)]
    return (not (len(name) > 1 and name.isupper()), not name[:1].isupper(), parts)


def _helpers(module: Module, functions: str) -> tuple[list[str], list[str]]:
    """The helpers' imports and their classes; `round_to` where an expression calls it."""
    imports: list[str] = []
    bodies: list[str] = []
    wanted = list(module.helpers)
    if re.search(r"\bround_to\(", functions):
        wanted.append("round_to")
    for name in sorted(wanted):
        source = helper("keras", name)
        last = 0
        for node in ast.parse(source).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                imports.append(ast.get_source_segment(source, node) or "")
                last = node.end_lineno or 0
        bodies.append("\n".join(source.splitlines()[last:]).strip("\n"))
    imports += [f"from {path} import {name}" for path, name in module.foreign]
    return imports, bodies


def _imports(extra: Sequence[str], code: str) -> list[str]:
    """Standard library, then frameworks, then the user's own: each sorted as linters want."""
    standard = [line for mark, line in _STANDARD if re.search(rf"(?<![\w.]){_mark(mark)}", code)]
    members = {"layers"} | ({"initializers"} if "initializers." in code else set())
    third = ["import keras"]
    others: list[str] = []
    for line in extra:
        found = re.fullmatch(r"from keras import (.+)", line)
        if found:
            members |= set(found[1].split(", "))
        elif line in ("import keras", "import numpy as np"):
            third.append(line)
        elif line not in standard and not re.match(r"(import|from) (math|typing|functools)", line):
            others.append(line)
    if "layers." in code:
        third.append(f"from keras import {', '.join(sorted(members))}")

    def ordered(lines: Sequence[str]) -> list[str]:
        return sorted(dict.fromkeys(lines), key=lambda li: (li.startswith("from"), li))

    return [*ordered(standard), *([""] if standard else []), *ordered([*third, *others])]


def _mark(mark: str) -> str:
    return mark if "\\" in mark else re.escape(mark)
