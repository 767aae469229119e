"""What reaches neither shape nor cost is found out by looking at what is asked of it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from archdsl.fit.indifferent import asked, stands_for
from archdsl.ir.values import BlockValue
from archdsl.ops import OPS
from tests.fit.build import candidates, program


def block(file: str, name: str, text: str | None = None) -> BlockValue:
    value = program(file, text).main.declared[name]
    assert isinstance(value, BlockValue)
    return value


def test_stochastic_depth_is_none_or_some() -> None:
    stands = stands_for(block("efficientnet", "MBConv"), "drop")
    assert stands is not None
    assert stands(Fraction(1, 5)) == stands(Fraction(1, 7)) != stands(0)
    assert stands(0) == 0
    assert stands(2) == 2  # no probability: the error speaks of it
    assert stands("a") == "a"


@pytest.mark.parametrize("name", ["c", "t", "k", "stride"])
def test_what_reaches_a_shape_counts(name: str) -> None:
    assert stands_for(block("efficientnet", "MBConv"), name) is None


TEXT = """
block Inner(a, b = 0.5) { dropout(a) -> leaky_relu(b) }
block Outer(a, b, c, d, e) {
  let f = d
  residual(drop_path=a) { Inner(b, c) -> dropout(f) }
  if e > 0.5 { dropout(e) }
}
net N { input 8x8x3 Outer(0.1, 0.2, 0.3, 0.4, 0.6) }
"""


@pytest.mark.parametrize(
    ("name", "stands"), [("a", True), ("b", True), ("c", True), ("d", False), ("e", False)]
)
def test_by_way_of_other_blocks(name: str, stands: bool) -> None:
    outer = block("text.arch", "Outer", TEXT)
    assert (stands_for(outer, name) is not None) == stands


def test_what_ops_ask_of_their_numbers() -> None:
    plain = {"dropout.p", "drop_path.p", "leaky_relu.slope", "bn.eps", "bn.momentum"}
    found = {
        f"{keyword}.{attribute}"
        for keyword, op in OPS.items()
        for attribute in op.attributes()
        if asked(op, attribute) == "truth"
    }
    assert plain <= found
    counted = {"conv.c", "conv.k", "conv.stride", "maxpool.k", "groupnorm.n", "upsample.factor"}
    assert not counted & found


def test_blocks_that_differ_in_it_alone_are_elaborated_once() -> None:
    made = candidates(program("efficientnet"), "EfficientNetB0")
    made.costs({})
    before = made.plan.pieces
    assert before < 30  # of 16 blocks, and the layers around them
    made.costs({"depth": Fraction(3)})  # more blocks, each with another probability
    # A stage of one block has another behind it now, whose inputs have as many channels.
    assert made.plan.pieces - before <= 2
