"""The papers' own tables, from the same files by `fit`'s means."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest

from archdsl.elaborate.scalings import line_of
from tests.fit.build import candidates, program

ROOT = Path(__file__).resolve().parent.parent.parent

# Howard et al. (2017), tables 6 and 7: width, resolution, million MACs, million parameters.
MOBILENET = [
    ("1.0", 224, 569, "4.2"),
    ("0.75", 224, 325, "2.6"),
    ("0.5", 224, 149, "1.3"),
    ("0.25", 224, 41, "0.5"),
    ("1.0", 192, 418, "4.2"),
    ("1.0", 160, 290, "4.2"),
    ("1.0", 128, 186, "4.2"),
]
# Table 4 of Tan and Le (2019) has the nets; their code has the widths, depths and resolutions.
PUBLISHED = [
    ("1.0", "1.0", 224),
    ("1.0", "1.1", 240),
    ("1.1", "1.2", 260),
    ("1.2", "1.4", 300),
    ("1.4", "1.8", 380),
    ("1.6", "2.2", 456),
    ("1.8", "2.6", 528),
    ("2.0", "3.1", 600),
]


@pytest.mark.parametrize(("width", "res", "macs", "params"), MOBILENET)
def test_mobilenets_multipliers(width: str, res: int, macs: int, params: str) -> None:
    made = candidates(program("mobilenet"), "MobileNet")
    found = made.costs({"width": Fraction(width), "res": res})
    assert abs(found.macs / 10**6 - macs) < 1  # 290.6 million are 290 there, 568.7 are 569
    assert f"{found.params / 10**6:.1f}" == params


def test_all_of_mobilenets_sixteen() -> None:
    """Work goes with the square of both multipliers, but for the first layer and the last."""
    made = candidates(program("mobilenet"), "MobileNet")
    whole = made.costs({"width": Fraction(1), "res": 224})
    for width in ("1.0", "0.75", "0.5", "0.25"):
        for res in (224, 192, 160, 128):
            found = made.costs({"width": Fraction(width), "res": res})
            about = float(Fraction(width) ** 2) * (res / 224) ** 2
            # The first layer goes with the width alone: the thinner, the more that is.
            assert about * 0.98 < found.macs / whole.macs < about * 1.3
            paper = candidates(program("mobilenet"), "MobileNet").whole(
                {"width": Fraction(width), "res": res}
            )
            assert paper[1] == found


def test_the_docs_set_the_line_beside_the_published_nets() -> None:
    text = (ROOT / "docs" / "fit.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| phi = (\d) \|(.*)\|$", text, re.MULTILINE)
    assert len(rows) == len(PUBLISHED)
    read = program("efficientnet")
    info = read.net("EfficientNet")
    assert info is not None
    line = line_of(read.main, info)
    assert line is not None
    for (phi, cells), (width, depth, res) in zip(rows, PUBLISHED, strict=True):
        values = line.at(int(phi))
        assert [cell.strip() for cell in cells.split("|")] == [
            f"{float(values['width']):.2f}",  # type: ignore[arg-type]
            f"{float(values['depth']):.2f}",  # type: ignore[arg-type]
            str(values["res"]),
            f"B{phi}",
            width,
            depth,
            str(res),
        ]
        assert values["width"] == pytest.approx(1.1 ** int(phi))
        assert values["depth"] == pytest.approx(1.2 ** int(phi))
        assert abs(int(str(values["res"])) - 224 * 1.15 ** int(phi)) <= 4
