"""From text to elaborated nets, for tests."""

from __future__ import annotations

from collections.abc import Mapping

from archdsl.diagnostics import Diagnostic, Diagnostics, Source, Span
from archdsl.elaborate import (
    LoadError,
    Program,
    check_program,
    elaborate_net,
    load_program,
)
from archdsl.elaborate.nets import Shapes
from archdsl.ir.structure import Net
from archdsl.syntax import tree
from archdsl.syntax.parser import parse

NAME = "net.arch"


class Texts:
    """A loader of texts by their path."""

    def __init__(self, files: Mapping[str, str], diagnostics: Diagnostics) -> None:
        self.diagnostics = diagnostics
        self.sources = {path: Source(path, text) for path, text in files.items()}
        self.parsed: dict[str, tree.File] = {}
        self.asked: list[tuple[str, str]] = []

    def load(self, path: str, from_file: str, span: Span) -> tuple[Source, tree.File] | None:
        self.asked.append((path, from_file))
        if path not in self.sources:
            raise LoadError(f'there is no "{path}"', help="look for it")
        if path not in self.parsed:
            self.parsed[path] = parse(self.sources[path], self.diagnostics)
        return self.sources[path], self.parsed[path]


def program(text: str, diagnostics: Diagnostics, files: Mapping[str, str] | None = None) -> Program:
    loader = Texts({NAME: text, **(files or {})}, diagnostics)
    source = loader.sources[NAME]
    file = loader.parsed[NAME] = parse(source, diagnostics)
    assert not diagnostics.failed, [str(d.message) for d in diagnostics]
    return load_program(source, file, loader, diagnostics)


def elaborated(
    text: str,
    name: str | None = None,
    settings: Mapping[str, object] | None = None,
    shapes: Shapes = None,
    files: Mapping[str, str] | None = None,
) -> Net:
    """The net of this name, or the last that needs nothing; there must be no errors."""
    diagnostics = Diagnostics()
    found = program(text, diagnostics, files)
    check_program(found, diagnostics)
    given = settings or {}
    ready = [n for n, info in found.nets.items() if not set(info.required) - set(given)]
    net = elaborate_net(found, name or ready[-1], diagnostics, given, shapes)
    assert not diagnostics.items, [f"{d.span}: {d.message}" for d in diagnostics]
    assert net is not None
    return net


def net_of(body: str, shape: str = "8x8x4", **kwargs: object) -> Net:
    """A net of this body."""
    return elaborated(f"net N {{ input {shape}\n{body}\n}}", **kwargs)  # type: ignore[arg-type]


def errors(text: str, files: Mapping[str, str] | None = None) -> list[Diagnostic]:
    """All errors of a file: those found statically, and in every net that needs nothing."""
    diagnostics = Diagnostics()
    found = program(text, diagnostics, files)
    check_program(found, diagnostics)
    for name, info in found.nets.items():
        if not info.required:
            elaborate_net(found, name, diagnostics)
    return list(diagnostics)


def body_errors(body: str) -> list[Diagnostic]:
    """The errors of a net with this body, which begins in line 2."""
    return errors(f"net N {{ input 8x8x4\n{body}\n}}")


def paths(net: Net) -> list[str]:
    """Paths of all nodes but inputs and joins."""
    kinds = ("input", "add", "concat", "mul")
    return [node.path for node in net.graph if node.op.keyword not in kinds]


def shapes(net: Net) -> list[str]:
    return [str(node.shape) for node in net.graph]


def weights(net: Net) -> dict[str, tuple[int, ...]]:
    """Every weight's name and shape."""
    return {
        f"{node.path}.{weight.name}": weight.shape
        for node in net.graph
        for weight in node.op.weights(net.graph.input_shapes(node))
    }


def attribute(net: Net, path: str, name: str) -> object:
    """An attribute of the node at a path."""
    (node,) = [node for node in net.graph if node.path == path]
    return getattr(node.op, name)
