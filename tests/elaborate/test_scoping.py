"""Variables hold to the end of their body; labels by their own rule; blocks see little."""

from __future__ import annotations

import pytest

from tests.elaborate.build import body_errors, elaborated, errors, net_of, shapes


@pytest.mark.parametrize(
    "body",
    [
        "let a = 4 conv(a, 1x1)",
        "let a = 4 { conv(a, 1x1) { let b = a + 1 conv(b, 1x1) } conv(a, 1x1) }",
        "if true { let a = 4 conv(a, 1x1) } let a = 5 conv(a, 1x1)",
        "repeat 2 as i { relu } repeat 2 as i { relu }",
        "if true { let a = 1 relu } else { let a = 2 relu }",
        "concat { | let a = 4 conv(a, 1x1) | let a = 4 conv(a, 1x1) }",
        "let xs = [a for a in range(3)] let ys = [a for a in range(3)] relu",
        "a: relu let a = 4 conv(a, 1x1) -> concat(@a)",
        "conv(c=4, k=3) -> conv(c=8, k=3)",
        "let same_size = 3 conv(4, same_size, pad=same)",
    ],
)
def test_variables_are_seen(body: str) -> None:
    net_of(body)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("conv(a, 1x1) let a = 4 relu", "unknown name `a`"),
        ("if true { let a = 4 relu } conv(a, 1x1)", "unknown name `a`"),
        ("{ let a = 4 relu } conv(a, 1x1)", "unknown name `a`"),
        ("repeat 2 as i { relu } conv(i, 1x1)", "unknown name `i`"),
        ("concat { | let a = 4 relu | conv(a, 1x1) }", "unknown name `a`"),
        ("let xs = [q for q in range(3)] conv(q, 1x1)", "unknown name `q`"),
        ("let a = 4 let a = 5 relu", "`a` has a meaning here already"),
        ("let a = 4 repeat 2 as a { relu }", "`a` has a meaning here already"),
        ("let a = 4 for (a, b) in [(1, 2)] { relu }", "`a` has a meaning here already"),
        ("for (b, b) in [(1, 2)] { relu }", "`b` has a meaning here already"),
        ("for b in [1] as b { relu }", "`b` has a meaning here already"),
        ("let a = 4 let c = [a for a in range(2)] relu", "`a` has a meaning here already"),
        ("let conv = 4 relu", "`conv` can't be given a new meaning: it is an op"),
        ("let len = 4 relu", "`len` can't be given a new meaning: it is a builtin function"),
        ("let zeros = 4 relu", "`zeros` can't be given a new meaning: it is an initialiser"),
        (
            "let none = 4 relu",
            "`none` can't be given a new meaning: it is the layer that does nothing",
        ),
    ],
)
def test_variables_are_not_seen(body: str, message: str) -> None:
    assert [d.message for d in body_errors(body)] == [message]


def test_blocks_see_top_level_lets_and_their_parameters() -> None:
    text = """
    block B(c) { conv(c * growth, 1x1) }
    let growth = 2
    net N { input 8x8x4 B(3) }
    """
    assert shapes(elaborated(text))[-1] == "8x8x6"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("block B { conv(a, 1x1) } net N { input 8x8x4 let a = 3 B }", "unknown name `a`"),
        ("block B { @x -> relu } net N { input 8x8x4 x: relu B }", "no label `x` is seen here"),
        (
            "let g = 2 block B(g) { relu } net N { input 8x8x4 B(2) }",
            "`g` has a meaning here already",
        ),
        (
            "block B(B) { relu } net N { input 8x8x4 relu }",
            "`B` can't be given a new meaning: it is a block",
        ),
        (
            "block B { let M = 3 relu } net M { input 8x8x4 B }",
            "`M` can't be given a new meaning: it is a net",
        ),
        ("block B(a, a) { relu } net N { input 8x8x4 B(1, 2) }", "`a` has a meaning here already"),
        ("block B(a = b, b = 1) { relu } net N { input 8x8x4 relu }", "unknown name `b`"),
    ],
)
def test_blocks_see_nothing_else(text: str, message: str) -> None:
    assert message in [d.message for d in errors(text)]


@pytest.mark.parametrize(
    "body",
    [
        "x: relu { concat(@x) }",
        "x: relu g: { concat(@x) }",
        "{ x: relu } concat(@x)",
        "residual { x: relu } concat(@x)",
        "concat { | x: relu | relu } concat(@x)",
        "gate { x: sigmoid } concat(@x)",
        "if true { x: relu } concat(@x)",
        "repeat 2 as i { x{i}: relu } concat(@x0, @x1)",
        "x: relu g: { x: conv(8, 1x1) -> concat(@x) } concat(@x)",
        "a: skip -> relu -> add(@a)",
        "a: none -> relu -> add(@a)",
        "r: residual { y: relu -> concat(@y) -> conv(4, 1x1) }",
        "g: { x: relu } concat(@g)",
        "l: repeat 2 { relu } concat(@l)",
    ],
)
def test_labels_are_seen(body: str) -> None:
    net_of(body)


