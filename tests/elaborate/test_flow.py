"""Values and how they meet: residuals, gates, branches, joins, inputs, outputs, side heads."""

from __future__ import annotations

import pytest

from tests.elaborate.build import body_errors, elaborated, errors, net_of, paths, shapes


def ops(body: str, shape: str = "8x8x4") -> list[str]:
    return [node.op.keyword for node in net_of(body, shape).graph][1:]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("residual { conv(4, 3x3) }", ["conv", "add"]),
        # the projection: where shapes differ, or strides multiply to more than 1
        ("residual { relu } shortcut { tanh }", ["relu", "add"]),
        ("residual { conv(8, 3x3) } shortcut { conv(8, 1x1) }", ["conv", "conv", "add"]),
        ("residual { relu } shortcut always { tanh }", ["relu", "tanh", "add"]),
        (
            "residual { conv(4, 3x3, /2) -> upsample(2) } shortcut { tanh }",
            ["conv", "upsample", "add"],
        ),
        ("residual if true { relu }", ["relu", "add"]),
        ("residual if false { conv(9, 1x1) }", ["conv"]),
        ("residual(drop_path=0.2) { relu }", ["relu", "drop_path", "add"]),
        ("residual(drop_path=0) { relu }", ["relu", "add"]),
        ("residual(drop_path=0.2) if false { relu }", ["relu"]),
        ("gate { global_avgpool }", ["global_avgpool", "mul"]),
        ("concat { | relu | skip }", ["relu", "concat"]),
        ("x: relu -> tanh -> mul(@x)", ["relu", "tanh", "mul"]),
        ("none", []),
    ],
)
def test_ops(body: str, expected: list[str]) -> None:
    assert ops(body) == expected


def test_a_stride_on_a_single_place_counts() -> None:
    body = "residual { conv(4, 3x3, /2) } shortcut { tanh }"
    assert ops(body, "1x1x4") == ["conv", "tanh", "add"]


def test_the_sum_takes_the_input_first() -> None:
    graph = net_of("relu residual { tanh }").graph
    assert graph.nodes[-1].inputs == (1, 2)
    graph = net_of("relu residual { conv(8, 1x1) } shortcut { conv(8, 1x1) }").graph
    assert graph.nodes[-1].inputs == (3, 2)


def test_joins_take_the_current_value_first() -> None:
    graph = net_of("x: relu y: tanh silu concat(@x, @y)").graph
    assert graph.nodes[-1].inputs == (3, 1, 2)


def test_strides_add_up() -> None:
    graph = net_of("conv(4, 3x3, /2) -> maxpool(2) -> upsample(4) -> relu", "16x16x4").graph
    assert [str(node.stride) for node in graph] == ["1", "2", "4", "1", "1"]


def test_blocks_take_a_stride() -> None:
    text = """
    block B(c, stride = 1) { conv(c, 3x3, /stride) }
    net N { input 8x8x4 B(4, /2) -> B(/2, 8) -> B(8, stride=2) }
    """
    assert shapes(elaborated(text))[1:] == ["4x4x4", "2x2x8", "1x1x8"]


def test_a_body_emptied_by_its_arguments_is_the_identity() -> None:
    text = """
    block B(n) { if n > 1 { relu } repeat n - 1 { relu } }
    net N { input 8x8x4 B(1) -> tanh }
    """
    net = elaborated(text)
    assert [node.inputs for node in net.graph] == [(), (0,)]
    assert net.root.items[0].instance.output == 0  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("body", "outputs"),
    [
        ("relu", [(None, 1)]),
        ("a: relu -> b: tanh output @b", [("b", 2)]),
        ("a: relu -> b: tanh output @b, @a", [("b", 2), ("a", 1)]),
        ("a: relu output @a b: tanh", [("a", 1)]),
    ],
)
def test_outputs(body: str, outputs: list[tuple[str | None, int]]) -> None:
    assert list(net_of(body).graph.outputs) == outputs


