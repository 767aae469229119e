"""What changed between two nets, as a reviewer would say it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import archdsl
from archdsl.analysis.cost import CostReport, cost
from archdsl.analysis.difference import Difference, difference
from archdsl.analysis.differing import as_text
from archdsl.cli.group import cli
from tests.analysis.build import elaborated

NET = """
block B(c, k = 3) { conv(c, k, bias=false) -> bn -> relu }
net A(depth = 3, k = 3) {
  input 16x16x4
  stem: conv(8, 3x3)
  body: repeat depth { B(8, k) }
  global_avgpool -> flatten -> fc: linear(5)
}
"""


def report(text: str, *settings: str) -> CostReport:
    return cost(elaborated(text, *settings))


def compared(before: str, after: str) -> Difference:
    return difference(report(before), report(after))


@pytest.mark.parametrize("spec", ["resnet", "googlenet", "efficientnet"])
def test_a_net_and_itself(spec: str) -> None:
    loaded = archdsl.load(spec)
    for name in loaded.nets[:3]:
        one, two = (loaded.net(name).cost() for _ in range(2))
        assert not difference(one, two).any


def test_more_of_the_same_is_one_insertion() -> None:
    spec = archdsl.load("resnet")
    found = difference(spec.net("ResNet50").cost(), spec.net("ResNet101").cost())
    assert [(row.path, row.op) for row in found.added] == [("layer3.6-22", "Bottleneck ×17")]
    assert (found.removed, found.changed, found.reshaped, found.renamed) == ((), (), (), ())
    grown = {name: after - before for name, before, after in found.figures}
    assert grown["params"] == sum(row.params for row in found.added)
    assert grown["macs"] == sum(row.macs for row in found.added)


def test_more_in_every_stage() -> None:
    spec = archdsl.load("resnet")
    found = difference(spec.net("ResNet18").cost(), spec.net("ResNet34").cost())
    assert [(row.path, row.op) for row in found.added] == [
        ("layer1.2", "Basic"),
        ("layer2.2-3", "Basic ×2"),
        ("layer3.2-5", "Basic ×4"),
        ("layer4.2", "Basic"),
    ]
    assert (found.removed, found.changed, found.renamed) == ((), (), ())


def test_fewer_are_one_removal() -> None:
    found = difference(report(NET), report(NET, "depth=1"))
    assert [(row.path, row.op) for row in found.removed] == [("body.1-2", "B ×2")]
    assert (found.added, found.changed, found.renamed) == ((), (), ())


def test_a_new_name_is_a_new_name() -> None:
    found = compared(NET, NET.replace("body:", "trunk:"))
    assert [(it.before, it.after, it.layers) for it in found.renamed] == [("body", "trunk", 9)]
    assert (found.added, found.removed, found.changed) == ((), (), ())


def test_an_attribute() -> None:
    found = compared(NET, NET.replace("stem: conv(8, 3x3)", "stem: conv(8, 5x5, /2)"))
    (change,) = found.changed
    assert (change.before, change.op, change.shapes) == ("stem", "conv", ("16x16x8", "8x8x8"))
    assert change.attributes == (("k", "3x3", "5x5"), ("stride", "1x1", "2x2"), ("pad", "1", "2"))
    assert len(found.reshaped) == 9  # the body's
    assert (found.added, found.removed, found.renamed) == ((), (), ())


def test_all_of_a_kind() -> None:
    found = difference(report(NET), report(NET, "k=5"))
    assert [it.before for it in found.changed] == [f"body.{i}.conv" for i in range(3)]
    lines = as_text(("a", "b"), found).splitlines()
    assert lines[2] == "~ body.0.conv and 2 more  conv  k 3x3 -> 5x5, pad 1 -> 2"


def test_an_op_for_another() -> None:
    found = compared(NET, NET.replace("-> relu", "-> silu"))
    assert [row.path for row in found.removed] == [f"body.{i}.relu" for i in range(3)]
    assert [row.path for row in found.added] == [f"body.{i}.silu" for i in range(3)]
    assert found.changed == ()


def test_a_layer_in_between() -> None:
    found = compared(NET, NET.replace("global_avgpool ->", "dropout(0.1) -> global_avgpool ->"))
    assert [row.path for row in found.added] == ["dropout"]
    assert (found.removed, found.changed, found.renamed) == ((), (), ())


def test_other_wires() -> None:
    text = "net A {{ input 8x8x4 x: relu -> y: conv(4, 3x3) -> z: conv(4, 3x3) -> add({}) }}"
    found = compared(text.format("@x"), text.format("@y"))
    assert [(it.before, it.attributes) for it in found.changed] == [
        ("add", (("input", "z, x", "z, y"),))
    ]


# --------------------------------------------------------------------------- the command


def run(*args: str) -> Result:
    return CliRunner().invoke(cli, ["diff", *args])


def test_equal() -> None:
    done = run("resnet:ResNet18", "resnet:ResNet18")
    assert done.exit_code == 0
    assert done.stdout == "resnet:ResNet18 and resnet:ResNet18 are the same.\n"


def test_different() -> None:
    done = run("resnet", "resnet:ResNet101", "--net", "ResNet50")
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert lines[2] == "+ layer3.6-22  Bottleneck ×17  14x14x1024"
    assert "44,549,160     +18,992,128   1.74" in done.stdout


def test_two_files(tmp_path: Path) -> None:
    old, new = tmp_path / "old.arch", tmp_path / "new.arch"
    old.write_text(NET, encoding="utf-8")
    new.write_text(NET.replace("fc:", "head:").replace("linear(5)", "linear(7)"), encoding="utf-8")
    done = run(str(old), str(new), "-f", "json")
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert found["different"]
    assert found["figures"]["params"]["after"] - found["figures"]["params"]["before"] == 2 * 9
    assert [(it["before"], it["after"]) for it in found["changed"]] == [("fc", "head")]
    done = run(str(old), str(new), "-f", "md")
    assert "| `~` | fc → head | linear | c 5 → 7 |" in done.stdout


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("resnet:ResNet18",), "Missing argument 'B'"),
        (("resnet", "resnet"), "has several nets"),
        (("resnet:ResNet18", "resnet:ResNet43"), "did you mean"),
        (("resnet:ResNet18", "nowhere.arch"), "there is no file"),
        (("resnet:ResNet18", "resnet:ResNet34", "--format", "xml"), "is none of"),
    ],
)
def test_refused(args: tuple[str, ...], said: str) -> None:
    done = run(*args)
    assert done.exit_code == 2
    assert said in done.output
