"""The layer table: the rows of the papers' tables, in three formats."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

import archdsl
from archdsl.diagram import Drawing, render
from archdsl.diagram.elements import picture
from archdsl.diagram.rows import Layers, layers
from archdsl.ir import structure as st
from tests.diagram import nets
from tests.support.golden import Golden


def shipped(spec: str, name: str) -> st.Net:
    return archdsl.load(spec).net(name).structure


def rows(spec: str, name: str) -> Layers:
    return layers(picture(shipped(spec, name)))


def test_mobilenet_v2_is_table_2_of_the_paper() -> None:
    """Sandler et al., table 2: t, c, n, s of the bottlenecks, and what goes in."""
    made = rows("mobilenet", "MobileNetV2")
    assert made.columns == ["c", "t"]
    found = [
        (int(r.given["t"]), int(r.given["c"]), r.count, r.stride, str(r.input))
        for r in made.rows
        if r.given
    ]
    assert found == [
        (1, 16, 1, 1, "112x112x32"),
        (6, 24, 2, 2, "112x112x16"),
        (6, 32, 3, 2, "56x56x24"),
        (6, 64, 4, 2, "28x28x32"),
        (6, 96, 3, 1, "14x14x64"),
        (6, 160, 3, 2, "14x14x96"),
        (6, 320, 1, 1, "7x7x160"),
    ]


@pytest.mark.parametrize(
    ("name", "counts"), [("ResNet50", [3, 4, 6, 3]), ("ResNet101", [3, 4, 23, 3])]
)
def test_resnet_is_table_1_of_the_paper(name: str, counts: list[int]) -> None:
    """He et al., table 1: conv2_x to conv5_x, with the layers of their blocks."""
    stages = [r for r in rows("resnet", name).rows if r.what == "Bottleneck"]
    assert [r.count for r in stages] == counts
    assert [r.lines for r in stages] == [
        (f"conv 1×1, {c}", f"conv 3×3, {c}", f"conv 1×1, {4 * c}") for c in (64, 128, 256, 512)
    ]
    assert [str(r.output) for r in stages] == [
        "56x56x256",
        "28x28x512",
        "14x14x1024",
        "7x7x2048",
    ]


def test_efficientnet_b0_is_table_1_of_the_paper() -> None:
    """Tan and Le, table 1: kernel, channels and layers of the MBConv stages."""
    made = [r for r in rows("efficientnet", "EfficientNetB0").rows if r.given]
    assert [(r.given["k"], r.given["c"], r.count) for r in made] == [
        *(("3", "16", 1), ("3", "24", 2), ("5", "40", 2), ("3", "80", 3)),
        *(("5", "112", 3), ("5", "192", 4), ("3", "320", 1)),
    ]


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        ("resnet", "ResNet50"),
        ("mobilenet", "MobileNetV2"),
        ("googlenet", "GoogLeNet"),
        ("inception", "InceptionV3"),
        ("vgg", "VGG16BN"),
    ],
)
def test_the_rows_add_up(spec: str, name: str) -> None:
    net = archdsl.load(spec).net(name)
    totals = net.cost().totals
    made = layers(picture(net.structure)).rows
    assert sum(r.params for r in made) == totals.params
    assert sum(r.macs for r in made) == totals.macs


def table(net: st.Net, format: str) -> str:
    return render(net, Drawing("table"), format)[0].decode()


@pytest.mark.parametrize("format", ["md", "tex", "svg"])
def test_golden(format: str, golden: Golden) -> None:
    text = table(shipped("mobilenet", "MobileNetV2"), format)
    golden(f"diagram/mobilenet-table.{format}", text)


HOSTILE = ["a|b", "<script>", "$x$ \\input{f} % {}", "--> x", "`code` [x](y)", "a\nb"]


@pytest.mark.parametrize("text", HOSTILE)
def test_words_stay_words(text: str) -> None:
    net = nets.hostile(text)
    ElementTree.fromstring(table(net, "svg"))
    md = table(net, "md")
    assert "<script>" not in md.partition("\n")[2]  # the first line is a comment
    widths = {len(re.findall(r"(?<!\\)\|", row)) for row in md.splitlines() if row.startswith("|")}
    assert len(widths) == 1
    tex = table(net, "tex").partition("\n")[2]
    bare = re.sub(r"\\[{}]", "", tex)
    assert bare.count("{") == bare.count("}")
    assert "\\input" not in tex
    assert not re.search(r"(?<!\\)%", tex)