def test_several_inputs() -> None:
    text = """
    net N { input left: 4x4x2 input right: 4x4x3
      @left -> relu -> concat(@right) }
    """
    net = elaborated(text)
    assert net.graph.inputs == (("left", 0), ("right", 1))
    assert net.graph.nodes[-1].inputs == (2, 1)
    assert [node.path for node in net.graph][:2] == ["left", "right"]
    assert net.root.input == 0


def test_one_input_with_a_name_flows() -> None:
    net = elaborated("net N { input image: 4x4x2 relu -> concat(@image) }")
    assert net.graph.inputs == (("image", 0),)
    assert net.graph.nodes[-1].inputs == (1, 0)


def test_shapes_of_inputs_are_computed() -> None:
    text = "net N(res = 16) { let c = 3 input {res}x{2 * res}x{c} relu }"
    assert shapes(elaborated(text)) == ["16x32x3", "16x32x3"]


def test_side_heads() -> None:
    text = """
    block Head(c) { conv(c, 1x1) }
    net N { input 4x4x2
      relu
      aux(weight=0.3) { side: Head(3) }
      tanh
      aux { conv(2, 1x1) -> conv(2, 1x1) }
      named: aux(weight=1) { Head(4) }
    }
    """
    net = elaborated(text)
    assert [(a.label, a.weight, a.value) for a in net.graph.aux] == [
        ("side", 0.3, 2),
        ("aux2", 1.0, 5),
        ("named", 1.0, 6),
    ]
    assert [node.aux for node in net.graph] == [False, False, True, False, True, True, True]
    assert net.graph.outputs == ((None, 3),)
    assert paths(net) == ["relu", "side.conv", "tanh", "conv1", "conv2", "named.head.conv"]


def test_heads_may_depend_on_parameters() -> None:
    text = "net N(aux_heads = true) { input 4x4x2 if aux_heads { aux { h: conv(2, 1x1) } } relu }"
    assert len(elaborated(text).graph.aux) == 1
    assert len(elaborated(text, settings={"aux_heads": False}).graph.aux) == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("x: skip -> conv(4, 1x1) -> @x -> relu", "E450"),
        ("x: skip -> conv(4, 1x1) -> bn -> relu -> @x -> relu", "E450"),
        ("a: relu -> conv(4, 1x1) output @a", "E450"),
        ("x: relu concat { | conv(4, 1x1) -> @x | relu }", "E450"),
        ("aux { h: relu } relu -> concat(@h)", "E451"),
    ],
)
def test_nothing_is_made_in_vain(body: str, code: str) -> None:
    assert [d.code for d in body_errors(body)] == [code]


@pytest.mark.parametrize(
    "body",
    [
        "x: skip -> relu -> @x -> tanh",
        "x: conv(4, 1x1) -> y: conv(4, 1x1) -> @x -> concat(@y)",
        "x: conv(4, 1x1) -> aux { h: conv(4, 1x1) } -> @x -> relu",
    ],
)
def test_what_is_dropped_without_harm(body: str) -> None:
    net_of(body)


def test_poison_makes_no_echoes() -> None:
    found = body_errors(
        """x: cnov(4, 3x3) -> bn -> relu -> y: conv(in.c, 1x1) :: 3x3x3
        concat(@x, @y) -> flatten -> linear(in.c)
        residual { conv(8, 3x3) } gate { conv(1, 1x1) } concat { | skip | conv(in.h, 1x1) }
        if in.c > 3 { z: relu } repeat in.c { q: relu } @z -> concat(@q)
        conv(2.5, 1x1)"""
    )
    assert [(d.code, d.span.line if d.span else 0) for d in found] == [("E201", 2), ("E320", 6)]


def test_the_chain_of_instances_is_told() -> None:
    text = """
    block Inner(c) { conv(c, 1x1) -> linear(10) }
    block Outer { Inner(3) }
    net Base(n) { input 4x4x2 layer: repeat n { Outer } }
    net N = Base(3)
    """
    (found,) = errors(text)
    assert [(f.path, f.block) for f in found.frames] == [
        ("N", "Base"),
        ("layer.0", "Outer"),
        ("layer.0.inner", "Inner"),
    ]
