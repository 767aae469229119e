"""Nets of thousands of layers: folded by default, and drawn in seconds."""

from __future__ import annotations

import time
from xml.etree import ElementTree

import pytest

import archdsl
from archdsl.diagram import Drawing, draw, render, to_dot
from archdsl.diagram.elements import picture
from archdsl.diagram.parts import shown
from archdsl.diagram.sheet import sheet
from archdsl.ir import structure as st
from tests.diagram.build import Net

LAYERS = 5000


def plain() -> st.Net:
    """No two neighbours are equal, and there is neither block nor label."""
    n = Net("Plain", 8, 8, 3)
    for i in range(LAYERS):
        n.conv(8 + i % 50)
    return n.done()


def blocks() -> st.Net:
    """A thousand residual blocks of five layers, no two neighbours of one width."""
    text = """
    block B(c) { residual { conv(c, 1x1) -> bn -> relu -> conv(4, 3x3) -> bn } }
    net Blocks { input 8x8x4  body: repeat 1000 as i { B(4 + i % 7) }  global_avgpool }
    """
    return archdsl.loads(text).net().structure


@pytest.mark.parametrize("make", [plain, blocks], ids=["plain", "blocks"])
def test_folded_and_soon(make: object) -> None:
    net = make()  # type: ignore[operator]
    assert len(net.graph) >= LAYERS
    start = time.process_time()
    found = sheet(net, None)
    boxes = [box for box in shown(found.plan.parts) if box.role == "box"]
    svg, _ = draw(to_dot(net), "svg")
    html, _ = render(net, Drawing(), "html")
    assert time.process_time() - start < 20
    assert 0 < len(boxes) <= 150
    # Every layer is in one of the boxes.
    drawn = picture(net)
    held = {node for box in boxes for node in box.members}
    assert held >= {node.id for node in net.graph if node.inputs}
    assert drawn.elements
    ElementTree.fromstring(svg)
    assert len(html) < 4_000_000
