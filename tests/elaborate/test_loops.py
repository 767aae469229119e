"""`repeat`, `for`, `if`, and the limits that keep every file finite."""

from __future__ import annotations

import time

import pytest

from archdsl.ir import structure
from tests.elaborate.build import body_errors, errors, net_of, shapes


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("repeat 0 { relu } conv(1, 1x1)", ["1"]),
        ("repeat 2 as i { conv(i + 1, 1x1) }", ["1", "2"]),
        ("repeat 4 / 2 { conv(1, 1x1) }", ["1", "1"]),
        ("for c in [3, 5] { conv(c, 1x1) }", ["3", "5"]),
        ("for c in 3x5 { conv(c, 1x1) }", ["3", "5"]),
        ("for c in [] { conv(c, 1x1) } conv(1, 1x1)", ["1"]),
        ("for (c, n) in [(3, 1), (5, 2)] { repeat n { conv(c, 1x1) } }", ["3", "5", "5"]),
        ("for (c, n) in [[3, 1], [5, 2]] as j { conv(c * n + j, 1x1) }", ["3", "11"]),
        ("for (k, c) in [(1x1, 3), (3x3, 5)] { conv(c, k) }", ["3", "5"]),
        ("for (a, c) in [(relu, 3), (none, 5)] { conv(c, 1x1) -> a }", ["3", "3", "5"]),
        ("if in.c == 4 { conv(1, 1x1) } else { conv(2, 1x1) }", ["1"]),
        ("if in.c == 5 { conv(1, 1x1) } else if true { conv(2, 1x1) }", ["2"]),
        ("if false { conv(1, 1x1) } conv(3, 1x1)", ["3"]),
    ],
)
def test_rounds(body: str, expected: list[str]) -> None:
    assert shapes(net_of(body))[1:] == [f"8x8x{c}" for c in expected]


def test_rounds_are_kept_with_their_values() -> None:
    net = net_of("for (c, n) in [(3, 1), (5, 2)] as j { conv(c, 1x1) }")
    (loop,) = net.root.items
    assert isinstance(loop, structure.Loop)
    assert [dict(r.values) for r in loop.rounds] == [
        {"c": 3, "n": 1, "j": 0},
        {"c": 5, "n": 2, "j": 1},
    ]
    assert [(r.input, r.output) for r in loop.rounds] == [(0, 1), (1, 2)]


def test_the_arm_taken_is_kept() -> None:
    net = net_of("if true { relu } if false { relu } if false { relu } else { tanh }")
    taken = [(c.taken, len(c.items)) for c in net.root.items if isinstance(c, structure.Choice)]
    assert taken == [("then", 1), ("other", 0), ("other", 1)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("net N { input 8x8x4 repeat 100000000 { skip } }", "E392"),
        ("net N { input 8x8x4 repeat 1000000 { relu } }", "E392"),
        ("net N { input 8x8x4 repeat 4000 { repeat 4000 { skip } } }", "E392"),
        ("let a = range(1000000)", "E391"),
        ("let a = [1] * 1000000", "E391"),
        ("let a = [[i + j for i in range(9000)] for j in range(9000)]", "E391"),
        ("let a = 10 ** 10000", "E312"),
        ("let a = 2 ** 4000 * 2 ** 4000", "E312"),
        ("let a = 9 ** 9 ** 9", "E312"),
        ("let a = 1.000000001 ** 100000", "E312"),
        ("net N { input 8x8x4 conv(2 ** 64, 1x1) }", "E321"),
        (
            "block W(B) { B } net N { input 4x4x4 let b0 = relu "
            + "".join(f"let b{i + 1} = W(b{i}) " for i in range(80))
            + "b80 }",
            "E393",
        ),
    ],
)
def test_limits(text: str, code: str) -> None:
    start = time.process_time()
    assert [d.code for d in errors(text)] == [code]
    assert time.process_time() - start < 20


def test_exponentially_many_blocks_end() -> None:
    blocks = "".join(f"block B{i} {{ B{i + 1} B{i + 1} }}\n" for i in range(40))
    found = errors(f"{blocks}block B40 {{ skip }}\nnet N {{ input 4x4x4 B0 }}")
    assert [d.code for d in found] == ["E392"]


def test_many_layers_take_little_time() -> None:
    start = time.process_time()
    net = net_of("layers: repeat 25000 { conv(4, 3x3) -> relu }")
    assert len(net.graph) == 50001
    assert time.process_time() - start < 20


def test_a_failing_loop_reports_once() -> None:
    assert len(body_errors("repeat 1000 { linear(10) }")) == 1
