"""Names of weights: those of published implementations, and the rules one by one."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from archdsl.elaborate.names import OWNED, snake_case
from tests.elaborate.build import body_errors, elaborated, net_of, paths, weights

NETS = Path(__file__).parent / "nets"


@pytest.mark.parity
@pytest.mark.parametrize(
    ("file", "net", "reference", "kwargs"),
    [
        ("alexnet", "AlexNet", "alexnet", {}),
        ("vgg", "VGG16", "vgg16", {}),
        ("vgg", "VGG16BN", "vgg16_bn", {}),
        ("resnet", "ResNet18", "resnet18", {}),
        ("resnet", "ResNet50", "resnet50", {}),
        ("googlenet", "GoogLeNet", "googlenet", {"aux_logits": True, "init_weights": False}),
        ("inception_v3", "InceptionV3", "inception_v3", {"init_weights": False}),
        ("mobilenet_v2", "MobileNetV2", "mobilenet_v2", {}),
        ("mobilenet_v3", "MobileNetV3Large", "mobilenet_v3_large", {}),
        ("efficientnet", "EfficientNetB0", "efficientnet_b0", {}),
    ],
)
def test_weights_of_published_nets(
    torchvision: ModuleType, file: str, net: str, reference: str, kwargs: dict[str, object]
) -> None:
    import torch

    with torch.device("meta"):
        model = getattr(torchvision.models, reference)(weights=None, **kwargs)
    expected = {name: tuple(value.shape) for name, value in model.state_dict().items()}
    text = (NETS / f"{file}.arch").read_text(encoding="utf-8")
    assert weights(elaborated(text, net)) == expected


@pytest.mark.parity
def test_owned_names_are_what_the_frameworks_own() -> None:
    torch = pytest.importorskip("torch")
    keras = pytest.importorskip("keras")
    owned = {*dir(torch.nn.Module()), *dir(keras.layers.Layer())}
    missing = {name for name in owned if not name.startswith("_")} - OWNED
    assert missing == set()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ConvBN", "conv_bn"),
        ("InvertedResidual", "inverted_residual"),
        ("B", "b"),
        ("SE", "se"),
        ("SEBlock", "se_block"),
        ("MBConv", "mb_conv"),
        ("conv2d", "conv2d"),
        ("Conv2d", "conv2d"),
        ("normLayer", "norm_layer"),
        ("Stage3x3", "stage3x3"),
        ("already_snake", "already_snake"),
    ],
)
def test_snake_case(name: str, expected: str) -> None:
    assert snake_case(name) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        # rule 1: a label wins
        ("a: conv(4, 1x1) -> conv(4, 1x1)", ["a", "conv"]),
        ("x{1 + 1}: relu", ["x2"]),
        ("for i in range(2) { stage{i + 1}: relu }", ["stage1", "stage2"]),
        ("let k = 3\n a{k}b{k + 1}: relu", ["a3b4"]),
        ('g: { "block{1}-{2}": relu }', ["g.block1-2"]),
        ('"relu7": relu', ["relu7"]),
        # rule 2: words
        ("conv(4, 1x1) -> bn -> relu", ["conv", "bn", "relu"]),
        ("conv(4, 1x1) -> conv(4, 1x1)", ["conv1", "conv2"]),
        ("relu -> a: relu -> relu", ["relu1", "a", "relu2"]),
        ("repeat 2 { relu }", ["relu1", "relu2"]),
        ("repeat 1 { relu }", ["relu1"]),
        ("relu repeat 2 { relu }", ["relu1", "relu2", "relu3"]),
        ("if true { relu } else { relu }", ["relu1"]),
        ("if true { relu } else { tanh }", ["relu"]),
        ("if false { relu } relu", ["relu1"]),
        ("let act = relu\n act -> act -> relu", ["act1", "act2", "relu"]),
        ("let Act = relu\n Act", ["act"]),
        # rule 3: positions
        ("g: { relu -> tanh -> relu }", ["g.0", "g.1", "g.2"]),
        ("g: { relu -> x: tanh -> relu }", ["g.0", "g.x", "g.2"]),
        ('g: { relu -> "4": tanh -> relu }', ["g.0", "g.4", "g.5"]),
        ('g: { relu -> "1": tanh -> relu }', ["g.0", "g.1", "g.2"]),
        ("g: { relu if true { tanh } if false { relu } relu }", ["g.0", "g.1", "g.2"]),
        ("g: { let a = 1 relu skip none relu }", ["g.0", "g.1"]),
        ("g: { x: relu -> @x -> y: skip -> relu }", ["g.x", "g.1"]),
        ("g: { repeat 2 { relu -> tanh } relu }", ["g.0", "g.1", "g.2", "g.3", "g.4"]),
        ("let act = none\n g: { relu -> act -> relu }", ["g.0", "g.1"]),
        # rule 4: loops and ifs add to their body, and are groups with a label
        ("l: repeat 2 { relu -> tanh }", ["l.0", "l.1", "l.2", "l.3"]),
        ("l: for c in [4, 8] { conv(c, 1x1) }", ["l.0", "l.1"]),
        ("l: if true { relu -> relu }", ["l.0", "l.1"]),
        ("l: repeat 2 as i { x{i}: relu }", ["l.x0", "l.x1"]),
        # rule 5: levels of forms
        ("residual { conv(4, 3x3) -> relu } relu", ["conv", "relu1", "relu2"]),
        ("r: residual { conv(4, 3x3) -> relu } relu", ["r.conv", "r.relu", "relu"]),
        ("gate { sigmoid } g: gate { sigmoid }", ["sigmoid", "g.sigmoid"]),
        ("concat { | relu | relu }", ["relu1", "relu2"]),
        ("c: concat { | relu | relu }", ["c.relu1", "c.relu2"]),
        ("{ relu -> { relu } } relu", ["relu1", "relu2", "relu3"]),
        ("g: { residual { conv(4, 3x3) } relu }", ["g.0.conv", "g.1"]),
        ("g: { residual if false { conv(4, 3x3) } relu }", ["g.0.conv", "g.1"]),
        ("g: { { relu -> tanh } relu }", ["g.0.0", "g.0.1", "g.1"]),
        ("g: { residual { { relu -> tanh } } }", ["g.0.relu", "g.0.tanh"]),
        ("g: { x: residual { relu } relu }", ["g.x.relu", "g.1"]),
        ("g: { relu concat { | a: relu | { b: relu } } relu }", ["g.0", "g.1.a", "g.1.b", "g.2"]),
        ("x: relu g: { relu -> add(@x) -> relu }", ["x", "g.0", "g.2"]),
        ("aux { relu } relu", ["relu1", "relu2"]),
        ("aux { head: { relu } } relu", ["head.0", "relu"]),
        ("h: aux { relu } relu", ["h.relu", "relu"]),
    ],
)
def test_rules_in_a_net(body: str, expected: list[str]) -> None:
    assert paths(net_of(body)) == expected


@pytest.mark.parametrize(
    ("declarations", "body", "expected"),
    [
        ("block Unit(c) { conv(c, 1x1) -> bn }", "Unit(4)", ["unit.conv", "unit.bn"]),
        ("block Unit(c) { conv(c, 1x1) }", "Unit(4) Unit(4)", ["unit1.conv", "unit2.conv"]),
        ("seq Unit(c) { conv(c, 1x1) -> bn }", "a: Unit(4)", ["a.0", "a.1"]),
        ("seq Unit { residual { relu } relu }", "Unit", ["unit.0.relu", "unit.1"]),
        ("block Double { relu }", "Double", ["double1.relu"]),
        ("block Class { relu }", "Class", ["class1.relu"]),
        ("block Unit(act) { act -> act }", "Unit(relu)", ["unit.act1", "unit.act2"]),
        ("block Unit(act) { act -> relu }", "Unit(none)", ["unit.relu"]),
        ("block Unit(B) { B(4) }\nblock In(c) { conv(c, 1x1) }", "Unit(In)", ["unit.b.conv"]),
        (
            "block Unit(n) { repeat n { conv(4, 1x1) } }",
            "Unit(1) Unit(2)",
            ["unit1.conv1", "unit2.conv1", "unit2.conv2"],
        ),
        ("block Unit(n) { if n > 1 { relu } relu }", "Unit(1)", ["unit.relu1"]),
        (
            "block Unit { residual { conv(4, 1x1, /2) } shortcut { p: conv(4, 1x1, /2) } }",
            "Unit",
            ["unit.conv", "unit.p"],
        ),
        ("block Unit(n) { if n > 1 { relu } }", "g: { Unit(1) relu }", ["g.1"]),
        ("block Unit { l: { relu } concat(@l) }", "Unit", ["unit.l.0"]),
    ],
)
def test_rules_in_blocks(declarations: str, body: str, expected: list[str]) -> None:
    net = elaborated(f"{declarations}\nnet N {{ input 8x8x4\n{body}\n}}")
    assert paths(net) == expected


def test_joins_have_paths_outside_the_rules() -> None:
    net = net_of("x: relu residual { relu } residual { relu } concat(@x) l: { gate { sigmoid } }")
    joins = [n.path for n in net.graph if n.op.keyword in ("add", "concat", "mul", "input")]
    assert joins == ["input", "add", "add2", "concat", "l.0.mul"]


def test_a_join_gives_way_to_a_name() -> None:
    net = net_of('residual { relu } "add": conv(4, 1x1)')
    assert [node.path for node in net.graph] == ["input", "relu", "add2", "add"]


def test_a_labelled_join_has_its_label() -> None:
    assert net_of("x: relu c: concat(@x)").graph.nodes[-1].path == "c"


def test_drop_path_is_numbered_alike_whatever_its_value() -> None:
    net = net_of("repeat 2 as i { residual(drop_path=0.1 * i) { relu } }")
    assert paths(net) == ["relu1", "relu2", "drop_path2"]


def test_paths_are_unique() -> None:
    for file in NETS.glob("*.arch"):
        net = elaborated(file.read_text(encoding="utf-8"))
        every = [node.path for node in net.graph]
        assert len(every) == len(set(every))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("a: relu a: relu", "E240"),
        ("relu1: tanh relu relu", "E240"),
        ("repeat 2 { a: relu }", "E240"),
        ('g: { relu relu "1": relu }', "E243"),
        ('g: { "3": relu "3": relu }', "E243"),
        ('"a-b": relu', "E241"),
        ('"7": relu', "E241"),
        ("train: relu", "E242"),
        ("g: { eval: relu }", "E242"),
        ("g: { append: relu }", "E242"),
        ("class: relu", "E242"),
    ],
)
def test_names_that_cannot_be(body: str, code: str) -> None:
    assert [d.code for d in body_errors(body)] == [code]


def test_a_block_may_use_names_that_only_sequentials_own() -> None:
    assert paths(net_of("append: relu")) == ["append"]
