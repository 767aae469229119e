"""What is said where a file's names are not the net's: one error, its place, and what helps.

Names are all that counts here: arrays are of one number.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from archdsl.cli.group import cli
from archdsl.ir.places import places
from tests.weights.support import job

np = pytest.importorskip("numpy")
safetensors = pytest.importorskip("safetensors.numpy")

SMALL = """\
net Small(classes = 5) {
  input 8x8x3
  conv1: conv(4, 3x3, bias=false) -> bn1: bn -> relu
  conv2: conv(4, 3x3, bias=false) -> bn2: bn -> relu
  flatten -> head: linear(classes)
}
"""
CONV, NORM = ("weight",), ("weight", "bias", "running_mean", "running_var")
LINEAR = ("weight", "bias")
THEIRS = {"stem.conv": CONV, "stem.bn": NORM, "top.conv": CONV, "top.bn": NORM, "fc0": LINEAR}
MAP = "stem.{kind:conv|bn} -> {kind}1\ntop.{kind:conv|bn} -> {kind}2\nfc{n} -> head\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.arch").write_text(SMALL, encoding="utf-8")
    named = {f"{layer}.{word}" for layer, words in THEIRS.items() for word in words}
    by_net = {p.name: p.weight.shape for p in places(job("small.arch", "Small").nets[0].graph)}
    ours = {"stem.": "1.", "top.": "2."}
    arrays = {}
    for name in named:
        own = name.replace("fc0", "head")
        for prefix, number in ours.items():
            if own.startswith(prefix):
                layer, word = own.removeprefix(prefix).split(".")
                own = f"{layer}{number}{word}"
        arrays[name] = np.zeros(by_net[own], "float32")
    safetensors.save_file(arrays, "theirs.safetensors")


def _file(layers: dict[str, Sequence[str]] | Sequence[str], name: str = "a.safetensors") -> None:
    words = layers if isinstance(layers, dict) else dict.fromkeys(layers, CONV)
    found = {f"{k}.{word}": np.zeros(1, "float32") for k, given in words.items() for word in given}
    safetensors.save_file(found, name)


def _keras(layers: Sequence[str], name: str = "a.weights.h5") -> None:
    h5py = pytest.importorskip("h5py")
    with h5py.File(name, "w") as file:
        for n, layer in enumerate(layers):
            group = file.create_group(f"layers/layer_{n}/vars")
            group.attrs["name"] = layer
            group["0"] = np.zeros(1, "float32")


def _said(*args: str, map: str | None = None) -> str:
    """What is written, for a map's text or name."""
    if map is not None:
        name = map if ":" in map or "\n" not in map else "mine.map"
        if "\n" in map:
            name = "mine.map"
            Path(name).write_text(map, encoding="utf-8")
        args = (*args, "--map", name)
    found = CliRunner().invoke(cli, ["weights", "check", *args], prog_name="archdsl")
    assert found.exit_code == (0 if "  taken " in found.output else 1), found.output
    return found.output


# ------------------------------------------------------------------------------- a map's mistakes


def test_the_map_fits() -> None:
    assert "taken    12 weights" in _said("small.arch", "theirs.safetensors", map=MAP)


def test_a_right_side_that_the_net_lacks() -> None:
    said = _said("small.arch", "theirs.safetensors", map=MAP.replace("head", "haed"))
    assert said == (
        "mine.map:3:10: error[V153]: the net has no layer haed\n"
        "   3 | fc{n} -> haed\n"
        "     |          ^^^^ for fc0 of theirs.safetensors\n"
        "     help: did you mean head?\n"
    )


def test_an_array_that_the_layer_lacks() -> None:
    wrong = MAP.replace("{kind}1", "conv1", 1).replace("stem.{kind:conv|bn}", "stem.bn")
    said = _said("small.arch", "theirs.safetensors", map=f"stem.conv -> none\n{wrong}")
    assert "error[V153]: the net's conv1 has no bias, running_mean, running_var\n" in said
    assert "^^^^^ for stem.bn.bias of" in said


def test_a_word_that_a_brace_lacks() -> None:
    said = _said("small.arch", "theirs.safetensors", map=MAP.replace("conv|bn", "conf|bn", 1))
    assert "mine.map:1:6: error[V153]: the map has no line for stem.conv.weight of " in said
    assert "|      ^^^^^^^^^^^^^^ conv is none of these\n" in said
    assert "help: did you mean {kind:conv|bn}?\n" in said
    assert said.count("error[") == 1


