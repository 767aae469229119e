"""Rows of a report: grouped, folded, the costliest alone; and how a table shows them."""

from __future__ import annotations

import pytest

import archdsl
from archdsl.analysis.conventions import CONVENTIONS
from archdsl.analysis.cost import CostReport, cost
from archdsl.analysis.memory import DTYPES
from archdsl.analysis.table import CHOICES, table
from archdsl.analysis.view import ADDITIVE, FIGURES, View, lines
from tests.analysis.build import AUX, elaborated

REPEATED = """
block B(c) { conv(c, 3x3, bias=false) -> bn }
net A {
  input 8x8x4
  body: repeat 4 as i { B(8, /2 if i == 0 else 1) }
  depthwise(3x3) -> conv(16, 1x1, groups=2) -> flatten -> linear(3)
}
""".replace(", /2 if i == 0 else 1", "")


@pytest.fixture(scope="module")
def report() -> CostReport:
    return cost(elaborated(REPEATED))


@pytest.mark.parametrize(
    "view",
    [
        View(),
        View(depth=0),
        View(depth=1),
        View(depth=2, fold=True),
        View(by="stage"),
        View(by="op"),
        View(top=1),
        View(by="op", top=3, sort="params"),
        View(by="layer", top=99),
    ],
)
@pytest.mark.parametrize("text", [REPEATED, AUX])
def test_whatever_is_shown_sums_up_to_the_whole(text: str, view: View) -> None:
    report = cost(elaborated(text))
    rows = lines(report, view)
    for figure in ADDITIVE:
        whole = sum(getattr(row, figure) for row in report.rows)
        assert sum(getattr(row, figure) for row in rows) == whole, figure
    assert max(row.memory for row in rows) == report.totals.peak_memory
    assert sum(row.nodes for row in rows) == len(report.rows)


def test_equal_neighbours_share_a_row(report: CostReport) -> None:
    found = [(r.path, r.op, r.params) for r in lines(report, View(depth=2, fold=True))]
    # the first takes 4 channels: 4*8*9 and 16; the others 8*8*9 and 16
    assert found[1:3] == [("body.0", "B", 304), ("body.1-3", "B ×3", 3 * 592)]


def test_by_op(report: CostReport) -> None:
    found = {row.path: (row.nodes, row.params) for row in lines(report, View(by="op"))}
    assert found["conv 3x3"] == (4, 4 * 8 * 9 + 3 * 8 * 8 * 9)
    assert found["conv 3x3 depthwise"] == (1, 8 * 9 + 8)
    assert found["conv 1x1 grouped"] == (1, 16 * 4 + 16)
    assert found["bn"] == (4, 4 * 16)


def test_a_convolution_in_as_many_groups_as_channels_is_depthwise() -> None:
    counted = {
        name: {row.path: row.nodes for row in lines(net.cost(), View(by="op"))}
        for name, net in (
            (name, archdsl.load("mobilenet").net(name)) for name in ("MobileNetV1", "MobileNetV2")
        )
    }
    # the papers' tables: 13 and 17 blocks
    assert counted["MobileNetV1"]["conv 3x3 depthwise"] == 13
    assert counted["MobileNetV2"]["conv 3x3 depthwise"] == 17


def test_the_costliest(report: CostReport) -> None:
    rows = lines(report, View(by="layer", top=2, sort="params"))
    assert [row.path for row in rows] == [
        "linear",
        "body.1.conv",
        f"{len(report.rows) - 2} others",
    ]


def test_the_row_of_the_others_is_no_costliest() -> None:
    report = archdsl.load("mobilenet").net("MobileNetV2").cost()
    text = table(report, View(by="layer", top=3))
    first, *_, rest = text.splitlines()[4:8]
    assert "MACs" in first.partition("< most ")[2]
    assert rest.split()[:2] == [str(len(report.rows) - 3), "others"]
    assert "<" not in rest.replace("<1%", "")


def test_every_column_has_a_heading(report: CostReport) -> None:
    head = table(report, View(), CHOICES).splitlines()[2]
    for name in CHOICES:
        assert name in head.lower()


def test_colours_change_no_text(report: CostReport) -> None:
    import re

    plain, inked = (table(report, View(), colour=colour) for colour in (False, True))
    assert "\x1b[" not in plain
    assert "\x1b[1;31m" in inked
    assert [line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", inked).splitlines()] == (
        plain.splitlines()
    )


def test_figures_have_one_order() -> None:
    from archdsl.cli import cost as command
    from archdsl.cli import options

    assert command.FIGURES == FIGURES
    assert command.COLUMNS == CHOICES
    assert tuple(CONVENTIONS) == command.CONVENTIONS
    assert tuple(DTYPES) == options.DTYPES
