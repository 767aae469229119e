"""Volumes: every layer has its box, boxes stand apart, and what is no line is refused."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

import archdsl
from archdsl.diagram import DiagramError, Drawing, render
from archdsl.diagram.chain import Line, line
from archdsl.diagram.elements import picture
from archdsl.diagram.volumes import LETTER, Figure, figure
from archdsl.ir import structure as st
from tests.diagram import nets
from tests.support.golden import Golden

SVG = "{http://www.w3.org/2000/svg}"
SPECS = sorted((Path(__file__).resolve().parents[2] / "specs").glob("*.arch"))


def shipped(spec: str, name: str) -> st.Net:
    return archdsl.load(spec).net(name).structure


def line_of(net: st.Net) -> Line:
    return line(picture(net), net.name)


def apart(drawn: Figure) -> None:
    """No front stands in another, and no caption on another."""
    for one, two in pairwise(drawn.volumes):
        assert one.x + one.width < two.x
    ends = [
        (c.x - LETTER * wide / 2, c.x + LETTER * wide / 2)
        for c in drawn.captions
        for wide in [max(len(text) for _, text in c.lines)]
    ]
    for (_, right), (left, _) in pairwise(ends):
        assert right < left
    for volume in drawn.volumes:
        assert volume.x >= 0
        assert volume.right <= drawn.width + 0.1
        assert volume.top >= 0


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_shipped_nets_are_drawn_and_stand_apart(path: Path) -> None:
    spec = archdsl.load(path)
    for name in spec.nets[:3]:
        net = spec.net(name).structure
        apart(figure(line_of(net)))


@pytest.mark.parametrize(
    ("spec", "name"),
    [("lenet", "LeNet5"), ("alexnet", "AlexNet"), ("vgg", "VGG16"), ("resnet", "ResNet18")],
)
def test_every_layer_is_in_a_box(spec: str, name: str) -> None:
    net = shipped(spec, name)
    found = picture(net)
    made = line(found, name)
    drawn = {found.twin(n) for step in made.steps for n in step.nodes}
    missing = [node for node in net.graph if found.twin(node.id) not in drawn]
    # What is beside the line are the projections of shortcuts, which their arcs name.
    assert {node.op.keyword for node in missing} <= {"conv", "bn"}
    labels = " ".join(arc.label for arc in made.arcs)
    for node in missing:
        if node.op.keyword == "conv" and found.twin(node.id) == node.id:
            assert f"conv 1×1, {node.shape.channels}" in labels


def test_alexnet_has_the_shapes_of_the_paper() -> None:
    """Figure 2 of Krizhevsky et al.: 55x55x96, 27x27x256, 13x13x384 twice, 13x13x256, 4096."""
    made = line_of(shipped("alexnet", "AlexNet"))
    convs = [str(step.shape) for step in made.steps if step.kind == "conv"]
    assert convs == ["55x55x96", "27x27x256", "13x13x384", "13x13x384", "13x13x256"]
    assert [step.kernel for step in made.steps if step.kind == "conv"] == [
        (11, 11),
        (5, 5),
        (3, 3),
        (3, 3),
        (3, 3),
    ]
    assert [str(step.shape) for step in made.steps if step.kind == "linear"] == [
        "4096",
        "4096",
        "1000",
    ]


def test_vgg_has_thirteen_and_three() -> None:
    made = line_of(shipped("vgg", "VGG16"))
    assert sum(step.kind == "conv" for step in made.steps) == 13
    assert sum(step.kind == "linear" for step in made.steps) == 3


def test_larger_maps_are_larger_and_more_channels_wider() -> None:
    volumes = figure(line_of(shipped("vgg", "VGG16"))).volumes
    maps = [volume for volume in volumes if volume.step.shape.rank]
    for one in maps:
        for two in maps:
            (a, _), (b, _) = one.step.shape.spatial, two.step.shape.spatial
            if a > b:
                assert one.height > two.height
                assert one.depth > two.depth
            if one.step.shape.channels > two.step.shape.channels:
                assert one.width > two.width


def test_residuals_are_arcs() -> None:
    made = line_of(shipped("resnet", "ResNet50"))
    assert len(made.arcs) == 8  # four stages: a projected one, and a plain one for those after it
    assert sum(bool(arc.label) for arc in made.arcs) == 4
    assert not line_of(shipped("resnet", "PlainNet18")).arcs


def test_blocks_with_branches_are_one_box() -> None:
    made = line_of(shipped("googlenet", "GoogLeNet"))
    blocks = [step.text for step in made.steps if step.kind == "block"]
    assert len(blocks) == 9
    assert blocks[0].startswith("inception3a")
    assert made.aside == ["aux1", "aux2"]


def test_branches_outside_blocks_are_refused() -> None:
    text = "net N { input 8x8x3  concat { | conv(2, 1x1) | conv(2, 3x3) } }"
    with pytest.raises(DiagramError, match="no line of layers"):
        line_of(archdsl.loads(text).net().structure)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_svg_is_one_and_always_the_same(theme: str) -> None:
    net = shipped("lenet", "LeNet5")
    made, how = render(net, Drawing("volumes", theme=theme), "svg")
    assert how == "archdsl"
    assert made == render(net, Drawing("volumes", theme=theme), "svg")[0]
    root = ElementTree.fromstring(made)
    boxes = [g for g in root.iter(f"{SVG}g") if g.get("class") == "volume"]
    assert len(boxes) == 8
    assert {len(list(g.iter(f"{SVG}polygon"))) for g in boxes} == {5}
    texts = ["".join(t.itertext()) for t in root.iter(f"{SVG}text")]
    assert "28×28×6" in texts
    assert "conv 5×5, 16" in texts


@pytest.mark.parametrize("text", ["<b>&amp;", "]]> --> <!--", "controls \x00 \x1b", "a" * 200])
def test_words_stay_words(text: str) -> None:
    net = nets.hostile(text)
    try:
        made, _ = render(net, Drawing("volumes"), "svg")
    except DiagramError:
        net = nets.lenet()
        net = st.Net(text, None, text, net.block, net.graph, net.root)
        made, _ = render(net, Drawing("volumes"), "svg")
    ElementTree.fromstring(made)


def test_golden(golden: Golden) -> None:
    made, _ = render(shipped("lenet", "LeNet5"), Drawing("volumes"), "svg")
    golden("diagram/lenet-volumes.svg", made.decode())