def test_a_word_before_a_number() -> None:
    """The number isn't of the word."""
    _file({"conv12": CONV, "fc0": LINEAR})
    said = _said("small.arch", "a.safetensors", map="{k:conf|bn}{n} -> {k}{n}\nfc0 -> none\n")
    assert "help: did you mean {k:conv|bn}?\n" in said


def test_a_left_side_that_no_name_has() -> None:
    said = _said("small.arch", "theirs.safetensors", map=MAP.replace("fc{n}", "fd{n}"))
    assert "mine.map:3:1: error[V153]: the map has no line for fc0.bias, fc0.weight of " in said
    assert "^^^^^^^^^^^^^ no name there fits this line\n" in said
    assert "note: head.weight, head.bias of the net got nothing\n" in said
    assert said.count("error[") == 1


def test_a_line_too_few() -> None:
    said = _said("small.arch", "theirs.safetensors", map="\n".join(MAP.split("\n")[:2]) + "\n")
    assert "help: `fc0 -> head` gives it a place\n" in said
    assert said.count("error[") == 1


def test_a_place_that_nothing_is_for() -> None:
    said = _said("small.arch", "theirs.safetensors", map=MAP.replace("-> head", "-> none"))
    assert "has nothing for head.weight, head.bias" in said
    assert "help: a line of the map gives it: `name there -> head`\n" in said


# ------------------------------------------------------------------------------- another net's file


def test_a_prefix_before_the_names() -> None:
    _file([f"backbone.{x}" for x in ("conv1", "bn1", "conv2", "bn2", "head")])
    said = _said("small.arch", "a.safetensors")
    assert "error[V152]: a.safetensors has nothing for Small\n" in said
    assert "help: a map with the line `backbone.{name:path} -> {name}` takes them" in said
    assert said.count("error[") == 1


def test_the_nets_own_names_by_a_map() -> None:
    _file(["conv1", "bn1", "conv2", "bn2", "head"])
    said = _said("small.arch", "a.safetensors", map="timm:MobileNetV2")
    assert "help: the names are the net's own: it takes no --map\n" in said
    assert said.count("error[") == 1


TIMM = [f"blocks.{s}.0.{x}" for s in range(1, 6) for x in ("conv_pw", "bn1", "conv_dw", "conv_pwl")]


@pytest.mark.parametrize(
    ("net", "help"),
    [
        ("mobilenet --net MobileNetV2", "--map timm has these names"),
        ("resnet --net ResNet18", "those that --map timm reads for "),
        ("small.arch", "those that --map timm reads for "),
    ],
)
def test_a_forgotten_map_of_timms(net: str, help: str) -> None:
    _file(["conv_stem", *TIMM])
    said = _said(*net.split(), "a.safetensors")
    assert help in said
    assert [said.count(code) for code in ("V152", "V153")] == [1, 0]


@pytest.mark.parametrize(
    ("net", "help"),
    [
        ("vgg --net VGG16", "--map keras has these names"),
        ("resnet --net ResNet18", "those that --map keras reads for KerasVGG16, KerasVGG19"),
    ],
)
def test_a_forgotten_map_of_keras(net: str, help: str) -> None:
    counts = enumerate((2, 2, 3, 3, 3), 1)
    _keras([f"block{b}_conv{n}" for b, most in counts for n in range(1, most + 1)])
    said = _said(*net.split(), "a.weights.h5")
    assert help in said
    assert [said.count(code) for code in ("V152", "V153")] == [1, 0]


def test_another_net_of_the_same_map() -> None:
    """Of ResNet50's into ResNet50V2 much fits; a line of the shipped map is not what is wrong."""
    _keras(
        [f"conv{s}_block1_{n}_{x}" for s in (2, 3) for n in (0, 1, 2, 3) for x in ("conv", "bn")]
    )
    said = _said("keras/resnet", "--net", "KerasResNet50V2", "a.weights.h5", map="keras")
    assert "reads for KerasResNet50, KerasResNet101, KerasResNet152: it is of another net" in said
    assert said.count("error[") == 1


def test_past_the_end_of_a_shipped_map() -> None:
    """Its lists end with the net's layers."""
    _file(["conv_stem", *TIMM, "blocks.9.0.conv_pw"])
    said = _said("mobilenet", "--net", "MobileNetV2", "a.safetensors", map="timm")
    assert "E318" not in said
    assert said.count("error[") == 1


