"""The names that an emitted file has from its source: what is its own to name gives way to them."""

from __future__ import annotations

from collections.abc import Iterable

from archdsl.ir import structure
from archdsl.targets.outline import survey
from archdsl.targets.outline.names import camel, declared, safe, snake


def words(nets: Iterable[structure.Net]) -> frozenset[str]:
    """Of nets and blocks, of all that they declare, of labels."""
    found: set[str] = set()
    blocks = {}
    for net in nets:
        found.add(safe(net.name))
        found.update(safe(label) for label, _ in net.graph.inputs if label is not None)
        for node in net.graph:
            found.update(safe(part) for part in node.path.split("."))
        for instance in (net.root, *survey.instances(net.root)):
            blocks[id(instance.block)] = instance.block
            found.update(safe(la) for la in survey.references(instance.items).values())
    for block in blocks.values():
        found |= declared(block) | {snake(block.name), camel(block.name)}
    return frozenset(found)
