"""The picture of `archdsl diff -o`: what changed is coloured, and nothing else."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

import archdsl
from archdsl.analysis.difference import marks
from archdsl.cli.group import cli
from archdsl.diagram.changed import LOOKS

FILLS = {fill: kind for kind, (_, fill, _) in LOOKS.items()}


def run(*args: str) -> Result:
    return CliRunner().invoke(cli, ["diff", *args])


def filled(svg: ElementTree.Element) -> list[Counter[str]]:
    """Of the picture before and after: how many boxes are filled as what."""
    out = []
    for picture in svg.findall("{http://www.w3.org/2000/svg}svg"):
        nodes = [it for it in picture.iter() if it.get("class") == "node"]
        fills = [shape.get("fill") for node in nodes for shape in node.iter()]
        out.append(Counter(FILLS[fill] for fill in fills if fill in FILLS))
    return out


def draw(tmp_path: Path, one: str, two: str) -> list[Counter[str]]:
    file = tmp_path / "diff.svg"
    done = run(one, two, "-o", str(file))
    if "needs Graphviz" in done.output:
        pytest.skip("nothing here can draw")
    assert done.exit_code in (0, 1), done.output
    svg = ElementTree.fromstring(file.read_text())
    ids = [it.get("id") for it in svg.iter() if it.get("id")]
    assert len(ids) == len(set(ids))
    return filled(svg)


def test_shortcuts_are_gone_from_the_plain_net(tmp_path: Path) -> None:
    """Eight blocks have an addition; layer1 is drawn once for two. Three have a projection."""
    before, after = draw(tmp_path, "resnet:ResNet18", "resnet:PlainNet18")
    assert before == {"removed": 7 + 3}
    assert after == {}


def test_what_came_is_new_the_other_way_round(tmp_path: Path) -> None:
    before, after = draw(tmp_path, "resnet:PlainNet18", "resnet:ResNet18")
    assert before == {}
    assert after == {"added": 7 + 3}


def test_the_same_net_has_no_colours(tmp_path: Path) -> None:
    assert draw(tmp_path, "lenet:LeNet5", "lenet:LeNet5") == [{}, {}]


def test_marks_are_of_both_nets() -> None:
    """What is added one way is removed the other way, and what changed changed on both sides."""
    file = archdsl.load("resnet")
    one, two = (file.net(it).structure.graph for it in ("ResNet50", "WideResNet50_2"))
    before, after = marks(one, two)
    assert {one.nodes[at].path for at in before} == {two.nodes[at].path for at in after}
    assert {one.nodes[at].op.keyword for at, it in before.items() if it == "changed"} == {"conv"}
    assert marks(two, one) == (after, before)


@pytest.mark.parametrize(("args", "said"), [(("-o", "x.png"), ".svg"), (("--force",), "--output")])
def test_refused(args: tuple[str, ...], said: str) -> None:
    done = run("lenet:LeNet5", "lenet:LeNet5", *args)
    assert done.exit_code == 2
    assert said in done.output


def test_no_file_of_others_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "mine.svg"
    file.write_text("<svg/>")
    assert run("lenet:LeNet5", "lenet:LeNet5AfterPooling", "-o", str(file)).exit_code == 2
    assert file.read_text() == "<svg/>"
