"""The names that a part of a tree mentions, whatever they stand for there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from archdsl.diagnostics import Span
from archdsl.syntax import tree

_CHILDREN: dict[type, tuple[str, ...] | None] = {}


def nodes(*parts: object) -> Iterator[object]:
    """All nodes of the trees, in the text's order."""
    stack: list[object] = list(reversed(parts))
    while stack:
        node = stack.pop()
        if type(node) is tuple:
            stack += reversed(node)
            continue
        children = _children(node)
        if children is not None:
            yield node
            stack += [getattr(node, name) for name in children]


def mentions(*parts: object) -> Iterator[tuple[str, Span]]:
    """Every name used in `parts`, with where: of layers, calls, values, nets varied."""
    for node in nodes(*parts):
        yield from mentioned(node)


def mentioned(node: object) -> tuple[tuple[str, Span], ...]:
    """The name that a node itself uses, if any."""
    match node:
        case tree.Name():
            return ((node.name, node.span),)
        case tree.Use() | tree.CallExpr():
            return ((node.name, node.name_span),)
        case tree.Variant():
            return ((node.base, node.base_span),)
        case tree.InitRule():
            return ((node.op, node.op_span),)
        case tree.Scaling():
            return ((node.net, node.net_span),)
    return ()


def _children(node: object) -> tuple[str, ...] | None:
    """The fields in which other nodes may stand, the last one first; None: it is no node."""
    kind = type(node)
    if kind not in _CHILDREN:
        found = None
        if is_dataclass(node) and not isinstance(node, Span):
            found = tuple(f.name for f in reversed(fields(node)) if not f.name.endswith("span"))
        _CHILDREN[kind] = found
    return _CHILDREN[kind]
