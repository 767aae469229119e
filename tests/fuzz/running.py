"""The whole way from a text to code and picture, and what must hold on it."""

from __future__ import annotations

import ast
import io
import types
from contextlib import suppress
from typing import Any

import archdsl
from archdsl.driver.errors import CompileError
from archdsl.targets.outline.names import safe
from tests.support import interpreter


class Wrong(AssertionError):
    """Generated code that isn't what was promised."""


LIMITS = {"nodes": 3_000, "steps": 6_000, "work": 100_000, "list": 5_000}


def compile_all(text: str, *, most: int = 2) -> list[Any]:
    """The first nets of a text, elaborated and emitted for every target; [] if it is refused."""
    try:
        spec = archdsl.loads(text, limits=LIMITS)
        nets = [spec.net(name) for name in spec.nets[:most]]
    except CompileError as error:
        if not str(error) or len(error.diagnostics) == 0:
            raise Wrong("an error without words") from None
        return []
    for net in nets:
        source = net.source("torch")
        ast.parse(source)
        with suppress(CompileError):  # a gap that is said
            ast.parse(net.source("keras"))
        if not net.diagram().dot.startswith(("digraph", "#", "//", "strict")):
            raise Wrong("no picture")
        net.cost()
    return nets


def equals_the_graph(net: Any, seed: int = 0) -> None:
    """The generated module against the graph run node by node, in double precision."""
    import torch

    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        _equals_the_graph(torch, net, seed)
    finally:
        torch.set_default_dtype(before)


def _equals_the_graph(torch: Any, net: Any, seed: int) -> None:
    source = net.source("torch")
    module = types.ModuleType("fuzzed")
    exec(compile(source, "fuzzed.py", "exec"), module.__dict__)
    model = getattr(module, safe(net.name))().eval()
    expected = interpreter.keys(net.graph)
    found = {k: tuple(v.shape) for k, v in model.state_dict().items()}
    if found != expected:
        raise Wrong(f"keys: {sorted(set(found.items()) ^ set(expected.items()))[:6]}")
    interpreter.randomise(model, seed)
    generator = torch.Generator().manual_seed(seed)
    shapes = [net.graph.nodes[i].shape for _, i in net.graph.inputs]
    inputs = [torch.randn(2, *s.channels_first, generator=generator) for s in shapes]
    with torch.no_grad():
        outputs = model(*inputs)
        wanted = interpreter.run(net.graph, model.state_dict(), inputs)
    outputs = list(outputs) if isinstance(outputs, tuple) else [outputs]
    for ours, theirs in zip(outputs, wanted, strict=True):
        if ours.shape != theirs.shape or not torch.allclose(
            ours, theirs, 1e-6, 1e-9, equal_nan=True
        ):
            raise Wrong("other values")
    with io.StringIO():
        model.train()
        with torch.no_grad():
            model(*inputs)