def test_no_librarys_names() -> None:
    _file(["a", "b"])
    said = _said("small.arch", "a.safetensors")
    assert "help: it is a file of another net; if it is of this one, --map FILE says" in said
    _keras(["conv2d", "conv2d_1", "batch_normalization", "dense"])
    assert "reads for" not in _said("small.arch", "a.weights.h5")


def test_a_smaller_and_a_larger_net() -> None:
    """Every name is known: no map would help."""
    larger = SMALL.replace("flatten", "conv3: conv(4, 3x3) -> flatten")
    Path("larger.arch").write_text(larger, encoding="utf-8")
    arrays = {
        p.name: np.zeros(p.weight.shape, "float32")
        for p in places(job("larger.arch", "Small").nets[0].graph)
    }
    safetensors.save_file(arrays, "larger.safetensors")
    said = _said("small.arch", "larger.safetensors")
    assert "has no place for conv3.bias, conv3.weight" in said
    assert "help: it is a file of another net, or of this one with other arguments" in said
    safetensors.save_file({k: v for k, v in arrays.items() if "3" not in k}, "a.safetensors")
    said = _said("larger.arch", "a.safetensors")
    assert "has nothing for conv3.weight, conv3.bias" in said
    assert "help: it is a file of another net, or of this one with other arguments" in said


def test_a_head_too_few() -> None:
    arrays = {
        p.name: np.zeros(p.weight.shape, "float32")
        for p in places(job("small.arch", "Small").nets[0].graph)
        if p.node.path != "head"
    }
    safetensors.save_file(arrays, "a.safetensors")
    assert "help: --head begins a new head\n" in _said("small.arch", "a.safetensors")


# ------------------------------------------------------------------------------- a map without the net


def test_an_empty_map() -> None:
    said = _said("small.arch", "theirs.safetensors", map="# nothing yet\n")
    assert said == (
        "error[V156]: the map mine.map is empty\n     help: a line is `name there -> name here`\n"
    )


def test_a_shipped_map_for_other_nets() -> None:
    """What the file is of is said, not what has a name like the net's."""
    _keras([f"conv{s}_block1_{n}_conv" for s in (2, 3) for n in (1, 2, 3)])
    said = _said("resnet", "--net", "ResNet18", "a.weights.h5", map="keras")
    assert "those for KerasResNet50, KerasResNet101, KerasResNet152: it is of another net" in said
    _file(["conv1", "bn1", "fc"])
    said = _said("resnet", "--net", "ResNet18", "a.safetensors", map="keras")
    assert "help: the names are the net's own: it takes no --map\n" in said
    _file(["conv_stem", "blocks.1.0.conv_pw"])
    said = _said("small.arch", "a.safetensors", map="timm")
    assert "help: the file's names are those for MobileNet" in said
    _file(["a", "b"])
    said = _said("resnet", "--net", "ResNet18", "a.safetensors", map="keras")
    assert "help: --map keras:NET takes those for another net\n" in said


def test_a_net_that_is_mistyped() -> None:
    said = _said("small.arch", "theirs.safetensors", map="timm:MobileNetV22")
    assert "help: did you mean MobileNetV2?\n" in said
    said = _said("small.arch", "theirs.safetensors", map=f"[Smaller]\n{MAP}")
    assert "help: --map mine.map finds" not in said
    assert "error[V156]: the map mine.map has no names for Small\n" in said


# ------------------------------------------------------------------------------- other numbers


def test_other_input_channels() -> None:
    Path("four.arch").write_text(SMALL.replace("8x8x3", "8x8x4"), encoding="utf-8")
    for more in ([], ["--head"]):
        said = _said("four.arch", "theirs.safetensors", *more, map=MAP)
        assert "and 4x4x3x3 in the net" in said
        assert "help: --head adapts a first layer for one channel to more, and any to one" in said


def test_a_negative_variance() -> None:
    arrays = dict(safetensors.load_file("theirs.safetensors"))
    arrays["top.bn.running_var"] = np.array([1, -0.5, 1, 1], "float32")
    arrays["top.bn.bias"] -= 1
    safetensors.save_file(arrays, "theirs.safetensors")
    said = _said("small.arch", "theirs.safetensors", map=MAP)
    assert "warning[V161]: top.bn.running_var of theirs.safetensors has numbers below 0" in said
    assert said.count("warning[") == 1
