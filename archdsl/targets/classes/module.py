"""Nets to one module of classes, and the module's text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence

from archdsl import __version__
from archdsl.ir import structure
from archdsl.targets.base import Emission, Vary
from archdsl.targets.classes.dialect import Dialect
from archdsl.targets.classes.net import write_net
from archdsl.targets.classes.units import Module, Units
from archdsl.targets.layout import Brackets, docstring, lay_out
from archdsl.targets.outline import parameters
from archdsl.targets.outline.names import safe
from archdsl.targets.template import helper, render


def write_module(dialect: Dialect, nets: Sequence[structure.Net], vary: Vary) -> Module:
    """The classes of all nets and of the blocks that they share.

    Each net is tried with as many parameters as can stay parameters; where one can't, without it.
    """
    others = {net.name: parameters.variations(net, vary) for net in nets}
    return parameters.written(nets, others, lambda some, kept: _write(dialect, some, kept, others))


def _write(
    dialect: Dialect,
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
    units = Units(dialect, [(one.root, one.graph) for one in every], module)
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


def module_text(
    dialect: Dialect, module: Module, emission: Emission, constants: Sequence[str] = ()
) -> str:
    """The file. constants: statements before the classes."""
    classes = "\n\n\n".join("\n".join(lines) for _, lines in module.classes)
    nets = [safe(net.name) for net in emission.nets]
    main = "\n".join(line for net in emission.nets for line in dialect.run(net))
    before = "\n".join(constants)
    imports, helpers = _helpers(dialect, module, f"{before}\n{classes}")
    early = before and not _called(dialect, before)  # constants that call none of the helpers
    parts = [*helpers, *([before] if before and not early else []), classes]
    names = sorted((name for name, _ in module.classes), key=_order)
    exported = Brackets("", tuple(f'"{n}"' for n in names), brackets="[]")
    doc = emission.doc.splitlines() if emission.doc else []
    classes = "\n\n\n".join(parts)
    code = f"{before}\n{classes}\n\nif True:\n{main}"
    return render(
        f"{dialect.target}/module.py.jinja",
        version=__version__,
        file=re.sub(r"[^\x20-\x7e\x80-\uffff]|\n|\r", "?", emission.file),
        digest=emission.digest[:16],
        docstring="\n".join(docstring(doc or [f"{', '.join(nets)}, for {dialect.title}."], 0)),
        imports="\n".join(_imports(dialect, imports, _used(code))),
        all="\n".join(lay_out("__all__ = ", exported, 0)),
        constants=f"\n{before}\n" if early else "",
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


def _helpers(dialect: Dialect, module: Module, code: str) -> tuple[list[str], list[str]]:
    """The helpers' imports and their texts; those too that only expressions call."""
    imports: list[str] = []
    bodies: list[str] = []
    sources: dict[str, str] = {}
    wanted = set(module.helpers) | _called(dialect, code)
    while wanted:
        found = {name: helper(dialect.target, name) for name in wanted}
        sources |= found
        wanted = _called(dialect, "\n".join(found.values())) - sources.keys()
    for _, source in sorted(sources.items()):
        last = 0
        for node in ast.parse(source).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                imports.append(ast.get_source_segment(source, node) or "")
                last = node.end_lineno or 0
        bodies.append("\n".join(source.splitlines()[last:]).strip("\n"))
    imports += [f"from {path} import {name}" for path, name in module.foreign]
    return imports, bodies


def _called(dialect: Dialect, code: str) -> set[str]:
    """Helpers that the code calls by name."""
    return {dialect.helpers[name] for name in _used(code) & dialect.helpers.keys()}


def _imports(dialect: Dialect, extra: Iterable[str], used: set[str]) -> list[str]:
    """The standard library's, the framework's, the users' own: each group as linters sort it."""
    lines = [line for name, line in dialect.imports.items() if name in used]
    whole: dict[str, None] = {}
    members: dict[str, set[str]] = {}
    for line in [*lines, *extra]:
        found = re.fullmatch(r"from (\S+) import (.+)", line)
        if found:
            members.setdefault(found[1], set()).update(found[2].split(", "))
        else:
            whole[line] = None
    groups: tuple[list[str], ...] = ([], [], [])
    for line in sorted(whole):
        groups[_group(dialect, line.split()[1])].append(line)
    for path in sorted(members):
        named = ", ".join(sorted(members[path], key=_order))
        groups[_group(dialect, path)].append(f"from {path} import {named}")
    written: list[str] = []
    for group in groups:
        written += ["", *group] if written and group else group
    return written


_STANDARD = frozenset({"collections", "functools", "math", "typing"})


def _group(dialect: Dialect, path: str) -> int:
    package = path.split(".", maxsplit=1)[0]
    return 0 if package in _STANDARD else 1 if package in dialect.packages else 2