@pytest.mark.parametrize(
    "body",
    [
        "concat(@x) x: relu",
        "g: { x: relu } concat(@x)",
        "l: repeat 2 as i { x{i}: relu } concat(@x0)",
        "l: if true { x: relu } concat(@x)",
        "r: residual { x: relu } concat(@x)",
        "g: { residual { x: relu } concat(@x) }",
        "if false { x: relu } concat(@x)",
        "if true { relu } else { x: relu } concat(@x)",
        "repeat 2 as i { x{i}: relu } concat(@x2)",
    ],
)
def test_labels_are_not_seen(body: str) -> None:
    found = body_errors(body)
    assert [d.code for d in found] == ["E230"]


def test_an_inner_label_hides_an_outer_one() -> None:
    net = net_of("x: relu g: { x: conv(8, 1x1) -> concat(@x) } concat(@x)")
    assert shapes(net) == ["8x8x4", "8x8x4", "8x8x8", "8x8x16", "8x8x20"]


def test_the_labels_of_a_net_are_told() -> None:
    net = net_of("x: conv(8, 1x1) g: { y: relu }")
    assert {k: str(net.graph.nodes[v].shape) for k, v in net.labels.items()} == {
        "x": "8x8x8",
        "g": "8x8x8",
    }


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        # `in` is the current value's where it is written
        ("conv(8, 1x1) -> conv(in.c * 2, 1x1)", ["8x8x8", "8x8x16"]),
        ("let m = in.c conv(8, 1x1) -> conv(m, 1x1)", ["8x8x8", "8x8x4"]),
        ("conv(in.h + in.w, 1x1)", ["8x8x16"]),
        # fixed at the start of a branch, gate, shortcut, aux
        (
            "concat { | conv(8, 1x1) -> conv(in.c, 1x1) | relu }",
            ["8x8x8", "8x8x4", "8x8x4", "8x8x8"],
        ),
        ("gate { conv(2, 1x1) -> conv(in.c, 1x1) }", ["8x8x2", "8x8x4", "8x8x4"]),
        ("gate { { conv(2, 1x1) -> conv(in.c, 1x1) } }", ["8x8x2", "8x8x4", "8x8x4"]),
        (
            "residual { conv(8, 1x1) } shortcut { conv(2, 1x1) -> conv(in.c * 2, 1x1) }",
            ["8x8x8", "8x8x2", "8x8x8", "8x8x8"],
        ),
        # not in a residual's body
        ("residual { conv(8, 1x1) -> conv(in.c // 2, 1x1) }", ["8x8x8", "8x8x4", "8x8x4"]),
        # after @x that of @x
        (
            "x: conv(8, 1x1) -> conv(2, 1x1) -> y: relu -> @x -> conv(in.c, 1x1) -> concat(@y)",
            ["8x8x8", "8x8x2", "8x8x2", "8x8x8", "8x8x10"],
        ),
        (
            "x: conv(8, 1x1) concat { | @x -> conv(2, 1x1) -> conv(in.c, 1x1) | relu }",
            ["8x8x8", "8x8x2", "8x8x8", "8x8x8", "8x8x16"],
        ),
        ("x: conv(8, 1x1) -> conv(4, 1x1) -> conv(@x.c + @x.h, 1x1)", ["8x8x8", "8x8x4", "8x8x16"]),
        ("repeat 2 { conv(in.c + 1, 1x1) }", ["8x8x5", "8x8x6"]),
    ],
)
def test_in(body: str, expected: list[str]) -> None:
    assert shapes(net_of(body))[1:] == expected


def test_in_with_other_ranks() -> None:
    assert shapes(net_of("conv(in.w, 3)", "16x2"))[1:] == ["16x16"]
    assert shapes(net_of("conv(in.d * in.h * in.w, 3)", "2x3x4x2"))[1:] == ["2x3x4x24"]


def test_parameter_defaults_see_the_calls_input() -> None:
    text = """
    block B(c = in.c * 2, d = c + 1) { conv(2, 1x1) -> conv(c, 1x1) -> conv(d, 1x1) }
    net N { input 8x8x4 B gate { conv(3, 1x1) -> B(d=in.c) } }
    """
    assert shapes(elaborated(text))[1:] == [
        "8x8x2",
        "8x8x8",
        "8x8x9",
        "8x8x3",
        "8x8x2",
        "8x8x6",
        "8x8x9",
        "8x8x9",
    ]
