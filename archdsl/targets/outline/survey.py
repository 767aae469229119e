"""Questions about the tree of forms that an emitter asks before it writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from archdsl.ir import structure
from archdsl.targets.outline.rows import output_of


def children(item: structure.Item) -> Iterator[structure.Item]:
    """The items directly within a form, in order; a call's own are its instance's, not these."""
    match item:
        case structure.Group(items=items) | structure.Choice(items=items):
            yield from items
        case structure.Gate(items=items) | structure.Aux(items=items):
            yield from items
        case structure.Loop(rounds=rounds):
            yield from chain.from_iterable(r.items for r in rounds)
        case structure.Residual(items=items, shortcut=shortcut):
            yield from items
            yield from shortcut or ()
        case structure.Merge(branches=branches):
            yield from chain.from_iterable(b.items for b in branches)


def walk(items: Iterable[structure.Item]) -> Iterator[structure.Item]:
    """All items of a body, inner bodies included, blocks' own excluded."""
    stack = list(items)[::-1]
    while stack:
        item = stack.pop()
        yield item
        stack.extend(list(children(item))[::-1])


def instances(root: structure.Instance) -> Iterator[structure.Instance]:
    """The block instances under `root`, itself excluded, in the order of elaboration."""
    for item in walk(root.items):
        if isinstance(item, structure.Call):
            yield item.instance
            yield from instances(item.instance)


def heights(roots: Iterable[structure.Instance]) -> dict[int, int]:
    """How many instances of its own block are below each instance, one in another: by identity."""
    found: dict[int, int] = {}

    def visit(instance: structure.Instance) -> dict[int, int]:
        below: dict[int, int] = {}
        for item in walk(instance.items):
            if isinstance(item, structure.Call):
                for block, height in visit(item.instance).items():
                    below[block] = max(below.get(block, 0), height)
        found[id(instance)] = below.get(id(instance.block), 0)
        below[id(instance.block)] = found[id(instance)] + 1
        return below

    for root in roots:
        visit(root)
    return found


def references(items: Iterable[structure.Item]) -> dict[int, str]:
    """Values that are named by a label somewhere in a body: id -> label."""
    found: dict[int, str] = {}
    for item in walk(items):
        if isinstance(item, structure.Ref):
            found[item.value] = item.label
        elif isinstance(item, structure.Join):
            found.update(zip(item.values, item.labels, strict=True))
    return found


def made(items: Iterable[structure.Item]) -> set[int]:
    """Ids of the values that a body's items leave behind."""
    return {output_of(item, -1) for item in walk(items)}


def outer_references(group: structure.Group) -> dict[int, str]:
    """Values from outside that a group refers to by label."""
    inside = made(group.items) | {group.input}
    produced = {v for v in inside if v != group.input}
    return {
        value: label for value, label in references(group.items).items() if value not in produced
    }


def is_line(items: Iterable[structure.Item]) -> bool:
    """Whether a group is one line of modules, each applied to what the one before gave."""
    for item in items:
        match item:
            case structure.Ref() | structure.Join() | structure.Aux():
                return False
            case structure.Residual() | structure.Gate() | structure.Merge():
                return False
            case structure.Layer(op=op) if op.lone_parameter:
                return False
            case structure.Group(naming="name"):
                if outer_references(item):
                    return False
            case structure.Group() | structure.Choice() | structure.Loop():
                if not is_line(children(item)):
                    return False
    return True


def named(items: Iterable[structure.Item]) -> bool:
    """Whether a child of a line has a name of its own, no number."""
    for item in items:
        key = getattr(item, "key", None)
        if key is not None:
            if not str(key).isdigit():
                return True
        elif named(children(item)):
            return True
    return False


def signature(instance: structure.Instance) -> object:
    """What decides the structure of an instance's class."""

    def one(item: structure.Item) -> object:
        kind = type(item).__name__
        inner = tuple(one(i) for i in children(item))
        match item:
            case structure.Layer(op=op, key=key):
                return (kind, op.keyword, key, id(item.syntax))
            case structure.Call(instance=called):
                return (kind, id(called.block), id(item.syntax))
            case structure.Loop(rounds=rounds):
                return (kind, len(rounds), inner)
            case structure.Choice(taken=taken):
                return (kind, taken, inner)
            case structure.Residual(active=active, shortcut=shortcut):
                return (kind, active, shortcut is not None, inner)
        return (kind, inner)

    return tuple(one(item) for item in instance.items)
