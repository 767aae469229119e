"""Walks over trees without recursion: an `else if` nests deeper than Python's stack allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from archdsl.diagnostics import Span

__all__ = ["nodes", "same"]


_known: dict[type, tuple[str, ...]] = {Span: ()}


def _names(kind: type) -> tuple[str, ...]:
    """The fields that say what was written."""
    if kind not in _known:
        shown = fields(kind) if is_dataclass(kind) else ()
        _known[kind] = tuple(f.name for f in shown if f.compare)
    return _known[kind]


def nodes(root: object) -> Iterator[object]:
    """All nodes below `root`, itself included, in no order."""
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, tuple):
            stack.extend(node)
        elif names := _names(type(node)):
            yield node
            stack.extend(getattr(node, name) for name in names)


def same(left: object, right: object) -> bool:
    """Whether two trees are equal, wherever their parts stand."""
    stack = [(left, right)]
    while stack:
        a, b = stack.pop()
        if type(a) is not type(b):
            return False
        if isinstance(a, tuple) and isinstance(b, tuple):
            if len(a) != len(b):
                return False
            stack.extend(zip(a, b, strict=True))
        elif names := _names(type(a)):
            stack.extend((getattr(a, name), getattr(b, name)) for name in names)
        elif a != b:
            return False
    return True
