"""Laws of every picture: nothing is lost, at any depth, and the same net gives the same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

import archdsl
from archdsl.diagram import DiagramError, Drawing, render, to_dot
from archdsl.diagram.heat import heat_of
from archdsl.diagram.measure import READABLE
from archdsl.diagram.parts import frames, shown
from archdsl.diagram.sheet import sheet
from archdsl.ir import structure as st
from tests.diagram import nets
from tests.support.golden import Golden

SPECS = sorted((Path(__file__).resolve().parents[2] / "specs").rglob("*.arch"))
FOUR = [
    ("resnet", "ResNet50"),
    ("googlenet", "GoogLeNet"),
    ("mobilenet", "MobileNetV2"),
    ("efficientnet", "EfficientNetB0"),
]


def shipped(spec: str, name: str) -> st.Net:
    return archdsl.load(spec).net(name).structure


@pytest.mark.parametrize("path", SPECS, ids=lambda path: "-".join(path.parts[-2:]))
def test_every_layer_is_in_one_box(path: Path) -> None:
    """At each depth each node of the graph belongs to exactly one box: its own or a folded one."""
    spec = archdsl.load(path)
    for name in spec.nets[:2]:
        net = spec.net(name).structure
        for depth in (None, 0, 1, 2, 9):
            plan = sheet(net, depth).plan
            held = [node for box in shown(plan.parts) for node in box.members]
            assert sorted(held) == list(range(len(net.graph))), (name, depth)


@pytest.mark.parametrize(("spec", "name"), FOUR)
def test_four_nets_can_be_read_on_a_page(spec: str, name: str) -> None:
    assert sheet(shipped(spec, name), None).dealt.scale >= READABLE


@pytest.mark.parametrize(("spec", "name"), FOUR)
def test_four_nets_fit_a_landscape_page(spec: str, name: str) -> None:
    """As Graphviz makes them: the smallest print has five points on a page of A4."""
    from xml.etree import ElementTree

    svg, _ = render(shipped(spec, name), Drawing(), "svg")
    _, _, width, height = map(float, ElementTree.fromstring(svg).attrib["viewBox"].split())
    scale = min(785 / width, 538 / height)
    assert 9 * scale >= 5
    assert width > height


@pytest.mark.parametrize(("spec", "name"), FOUR)
def test_deeper_shows_more(spec: str, name: str) -> None:
    net = shipped(spec, name)
    counts = [sum(1 for _ in shown(sheet(net, depth).plan.parts)) for depth in range(4)]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


def opened_paths(net: st.Net, depth: int, *opened: str) -> set[str]:
    return {frame.box.path for frame in frames(sheet(net, depth, opened).plan.parts)}


def test_open_opens_the_way_to_a_path_and_no_more() -> None:
    net = shipped("resnet", "ResNet50")
    assert opened_paths(net, 0) == set()
    assert opened_paths(net, 0, "layer2") == {"layer2"}
    assert opened_paths(net, 0, "layer2.0") == {"layer2", "layer2.0"}
    assert opened_paths(net, 1, "layer3.0") == {*(f"layer{n}" for n in range(1, 5)), "layer3.0"}


def test_what_is_not_there_is_said() -> None:
    net = shipped("resnet", "ResNet50")
    with pytest.raises(DiagramError) as caught:
        render(net, Drawing(opened=("layer9",)), "dot")
    assert caught.value.code == "D102"
    with pytest.raises(DiagramError) as caught:
        render(net, Drawing(block="Bottlenek"), "dot")
    assert caught.value.help == "did you mean Bottleneck?"


@pytest.mark.parametrize("of", ["params", "macs", "memory"])
def test_shading_is_by_the_costs(of: str) -> None:
    net = archdsl.load("resnet").net("ResNet18")
    heat = heat_of(net.structure, of)
    totals = net.cost().totals
    whole = {"params": totals.params, "macs": totals.macs, "memory": totals.peak_memory}[of]
    assert heat.cost(range(len(net.graph))) == whole
    dot = to_dot(net.structure, heat=heat)
    assert "shaded by" in dot
    assert 'fillcolor="#7f0000"' in dot  # the dearest box has the last colour


def test_dark_changes_colours_alone() -> None:
    import re

    net = nets.resnet()
    light, dark = (to_dot(net, theme=theme) for theme in ("light", "dark"))
    assert light != dark
    bare = [re.sub(r"#[0-9a-f]{6}", "#", text) for text in (light, dark)]
    assert bare[0] == bare[1]


def contrast(one: str, two: str) -> float:
    """The ratio of WCAG 2."""

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_text_can_be_read_on_every_fill(name: str) -> None:
    from archdsl.diagram.style import THEMES

    theme = THEMES[name]
    fills = [theme.back, theme.bar, theme.stage.fill, theme.block.fill]
    fills += [tint.fill for tint in theme.kinds.values()]
    for fill in fills:
        assert contrast(theme.text, fill) >= 7
        assert contrast(theme.faint, fill) >= 4.5
    for tint in theme.kinds.values():
        assert contrast(tint.line, theme.back) >= 2.9  # a line needs 3; Okabe and Ito's orange 2.9


@pytest.mark.parametrize(("spec", "name"), FOUR)
def test_golden(spec: str, name: str, golden: Golden) -> None:
    golden(f"diagram/{name}.dot", to_dot(shipped(spec, name)))
