"""Weight initialisation, once, at the end of a net's constructor."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from archdsl.ir.graph import Graph, Node
from archdsl.ir.values import Initializer
from archdsl.targets.layout import call, lay_out
from archdsl.targets.symbolic import literal
from archdsl.targets.template import helper

_Args = dict[str, float | str]
_RELU = 'nonlinearity="relu"'
_CALLS: dict[str, Callable[[_Args], list[str]]] = {
    "kaiming_normal": lambda a: [f"mode={literal(a['mode'])}", _RELU],
    "kaiming_uniform": lambda a: [f"mode={literal(a['mode'])}", _RELU],
    "xavier_normal": lambda a: _unless(a, gain=1.0),
    "xavier_uniform": lambda a: _unless(a, gain=1.0),
    "normal": lambda a: _unless(a, mean=0.0, std=1.0),
    "trunc_normal": lambda a: [*_unless(a, mean=0.0, std=1.0), *_bound(a)],
    "uniform": lambda a: [literal(a["low"]), literal(a["high"])],
    "constant": lambda a: [literal(a["value"])],
    "zeros": lambda a: [],
    "ones": lambda a: [],
}


def _unless(args: _Args, **defaults: float) -> list[str]:
    return [f"{n}={literal(args[n])}" for n, d in defaults.items() if args[n] != d]


def _bound(args: _Args) -> list[str]:
    bound = float(args["bound"])
    return [] if bound == 2.0 else [f"a={literal(-bound)}", f"b={literal(bound)}"]


@dataclass(frozen=True, slots=True)
class _Site:
    """A layer with weights: its class in PyTorch, how it is reached, its initialiser."""

    base: str
    path: str
    init: Initializer | None
    has_bias: bool


def statements(graph: Graph) -> list[str]:
    """Lines for the end of __init__; none where all is left to the framework."""
    sites = [site for node in graph for site in _site(graph, node)]
    if not any(s.init is not None for s in sites):
        return []
    by_base: dict[str, list[_Site]] = {}
    for site in sites:
        by_base.setdefault(site.base, []).append(site)
    rules: list[tuple[str, Initializer, bool]] = []
    exceptions: list[_Site] = []
    for base, members in by_base.items():
        inits = {s.init for s in members}
        if None in inits:  # some are left to the framework: those that aren't are named
            exceptions += [s for s in members if s.init is not None]
            continue
        most = max(inits, key=lambda i: (sum(s.init == i for s in members), str(i)))
        assert most is not None
        rules.append((base, most, any(s.has_bias for s in members)))
        exceptions += [s for s in members if s.init != most]
    return [*_loop(rules), *_named(exceptions)]


def _loop(rules: list[tuple[str, Initializer, bool]]) -> list[str]:
    """One clause for each initialiser; classes that share it share the clause."""
    if not rules:
        return []
    shared: dict[tuple[Initializer, bool], list[str]] = {}
    for base, init, has_bias in rules:
        shared.setdefault((init, has_bias), []).append(base)
    lines = ["        for module in self.modules():"]
    for n, ((init, has_bias), bases) in enumerate(shared.items()):
        test = f"isinstance(module, {' | '.join(bases)})"
        lines.append(f"            {'elif' if n else 'if'} {test}:")
        lines += _written(init, "module.weight", 4)
        if has_bias:  # its type is optional even where all of them have one
            lines.append("                if module.bias is not None:")
            lines.append("                    nn.init.zeros_(module.bias)")
    return lines


def _named(sites: list[_Site]) -> list[str]:
    lines: list[str] = []
    for site in sites:
        assert site.init is not None
        lines += _written(site.init, f"{site.path}.weight", 2)
        if site.has_bias:
            lines.append(f"        nn.init.zeros_({site.path}.get_parameter(\"bias\"))")
    return lines


def _written(init: Initializer, weight: str, indent: int) -> list[str]:
    args = _CALLS[init.name](dict(init.args))
    return lay_out("", call(f"nn.init.{init.name}_", [weight, *args]), indent)


def _site(graph: Graph, node: Node) -> list[_Site]:
    weights = node.op.weights(graph.input_shapes(node))
    names = {w.name for w in weights}
    if "weight" not in names:
        return []
    lowered = node.op.torch(graph.input_shapes(node), node.shape)
    assert lowered is not None
    assert lowered.module is not None
    base = lowered.module.target
    if lowered.module.helper is not None:
        found = re.search(rf"class {base}\((nn\.\w+)\)", helper("torch", lowered.module.helper))
        base = found.group(1) if found else base
    init = getattr(node.op, "init", None)
    return [_Site(base, _access(node.path), init, "bias" in names)]


def _access(path: str) -> str:
    """`self.classifier[6]` for the path `classifier.6`."""
    written = "self"
    for part in path.split("."):
        if part.isdigit():
            written += f"[{part}]"
        elif part.isidentifier():
            written += f".{part}"
        else:
            written = f'getattr({written}, "{part}")'
    return written
