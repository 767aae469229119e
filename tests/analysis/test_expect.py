"""Expectations: which hold, and what is said of those that don't."""

from __future__ import annotations

import pytest

from archdsl.analysis import codes
from archdsl.diagnostics import Severity
from tests.analysis.build import findings

NET = """## For others
block B(c) {{ conv(c, 3x3, bias=false) }}
net A(n = 5) {{
  input 4x4x2
  conv(4, 1x1) -> global_avgpool -> flatten -> linear(n)
  {}
}}
"""
# conv 12 parameters, 128 MACs, 64 elements; linear 25 parameters, 20 MACs, 5 elements
# flops: 2*128 + 64, mean 64, 2*20 + 5; memory 128 + 256


@pytest.mark.parametrize(
    "text",
    [
        "params == 37",
        "params != 38",
        "params < 38",
        "params <= 37",
        "params > 36",
        "params >= 37",
        "37 == params",
        "macs == 148",
        "flops == 429",
        "activations == 69",
        "depth == 2",
        "peak_memory == 384",
        "peak_memory < 1k",
        "output == 5",
        "output == n",
        "params == 12 + 5 * n",
        "params / macs == 1 / 4",
        "macs(B(8), 4x4x8) == 9216",  # 4*4*8 outputs of 72
        "params(B(8), 4x4x8) == 576",
        "params(conv(8, 3x3), 4x4x8) == 584",
        "macs(linear(3), 10) == 30",
        "macs(B(8), 4x4x8) > 3 * macs(conv(8, 1x1), 4x4x8)",
        # within 1% of the right side
        "9900 ~ 10_000",
        "10_100 ~ 10_000",
        "params ~ 37",
    ],
)
def test_holds(text: str) -> None:
    assert list(findings(NET.format(f"expect {text}"))) == []


@pytest.mark.parametrize(
    ("text", "message", "label"),
    [
        ("params == 36", "expected params == 36, found 37", "1 too many"),
        ("params == 38", "expected params == 38, found 37", "1 too few"),
        ("params != 37", "expected params != 37, found 37", "they are equal"),
        ("params < 37", "expected params < 37, found 37", "they are equal"),
        ("params  >  60k", "expected params > 60k, found 37", "59_963 too few"),
        ("1 >= params", "expected 1 >= params, found 37", "36 too many"),
        ("output == 6", "expected output == 6, found 5", ""),
        ("output == 4x4x5", "expected output == 4x4x5, found 5", ""),
        ("macs / params == 5", "expected macs / params == 5, found 4", "1 too few"),
        ("params / 2 == 5", "expected params / 2 == 5, found 18.5", "13.5 too many"),
        ("9899 ~ 10_000", "expected 9899 ~ 10_000, found 9_899", "1.01% too few"),
        ("params ~ 40", "expected params ~ 40, found 37", "7.5% too few"),
        (
            "macs(B(8), 4x4x8) == 9_217",
            "expected macs(B(8), 4x4x8) == 9_217, found 9_216",
            "1 too few",
        ),
    ],
)
def test_does_not_hold(text: str, message: str, label: str) -> None:
    (item,) = findings(NET.format(f"expect {text}"))
    assert (item.code, item.message, item.label) == (codes.NOT_MET, message, label)
    assert item.span is not None
    assert item.span.text == f"expect {text}"


def test_the_other_sides_value_is_said_too() -> None:
    (item,) = findings(NET.format("expect params == macs"))
    assert (item.message, item.notes) == ("expected params == macs, found 37", ("macs is 148",))
    (item,) = findings(NET.format("expect params == n * 2"))
    assert item.notes == ("n * 2 is 10",)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("params == 5x5", "E311"),
        ("output < 5x5", "E311"),
        ("params ~ 5x5", "E310"),
        ("parms == 5", "E201"),
        ("params / 0 == 5", "E312"),
        ("macs(B(8)) == 5", codes.BAD_PART),
        ("macs(8, 4x4x8) == 5", codes.BAD_PART),
        ("macs(B(8), 4x4x8, 3) == 5", codes.BAD_PART),
        ("macs(B(8), 0x4x8) == 5", codes.BAD_PART),
    ],
)
def test_no_question_at_all(text: str, code: str) -> None:
    assert [item.code for item in findings(NET.format(f"expect {text}"))] == [code]


