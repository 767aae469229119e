"""Blocks by themselves, in terms of their parameters."""

from __future__ import annotations

import pytest

import archdsl
from archdsl.diagnostics import Diagnostics, Source
from archdsl.diagram.details import block_names, detail, forms
from archdsl.diagram.formula import formula
from archdsl.diagram.parts import Plan, shown
from archdsl.diagram.words import box_lines
from archdsl.ir import structure as st
from archdsl.syntax import tree
from archdsl.syntax.parser import parse


def shipped(spec: str, name: str) -> st.Net:
    return archdsl.load(spec).net(name).structure


def drawn(net: st.Net, block: str, at: int = 0, depth: int = 0) -> Plan:
    found = forms(net, block)
    return detail(net, found[at], depth, at, len(found) > 1)


def words(plan: Plan) -> list[str]:
    """The first line of each layer's box."""
    boxes = [box for box in shown(plan.parts) if box.role == "box"]
    return [next(text for kind, text in box_lines(plan, box) if kind != "sub") for box in boxes]


def test_the_bottleneck_of_resnet() -> None:
    """Figure 5 of He et al., with the names of the file: c, c, 4c."""
    text = """
    block Bottleneck(c, stride = 1) {
      residual {
        conv(c, 1x1) -> bn -> relu
        conv(c, 3x3, /stride) -> bn -> relu
        conv(4 * c, 1x1) -> bn
      } shortcut { side: conv(4 * c, 1x1, /stride) }
      relu
    }
    net N { input 8x8x16  Bottleneck(8)  b2: Bottleneck(8)  b3: Bottleneck(16, /2) }
    """
    net = archdsl.loads(text).net().structure
    plain, projected = (drawn(net, "Bottleneck", at) for at in (1, 0))
    assert words(plain) == ["conv 1×1, c", "conv 3×3, c, /stride", "conv 1×1, 4c", "⊕ relu"]
    assert words(projected) == [
        "conv 1×1, c",
        "conv 3×3, c, /stride",
        "conv 1×1, 4c",
        "conv 1×1, 4c, /stride",
        "⊕ relu",
    ]
    assert plain.notes == ["where the shape stays"]
    assert plain.shapes[max(plain.shapes)].endswith("×4c")


def test_the_block_of_mobilenet_v2_in_both_forms() -> None:
    """Figure 4 (d) of Sandler et al.: with and without the shortcut."""
    net = shipped("mobilenet", "MobileNetV2")
    body = ["conv 1×1, hidden", "depthwise 3×3, /stride", "conv 1×1, c"]
    found = [words(drawn(net, "InvertedResidual", at)) for at in range(3)]
    assert found[:2] == [[*body, "⊕"], body]
    assert found[2] == body[1:]  # the first of all, which doesn't expand
    assert drawn(net, "InvertedResidual").notes == [
        "where stride = 1 and in.c = c, t ≠ 1",
        "hidden = t · in.c",
    ]


def test_inner_blocks_speak_of_what_is_given_to_them() -> None:
    net = shipped("efficientnet", "EfficientNetB0")
    plan = drawn(net, "MBConv", depth=1)
    # In the gate in.c is what comes into it: the expanded channels.
    assert words(plan)[2:5] == ["global avgpool", "conv 1×1, squeezed", "conv 1×1, hidden"]


def test_the_channels_of_a_concat_are_a_sum() -> None:
    plan = drawn(shipped("googlenet", "GoogLeNet"), "Inception")
    assert plan.shapes[max(plan.shapes)] == "h×w×(c1 + c3 + c5 + pool)"


def test_strides_divide_the_size() -> None:
    plan = drawn(shipped("mobilenet", "MobileNetV2"), "InvertedResidual", 1)
    assert plan.shapes[max(plan.shapes)] == "h/stride×w/stride×c"


def test_all_blocks_of_all_nets() -> None:
    for spec in ("resnet", "mobilenet", "efficientnet", "googlenet", "inception"):
        loaded = archdsl.load(spec)
        for name in loaded.nets[:3]:
            net = loaded.net(name).structure
            for block in block_names(net):
                plan = drawn(net, block)
                assert any(box.role == "box" for box in shown(plan.parts))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("4 * c", "4c"),
        ("c * 4", "c · 4"),
        ("2 * (a + b)", "2 · (a + b)"),
        ("c // 16", "⌊c/16⌋"),
        ("max(in.c // 4, 1)", "max(⌊in.c/4⌋, 1)"),
        ("3x3", "3×3"),
        ("(k, 1)", "k×1"),
        ("(2 if i == 0 else 1)", "2 if i = 0 else 1"),
        ("not (a and b) or c != 1", "not (a and b) or c ≠ 1"),
        ("c ** 2", "c^2"),
        ("a - (b - c)", "a - (b - c)"),
        ("rows[i + 1]", "rows[i + 1]"),
    ],
)
def test_formulas(text: str, shown: str) -> None:
    assert formula(expression(text), {}) == shown


def expression(text: str) -> tree.Expr:
    file = parse(Source("x.arch", f"let x = {text}\n"), Diagnostics())
    (let,) = file.decls
    assert isinstance(let, tree.Let)
    return let.value


def test_names_in_formulas_keep_together() -> None:
    assert formula(expression("4 * c"), {"c": "a + b"}) == "4 · (a + b)"
    assert formula(expression("c"), {"c": "a + b"}) == "a + b"
