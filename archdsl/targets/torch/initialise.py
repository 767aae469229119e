"""Weight initialisation, once, at the end of a net's constructor."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from archdsl.ir.graph import Graph, Node
from archdsl.ir.values import Initializer
from archdsl.targets.layout import call, lay_out
from archdsl.targets.template import helper
from archdsl.targets.written import literal

_Args = dict[str, float | str]


def _kaiming(args: _Args) -> list[str]:
    """PyTorch's gain is sqrt(2 / (1 + a ** 2)), which is relu's where `a` is 0."""
    square = round(float(args["gain"]) ** 2, 12)
    mode = f"mode={literal(args['mode'])}"
    if square in (2.0, 1.0):
        return [mode, f'nonlinearity="{"relu" if square == 2 else "linear"}"']
    if square > 2 or square == 0:
        return [mode, 'nonlinearity="linear"']  # and scaled, below
    slope = round(2 / square - 1, 9)
    written = f"math.sqrt({int(slope)})" if slope.is_integer() else literal(math.sqrt(slope))
    return [f"a={written}", mode]


_CALLS: dict[str, Callable[[_Args], list[str]]] = {
    "kaiming_normal": _kaiming,
    "kaiming_uniform": _kaiming,
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
    grouped: bool = False


def statements(graph: Graph) -> list[str]:
    """Lines for the end of __init__; none where all is left to the framework."""
    shifted = _shifted(graph)
    sites = [site for node in graph for site in _site(graph, node, shifted)]
    if not any(s.init is not None for s in sites):
        return []
    by_base: dict[str, list[_Site]] = {}
    for site in sites:
        by_base.setdefault(site.base, []).append(site)
    rules: list[_Rule] = []
    exceptions: list[_Site] = []
    for base, members in by_base.items():
        inits = {s.init for s in members}
        if None in inits:  # some are left to the framework: those that aren't are named
            exceptions += [s for s in members if s.init is not None]
            continue
        grouped = [s for s in members if s.grouped]
        if len({s.init for s in grouped}) == 1 and grouped[0].init not in {
            s.init for s in members if not s.grouped
        }:
            rules.insert(0, _rule(f"isinstance(module, {base}) and module.groups > 1", grouped))
            members = [s for s in members if not s.grouped]
            inits = {s.init for s in members}
        if not members:
            continue
        most = max(inits, key=lambda i: (sum(s.init == i for s in members), str(i)))
        rules.append(_rule(base, [s for s in members if s.init == most]))
        exceptions += [s for s in members if s.init != most]
    return [*_loop(rules), *_named(exceptions)]


@dataclass(frozen=True, slots=True)
class _Rule:
    """test: a class, or a whole condition"""

    test: str
    init: Initializer
    bias: bool


def _rule(test: str, sites: list[_Site]) -> _Rule:
    init = sites[0].init
    assert init is not None
    bias = any(s.has_bias for s in sites) and init.bias != "fan_in"
    return _Rule(test, init if bias else replace(init, bias=0.0), bias)


def _loop(rules: list[_Rule]) -> list[str]:
    """One clause for each initialiser; classes that share it share the clause."""
    if not rules:
        return []
    shared: dict[tuple[Initializer, bool, bool], list[str]] = {}
    for rule in rules:
        shared.setdefault((rule.init, rule.bias, "(" in rule.test), []).append(rule.test)
    lines = ["        for module in self.modules():"]
    for n, ((init, bias, whole), tests) in enumerate(shared.items()):
        test = tests[0] if whole else f"isinstance(module, {' | '.join(tests)})"
        lines.append(f"            {'elif' if n else 'if'} {test}:")
        lines += _written(init, "module.weight", 4)
        if bias:  # its type is optional even where all of them have one
            lines.append("                if module.bias is not None:")
            lines.append(f"                    {_bias(init, 'module.bias')}")
    return lines


def _named(sites: list[_Site]) -> list[str]:
    lines: list[str] = []
    for site in sites:
        assert site.init is not None
        lines += _written(site.init, _weight(site.path), 2)
        if site.has_bias and site.init.bias != "fan_in":
            bias = f'{site.path}.get_parameter("bias")'
            lines.append(f"        {_bias(site.init, bias)}")
    return lines


def _weight(path: str) -> str:
    """Of a child that is reached by its number nothing is known but that it is a module."""
    return f'{path}.get_parameter("weight")' if path.endswith("]") else f"{path}.weight"


def _written(init: Initializer, weight: str, indent: int) -> list[str]:
    args = dict(init.args)
    gain = float(args.get("gain", 1.0)) if init.name.startswith("kaiming") else 1.0
    lines = lay_out("", call(f"nn.init.{init.name}_", [weight, *_CALLS[init.name](args)]), indent)
    if round(gain * gain, 12) > 2 or round(gain * gain, 12) == 0:
        lines.append(f"{'    ' * indent}{weight}.data.mul_({literal(gain)})")
    return lines


def _bias(init: Initializer, bias: str) -> str:
    """Nothing is written for "fan_in": that is how PyTorch's layers begin."""
    if init.bias == 0:
        return f"nn.init.zeros_({bias})"
    return f"nn.init.constant_({bias}, {literal(init.bias)})"


def _site(graph: Graph, node: Node, shifted: Collection[str]) -> list[_Site]:
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
    grouped = any(a.name == "groups" and a.value != 1 for a in lowered.module.args)
    return [_Site(base, _access(node.path, shifted), init, "bias" in names, grouped)]


def _shifted(graph: Graph) -> frozenset[str]:
    """Levels where a child's number isn't its position: names or lone parameters are among them."""
    children: dict[str, dict[str, bool]] = {}
    for node in graph:
        parts = node.path.split(".")
        for i, part in enumerate(parts):
            last = i == len(parts) - 1 and node.op.lone_parameter
            children.setdefault(".".join(parts[:i]), {}).setdefault(part, last)
    return frozenset(
        parent
        for parent, found in children.items()
        if any(found.values()) or list(found) != [str(i) for i in range(len(found))]
    )


def _access(path: str, shifted: Collection[str]) -> str:
    """`self.classifier[6]` for the path `classifier.6`."""
    written, parent = "self", ""
    for part in path.split("."):
        if part.isdigit() and parent not in shifted:
            written += f"[{part}]"
        elif part.isidentifier() and not part.startswith("__"):
            written += f".{part}"
        else:
            written = f'getattr({written}, "{part}")'
        parent = f"{parent}.{part}" if parent else part
    return written