@pytest.mark.parametrize(
    ("text", "message", "where"),
    [
        (
            "macs(B(8), 0x4x8) == 5",
            "macs(..) wants a shape with whole sizes of at least 1, got 0x4x8",
            "0x4x8",
        ),
        (
            "params(relu, B) == macs(relu, 4x4x8)",
            "params(..) wants a shape, got the block `B`",
            "B",
        ),
        (
            "macs(8, 4x4x8) == 5",
            "macs(..) wants a block or an op, and the shape that goes in",
            "expect macs(8, 4x4x8) == 5",
        ),
    ],
)
def test_what_is_wrong_with_a_part(text: str, message: str, where: str) -> None:
    (item,) = findings(NET.format(f"expect {text}"))
    assert item.span is not None
    assert (item.message, item.span.text) == (message, where)


def test_what_a_part_is_given_is_written_there() -> None:
    (item,) = findings(NET.format("expect params(conv(3, 3x3), 8x8) == 3"))
    assert (item.code, item.notes) == ("S203", ())


def test_a_part_that_cannot_be() -> None:
    found = findings(NET.format("expect macs(B(8), 10) == 5"))
    assert [item.severity for item in found] == [Severity.ERROR]


def test_every_failing_one_is_reported() -> None:
    text = NET.format("expect params == 1 expect macs == 2 expect depth == 2 expect depth == 3")
    assert [item.message for item in findings(text)] == [
        "expected params == 1, found 37",
        "expected macs == 2, found 148",
        "expected depth == 3, found 2",
    ]


BLOCKS = """
block B(c) {
  conv(c, 1x1, bias=false)
  expect params == 8
  expect macs <= 200
  expect peak_memory == 128 + 16 * c * 4
  expect depth == 1
  expect output == 4x4x4
}
net A {
  input 4x4x2
  stem: B(4)
  next: B(4)
}
"""


def test_in_a_block_it_holds_for_each_instance() -> None:
    found = list(findings(BLOCKS))
    # next: 4 * 4 parameters, 16 * 16 MACs, and 256 bytes come in
    assert [item.message for item in found] == [
        "expected params == 8, found 16",
        "expected macs <= 200, found 256",
        "expected peak_memory == 128 + 16 * c * 4, found 512",
    ]
    assert [frame.path for frame in found[0].frames] == ["next"]


def test_a_side_heads_block_speaks_of_itself() -> None:
    text = """
    block Head(n) { flatten -> linear(n) expect macs == 64 }
    net A { input 4x4x2 relu -> aux { head: Head(2) } }
    """
    assert list(findings(text)) == []


def test_skipped_with_a_note_where_parameters_are_set() -> None:
    text = NET.format("expect params == 1 expect macs == 1")
    (item,) = findings(text, "n=7")
    assert item.severity is Severity.NOTE
    assert item.code == codes.SKIPPED
    assert item.message == "2 expectations of A were not checked: `n` set from outside"


def test_in_a_block_it_is_checked_whatever_is_set() -> None:
    text = "block B { relu expect params == 1 } net A(n = 1) { input 4x4x2 B -> conv(n, 1x1) }"
    assert [item.code for item in findings(text, "n=2")] == [codes.NOT_MET]


def test_of_each_variant() -> None:
    text = """
    net A(n) { input 4x4x2 conv(n, 1x1) expect params == 3 * n }
    net A1 = A(1) { expect params == 3 }
    net A2 = A(2) { expect params == 7 }
    """
    assert [item.message for item in findings(text)] == ["expected params == 7, found 6"]


def test_what_a_variant_changes_needs_no_note() -> None:
    text = NET.format("expect params == 37") + "net V = A(n=7) { expect params > 37 }"
    assert list(findings(text)) == []
