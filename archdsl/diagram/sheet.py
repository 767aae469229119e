"""What stands on one sheet: the net at a depth that can be read, its blocks beside it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from archdsl.diagram.columns import Dealt, columns
from archdsl.diagram.details import detail, forms
from archdsl.diagram.elements import picture
from archdsl.diagram.measure import READABLE
from archdsl.diagram.parts import Plan, shown
from archdsl.diagram.picture import Box, Element
from archdsl.diagram.plan import MOST, plan, size
from archdsl.ir import structure as st

DEPTHS = (3, 2, 1, 0)  # those tried for a default
DETAILS = 3
FEW = 10  # boxes
ALMOST = 0.45  # a scale that can be read with good eyes


@dataclass(frozen=True)
class Sheet:
    plan: Plan
    dealt: Dealt


def sheet(
    net: st.Net, depth: int | None, opened: Collection[str] = (), *, details: bool = True
) -> Sheet:
    """The sheet at this depth, or at the deepest that can be read on a page.

    details: closed blocks are drawn open beside it, once each
    """
    drawn = picture(net)
    if depth is not None or opened:
        made = plan(drawn, depth or 0, opened)
        return Sheet(made, columns(made))
    best: Sheet | None = None
    seen = -1
    for tried in DEPTHS:
        boxes = size(drawn, tried)
        if boxes == seen or (boxes > MOST and tried):
            continue
        if boxes < FEW and best is not None and best.dealt.scale >= ALMOST:
            break  # that would tell too little
        seen = boxes
        made = plan(drawn, tried)
        made.details = _details(net, made) if details else []
        found = Sheet(made, columns(made))
        if best is None or found.dealt.scale > best.dealt.scale * 1.1:
            best = found
        if found.dealt.scale >= READABLE:
            break
    assert best is not None
    return best


def block_sheet(net: st.Net, calls: list[st.Call], depth: int) -> Sheet:
    """Forms of one block, side by side."""
    plans = [detail(net, call, depth, at, len(calls) > 1) for at, call in enumerate(calls)]
    made = Plan(net.graph, details=plans)
    return Sheet(made, Dealt([[each.parts] for each in plans], 1.0))


def _details(net: st.Net, made: Plan) -> list[Plan]:
    """The closed blocks, each kind once, or twice where it is built in two ways."""
    names: dict[str, int] = {}
    for box in shown(made.parts):
        if isinstance(box.element, Box) and box.role == "box" and not box.aux:
            for name, nodes in _blocks(box.element):
                names[name] = names.get(name, 0) + nodes
    chosen = []
    for name in sorted(names, key=lambda name: -names[name]):
        chosen += forms(net, name)[:2]
    return [detail(net, call, 0, at, len(chosen) > 1) for at, call in enumerate(chosen[:DETAILS])]


def _blocks(element: Element) -> list[tuple[str, int]]:
    """The outermost blocks in a closed box, with their numbers of nodes: those worth a look."""
    if not isinstance(element, Box):
        return []
    if element.what == "block":
        size = len(element.nodes)
        return [(element.block, size * element.count)] if size > 3 else []
    return [found for child in element.children for found in _blocks(child)]
