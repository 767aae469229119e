"""The law of the search: a candidate's costs, put together from pieces, are those of the net
elaborated as a whole, and a candidate that can't be elaborated fails with the same error."""

from __future__ import annotations

import random
from collections.abc import Mapping
from fractions import Fraction

import pytest

from archdsl.elaborate.values import is_number
from archdsl.fit.candidates import Candidates
from archdsl.fit.values import Failed
from archdsl.ir.shape import Shape
from tests.fit.build import candidates, program
from tests.targets.forms import FORMS

# Files and nets, and how many candidates of each: every kind of net that is shipped.
NETS = {
    "convnext:ConvNeXtTiny": 2,
    "densenet:DenseNet121": 2,
    "efficientnet:EfficientNetB0": 8,
    "efficientnet:EfficientNetV2S": 2,
    "googlenet:GoogLeNet": 2,
    "inception:InceptionV3": 2,
    "keras/mobilenet:KerasMobileNetV2": 2,
    "lenet:LeNet5": 4,
    "mobilenet:MobileNetV1": 4,
    "mobilenet:MobileNetV3Small": 4,
    "resnet:ResNet18": 4,
    "resnet:ResNet34ZeroPad": 2,
    "resnet:ResNet50": 2,
    "shufflenet:ShuffleNetV2_0_5": 4,
    "squeezenet:SqueezeNet1_1": 4,
    "unet:UNet": 2,
    "vgg:VGG11BN": 4,
    "video:R3D18": 2,
}


def varied(declared: Mapping[str, object], rng: random.Random) -> dict[str, object]:
    """Other values of all parameters that are numbers or lists of whole ones."""
    found: dict[str, object] = {}
    for name, value in declared.items():
        if is_number(value):
            times = Fraction(rng.randrange(40, 160), 100)
            found[name] = int(value * times) if isinstance(value, int) else value * times
        elif isinstance(value, list) and value and all(isinstance(n, int) for n in value):
            found[name] = [max(1, n * rng.randrange(5, 15) // 10) for n in value]
    return found


def said(made: Candidates, values: Mapping[str, object], whole: bool) -> object:
    try:
        return made.whole(values)[1] if whole else made.costs(values)
    except Failed as error:
        return error.code, error.message, error.place


@pytest.mark.parametrize("name", NETS)
def test_shipped_nets(name: str) -> None:
    file, net = name.split(":")
    read = program(file)
    rng = random.Random(name)
    for round_ in range(NETS[name]):
        size = None
        if round_ % 2:  # also pictures so small that layers collapse
            rank = 3 if file == "video" else 2
            channels = 1 if file in ("lenet", "unet") else 3
            size = Shape(tuple(rng.randrange(20, 120) for _ in range(rank)), channels)
        made = candidates(read, net, shape=size)
        assert made.in_pieces == (file != "unet")  # whose labels reach over its whole body
        for _ in range(2):  # the second is put together from pieces of the first
            values = varied(made.declared_values(), rng)
            assert said(made, values, whole=False) == said(made, values, whole=True), values


@pytest.mark.parametrize("name", FORMS)
def test_every_form_of_the_language(name: str) -> None:
    read = program("forms.arch", FORMS[name])
    rng = random.Random(name)
    for net, info in read.nets.items():
        if info.required:
            continue
        made = candidates(read, net)
        for values in ({}, {}, varied(made.declared_values(), rng)):
            assert said(made, values, whole=False) == said(made, values, whole=True), values


LOOPS = """
seq Unit(c, act = relu) { conv(c, 3x3, bias=false) -> bn -> act }
block Mid(c, k = in.c // 2, p = 0.1) { Unit(k) -> drop_path(p) -> conv(c, 1x1) -> dropout(p) }

net N(width = 1.0, n = 2, deep = true, res = 32, p = 0.5, eps = 0.001, tall: int = 4) {
  let base = round_to(8 * width)
  input {res}x{res}x3
  bn(eps=eps)
  defaults { conv(pad = 0 if res > 40 else 1) }
  stem: Unit(base) -> relu
  repeat n as i {
    let c = base * (i + 1)
    if deep { Mid(c, p = p * i) } else { Unit(in.c) }
    defaults { bn(eps=1e-3, scale=deep) }
  }
  tail: for (c, s) in [(base, 1), (2 * base, 2)] as j {
    { residual { Mid(in.c) } residual(drop_path = p / (j + 1)) { Unit(in.c) } Unit(c) :: {in.h}x{in.w}x{c} }
    maxpool(2x2)
  }
  aux(weight=p) { side: { global_avgpool -> flatten -> linear(tall) } }
  gate { global_avgpool -> conv(in.c, 1x1, pad=0) -> sigmoid }
  if in.h > 4 { maxpool(2x2) }
  global_avgpool -> flatten
  dropout(p) -> linear(10 + in.c)
}
"""


def test_loops_defaults_and_conditions() -> None:
    read = program("loops.arch", LOOPS)
    made = candidates(read, "N")
    assert made.in_pieces
    rng = random.Random(5)
    kinds = set()
    for _ in range(60):
        values: dict[str, object] = {
            "width": Fraction(rng.randrange(1, 12), 4),
            "n": rng.choice([0, 1, 2, 3, Fraction(3, 2), -1]),
            "deep": rng.choice([True, False]),
            "res": rng.choice([2, 8, 31, 32, 48]),
            "p": rng.choice([0, Fraction(1, 4), Fraction(1, 2), 2]),
            "eps": rng.choice([Fraction(1, 10), 0]),
            "tall": rng.choice([1, 4, Fraction(7, 2)]),
        }
        here = said(made, values, whole=False)
        kinds.add(here[0] if isinstance(here, tuple) else "")
        assert here == said(made, values, whole=True), values
    assert len(kinds) > 3  # several errors, and nets without any
