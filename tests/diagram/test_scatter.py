"""The scatter plot of `archdsl cost --plot`: what is drawn is where its figures say."""

from __future__ import annotations

import itertools
import json
import math
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from archdsl.cli.group import cli
from archdsl.diagram.scatter import Dot, scatter
from archdsl.diagram.scatter_svg import scatter_svg

SVG = "{http://www.w3.org/2000/svg}"
UNITS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9}
NETS = ("resnet:ResNet50", "mobilenet:MobileNetV2", "lenet:LeNet5", "vgg:VGG16")


def run(*args: str) -> Result:
    return CliRunner().invoke(cli, ["cost", *args])


def scale(svg: ElementTree.Element, axis: str, place: str) -> tuple[float, float, float, float]:
    """The outermost ticks as a reader sees them: a place and its figure's logarithm, twice."""
    ticks = []
    for text in svg.iter(f"{SVG}text"):
        if text.get("class") == axis:
            digits, _, unit = (text.text or "").partition(" ")
            ticks.append((float(text.get(place, "")), math.log10(int(digits) * UNITS[unit])))
    (a, low), *_, (b, high) = ticks
    return a, low, b, high


def read_off(at: float, ticks: tuple[float, float, float, float]) -> float:
    a, low, b, high = ticks
    return 10.0 ** (low + (at - a) * (high - low) / (b - a))


def test_figures_can_be_read_off(tmp_path: Path) -> None:
    """From the ticks and circles alone, to the half per cent that two decimals leave."""
    file = tmp_path / "out.svg"
    done = run("-f", "json", "--plot", str(file), "--compare", *NETS)
    assert done.exit_code == 0, done.output
    svg = ElementTree.fromstring(file.read_text())
    across, up = scale(svg, "across", "x"), scale(svg, "up", "y")
    up = (up[0] - 3.5, up[1], up[2] - 3.5, up[3])  # from a text's base line to its middle
    areas = set()
    for net in json.loads(done.stdout)["nets"]:
        circle = next(
            it
            for it in svg.iter(f"{SVG}circle")
            if (it.findtext(f"{SVG}title") or "").startswith(f"{net['name']}:")
        )
        totals = net["totals"]
        assert read_off(float(circle.get("cx", "")), across) == pytest.approx(
            totals["params"], rel=5e-3
        )
        assert read_off(float(circle.get("cy", "")), up) == pytest.approx(totals["macs"], rel=5e-3)
        if net["name"] != "LeNet5":  # too small to measure
            areas.add(round(float(circle.get("r", "")) ** 2 / totals["peak_memory"] * 1e6, 1))
    assert max(areas) - min(areas) <= 0.2


def test_all_shipped_nets_have_a_label_and_none_covers_another(tmp_path: Path) -> None:
    file = tmp_path / "all.svg"
    done = run("--plot", str(file))
    assert (done.exit_code, done.stdout) == (0, "")
    first = file.read_bytes()
    labels = re.findall(r'class="label".*>(\w+)</text>', first.decode())
    listed = json.loads(CliRunner().invoke(cli, ["list", "-f", "json"]).stdout)["nets"]
    own = [net["net"] for net in listed if "/" not in net["file"]]  # not those of Keras
    assert sorted(labels) == sorted(own)
    run("--plot", str(file))
    assert file.read_bytes() == first


DOTS = st.builds(
    Dot,
    st.text("abcmW1_", min_size=1, max_size=25),
    st.sampled_from(["a", "b", "c"]),
    st.integers(1, 10**10),
    st.integers(1, 10**13),
    st.integers(1, 10**10),
)


@given(st.lists(DOTS, min_size=1, max_size=12) | DOTS.map(lambda dot: [dot] * 30))
@settings(max_examples=25, deadline=None)
def test_no_two_labels_overlap_and_all_is_inside(dots: list[Dot]) -> None:
    made = scatter(dots)
    boxes = [mark.label for mark in made.marks if mark.label is not None]
    assert boxes
    for one, two in itertools.combinations(boxes, 2):
        assert not one.overlaps(two)
    for mark in made.marks:
        assert made.x.start < mark.x - mark.radius
        assert mark.x + mark.radius < made.x.end
        assert made.y.end < mark.y - mark.radius
        assert mark.y + mark.radius < made.y.start
    assert len(made.x.ticks()) >= 2
    assert len(made.y.ticks()) >= 2


def test_text_is_escaped() -> None:
    name = '</text><script>"&\x00'
    svg = scatter_svg([Dot(name, name, 10, 10, 10), Dot("b", "c", 20, 30, 9)], name, name, "-->")
    made = ElementTree.fromstring(svg)
    assert not list(made.iter(f"{SVG}script"))
    assert name.replace("\x00", "\N{REPLACEMENT CHARACTER}") in [it.text for it in made.iter()]


def test_a_net_without_work_is_left_out_and_named(tmp_path: Path) -> None:
    spec = tmp_path / "two.arch"
    spec.write_text("net Idle { input 8x8x3 relu }\nnet Busy { input 8x8x3 conv(4, 3x3) }\n")
    file = tmp_path / "two.svg"
    done = run(str(spec), "--plot", str(file))
    assert done.exit_code == 0, done.output
    assert "Idle" in done.stderr
    assert "Busy" in file.read_text()
    file.unlink()
    done = run(str(spec), "--net", "Idle", "--plot", str(file))
    assert done.exit_code == 2
    assert "nothing to draw" in done.output
    assert not file.exists()


def test_no_file_of_others_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "mine.svg"
    file.write_text("<svg/>")
    done = run("lenet", "--plot", str(file))
    assert done.exit_code != 0
    assert file.read_text() == "<svg/>"
    assert run("lenet", "--plot", str(file), "--force").exit_code == 0


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("lenet", "--plot", "x.png"), ".svg"),
        (("lenet", "--plot", "x.svg", "--by", "op"), "--plot"),
        (("lenet", "--plot", "x.svg", "-f", "json"), "--format"),
        (("lenet", "--force"), "--plot"),
    ],
)
def test_refused(args: tuple[str, ...], said: str) -> None:
    done = run(*args)
    assert done.exit_code == 2
    assert said in done.output
