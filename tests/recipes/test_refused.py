"""What recipes are refused for, each with its reason; all of a file in one run."""

from __future__ import annotations

import random
import re

import pytest

from archdsl.driver import Request, run
from tests.recipes.texts import NETS, checked, errors, text

SGD = "optimizer = sgd(0.1)"


def trained(settings: str) -> list[str]:
    return errors(train=f"train {{ {settings} }}")


# What is written in place of a part, or beside the others -> code and message.
PARTS = {
    "augmentation { flip }": "R101 a recipe has no `augmentation`",
    "augment flip": "R104 `augment` is a block in braces",
    "evaluate [top1]": "R104 `evaluate` is a block in braces",
    "augment { p = 3 }": "R104 `augment` takes steps, and this is a setting",
    "transfer { freeze = all }": "R104 `transfer` takes steps, and this is a setting",
    "evaluate { top1 }": "R104 `evaluate` takes settings, and this is a step",
    "augment { flop }": "R105 there is no step `flop`",
    "transfer { frieze(all) }": "R105 there is no step of transfer `frieze`",
    "evaluate { crop = 1 }": "R105 evaluate has no setting `crop`",
    "evaluate { metrics = [top3] }": "R105 evaluate's `metrics` knows no `top3`",
    "evaluate { metrics = [] }": "R106 evaluate's `metrics` wants at least one of "
    "`top1`, `top5` or `confusion`",
    'evaluate { metrics = ["top1"] }': "R106 evaluate's `metrics` wants `top1`, `top5` or "
    "`confusion`",
    "evaluate { metrics = [top1, top1] }": "R103 `top1` is given twice",
    "evaluate { crops = 3 }": "R107 evaluate's `crops` wants 1, 5 or 10, got 3",
    "evaluate { crops = 10   flip = true }": "R151 the ten crops are five and their mirror "
    "images: `flip` would add nothing",
    "evaluate { resize = 8 }": "R120 the crops of 16x16 are larger than 8, the shorter side",
    "evaluate { crops = 5 }": "R150 5 crops of 16x16 from images of that size are the same",
    "ensemble { members = 1 }": "R107 an ensemble has two members at least, got 1",
    "ensemble { members = 2.5 }": "R106 ensemble's `members` wants a whole number or a list of "
    "nets, got 2.5",
    "ensemble { members = 101 }": "R117 an ensemble of more than 100 members",
    "ensemble { members = [Grey, Wide] }": "R111 a recipe with `ensemble` has no `model`: the "
    "ensemble names its nets",
    "ensemble { }": "R102 ensemble needs `members`",
    # augment
    "augment { rotate }": "E213 rotate needs `degrees`",
    "augment { rotate(0) }": "R107 rotate's `degrees` wants a number above 0 and at most 180, "
    "got 0",
    "augment { rotate(10, 20) }": "E212 rotate takes 1 positional argument, `degrees`",
    "augment { rotate(degree=10) }": "E210 rotate has no `degree`",
    "augment { rotate(angle) }": "E201 unknown name `angle`",
    "augment { flip(1.5) }": "R107 flip's `p` wants a number above 0 and at most 1, got 1.5",
    'augment { flip("x") }': 'R106 flip\'s `p` wants a number above 0 and at most 1, got "x"',
    "augment { warp(0.1, grid=2.5) }": "R106 warp's `grid` wants a whole number of at least 1 "
    "and at most 64, got 2.5",
    "augment { crop(16, scale=0.5) }": "R106 crop's `scale` wants two numbers such as "
    "(0.08, 1.0), got 0.5",
    "augment { crop(16, scale=(1, 0.5)) }": "R107 crop's `scale` wants the smaller number first, "
    "got (1, 0.5)",
    "augment { crop(16, scale=(0.5, 2)) }": "R107 crop's `scale` wants two numbers, each above 0 "
    "and at most 1, got (0.5, 2)",
    "augment { crop(16, scale=(0.5, 1), pad=2) }": "R108 a crop has `scale` or `pad`, not both",
    "augment { crop(16, ratio=(0.5, 1)) }": "R108 `ratio` goes with `scale`: without it nothing "
    "is stretched",
    "augment { crop(3x3x3) }": "R106 crop's `size` wants a size such as 224 or 224x224, got 3x3x3",
    "augment { crop(20) }": "R120 a crop of 20x20 is larger than the image, 16x16",
    "augment { crop(26, pad=4) }": "R120 a crop of 26x26 is larger than the image, 16x16, and "
    "24x24 with the border",
    "augment { crop(12) }": "R121 images of 12x12 reach Grey, which takes 16x16",
    "augment { resize(32) -> crop(24) }": "R121 images of 24x24 reach Grey, which takes 16x16",
    "augment { color }": "R108 this `color` changes nothing",
    "augment { color(hue=0.6) }": "R107 color's `hue` wants a number of at least 0 and at most "
    "0.5, got 0.6",
    "augment { color(saturation=0.4) }": "R123 `saturation` changes colours, and Grey takes grey "
    "images",
    "augment { pca_color }": "R123 `pca_color` changes colours, and Grey takes grey images",
    'augment { normalize("imagenet") }': "R123 ImageNet's mean is of three channels, and Grey "
    "takes grey images",
    "augment { normalize(mean=(1, 2, 3), std=1) }": "R123 `mean` has 3 numbers, and the images 1 "
    "channel",
    "augment { normalize(mean=0.5) }": "R108 `normalize` takes `mean` and `std`",
    "augment { normalize(0.5, 0) }": "R107 normalize's `std` wants a number or one for each "
    "channel, each above 0, got 0",
    "augment { normalize(0, 1) -> flip }": "R122 `flip` comes after `normalize`",
    "augment { normalize(0, 1) -> normalize(0, 1) }": "R103 `normalize` is given twice",
    "augment { mixup(0.2) -> mixup(0.2) }": "R103 `mixup` is given twice",
    # transfer
    'transfer { weights("a") }': 'R137 "a" is no file of weights',
    'transfer { weights("hub:a") }': 'R137 there is no library "hub"',
    'transfer { weights("timm:a/b") }': 'R137 "a/b" is no model\'s name',
    'transfer { weights("") }': "R107 weights's `source` wants a name or a path that can be "
    'printed, got ""',
    'transfer { weights("a.pth", except=fd) }': "R130 Grey has no layer `fd`",
    'transfer { weights("a.pth", except=3) }': "R106 weights's `except` wants a layer's name",
    'transfer { weights("a.pth", except=[stem, bn1, body, fc]) }': "R131 nothing is left to take "
    "weights for",
    'transfer { weights("a.pth") -> weights("b.pth") }': "R103 `weights` is given twice",
    'transfer { weights("a.pth") -> freeze }': "R108 `freeze` takes `all`, `none` or `until=`",
    'transfer { weights("a.pth") -> freeze(all, until=fc) }': "R108 `freeze` takes `all`, `none` "
    "or `until=`",
    'transfer { weights("a.pth") -> freeze(most) }': "R105 freeze's `which` knows no `most`",
    'transfer { weights("a.pth") -> freeze(until=layer3) }': "R130 Grey has no layer `layer3`",
    'transfer { weights("a.pth") -> freeze(until=stem) }': "R131 nothing stands before `stem`: "
    "no layer would be frozen",
    'transfer { weights("a.pth", except=stem) -> freeze(until=fc) }': "R135 `stem` is made new, "
    "and frozen: it would stay random",
    "transfer { freeze(all) }": "R135 frozen layers would stay as they were made: nothing says "
    "where their weights come from",
    'transfer { weights("a.pth") -> freeze(all) -> cache_features("f.npz") }': "R137 features "
    "are kept in a .safetensors file",
    'transfer { weights("a.pth") -> freeze(until=body) -> cache_features("f.safetensors") }': "R133"
    " features can't be kept while `body` trains: they would change",
}


@pytest.mark.parametrize("part", PARTS)
def test_parts(part: str) -> None:
    assert errors(part) == [PARTS[part]]


TRAINS = {
    f"batch = 4   {SGD}": "R102 train needs `epochs`",
    "epochs = 4": "R102 train needs `batch` and `optimizer`",
    f"epochs = 0   batch = 4   {SGD}": "R107 train's `epochs` wants a whole number of at least 1 "
    "and at most 1000000, got 0",
    f"epochs = 1.5   batch = 4   {SGD}": "R106 train's `epochs` wants a whole number of at least "
    "1 and at most 1000000, got 1.5",
    f"epochs = 4   epochs = 4   batch = 4   {SGD}": "R103 `epochs` is given twice",
    f"epochs = 4   batch_size = 4   {SGD}": "R105 train has no setting `batch_size`",
    f"epochs = 4   batch = 4   {SGD}   ema = 1": "R107 train's `ema` wants a number above 0 and "
    "below 1, got 1",
    f"epochs = 4   batch = 4   {SGD}   compile = 1": "R106 train's `compile` wants `true` or "
    "`false`, got 1",
    f"epochs = 4   batch = 4   {SGD}   precision = half": "R105 train's `precision` knows no "
    "`half`",
    f"epochs = 4   batch = 4   {SGD}   loss = mse": "R105 there is no loss `mse`",
    "epochs = 4   batch = 4   optimizer = 3": "R106 train's `optimizer` wants `sgd`, `adam`, "
    "`adamw` or `rmsprop`",
    "epochs = 4   batch = 4   optimizer = sgd": "E213 sgd needs `rate`",
    "epochs = 4   batch = 4   optimizer = sgd(lr=0.1)": "E210 sgd has no `lr`",
    "epochs = 4   batch = 4   optimizer = sgd(0.1, 0.9)": "E212 sgd takes 1 positional argument, "
    "`rate`",
    "epochs = 4   batch = 4   optimizer = adamm(0.1)": "R105 there is no optimizer `adamm`",
    "epochs = 4   batch = 4   optimizer = sgd(0.1, nesterov=true)": "R108 `nesterov` looks ahead "
    "by the momentum, and there is none",
    f"epochs = 4   batch = 4   {SGD}   schedule = cosine(warmup=4)": "R140 a warm-up of 4 epochs, "
    "and the training has 4",
    f"epochs = 4   batch = 4   {SGD}   schedule = onecycle(warmup=4)": "E210 onecycle has no "
    "`warmup`",
    f"epochs = 4   batch = 4   {SGD}   schedule = step(4)": "R140 the rate would fall after epoch "
    "4, and the training has 4",
    f"epochs = 4   batch = 4   {SGD}   schedule = step(at=[2, 9])": "R140 the rate would fall "
    "after epoch 9, and the training has 4",
    f"epochs = 4   batch = 4   {SGD}   schedule = step(at=[2, 1])": "R108 the epochs of `at` rise",
    f"epochs = 4   batch = 4   {SGD}   schedule = step": "R108 `step` takes `every` or `at`",
    f"epochs = 4   batch = 4   {SGD}   loss = cross_entropy(label_smoothing=1)": "R107 "
    "cross_entropy's `label_smoothing` wants a number of at least 0 and below 1, got 1",
    f"epochs = 4   batch = 1439   {SGD}": "R141 a batch of 1,439, and there are 1,438 images to "
    "train with",
    "flip": "R104 `train` takes settings, and this is a step",
}


@pytest.mark.parametrize("settings", TRAINS)
def test_train(settings: str) -> None:
    assert TRAINS[settings] in trained(settings)
    if settings != "flip":
        assert len(trained(settings)) == 1


MODELS = {
    "model Gray": "R110 there is no net `Gray`",
    "model Part": "R110 `Part` is no net",
    "model rate": "R110 `rate` is no net",
    "model Needs": "R110 Needs needs `width`",
    "model Pair": "R112 Pair has 2 inputs, and a recipe trains nets with one of each",
    "model Map": "R112 Map gives a map of 8x8x10, and classes need a vector",
    "model Grey(classes=7)": "R114 Grey tells 7 classes apart, and digits has 10",
    "model Grey(clases=10)": "E210 Grey has no `clases`",
    "model Grey(classes=1)": "R112 Grey gives 1 value, and classes need two at least",
    "model Grey(input=64)": "S201 conv wants a map, and its input is a vector of 64",
    "model Grey(input=16x16x2)": "R113 Grey takes 16x16x2, and images are height x width x 1 or "
    "x 3",
    "model Grey(input=true)": "R106 `input` wants a shape such as 64x64x3, got true",
    "model [Grey]": "R104 `model` is one net",
    "compare Grey": "R104 `compare` is a list of nets",
    "compare [Grey]": "R107 two nets at least are compared, got 1",
    "compare [Grey, 3]": "R110 this is no net",
    "compare [Grey, Grey]": "R116 `Grey` is given twice",
    "compare [Grey, Colour]": "R115 Colour takes 32x32x3, and Grey 16x16x1",
    "compare [Grey, Wide(classes=9)]": "R115 Wide tells 9 classes apart, and Grey 10",
    "compare [Grey, Wide]\n  model Grey": "R111 a recipe with `compare` has no `model`: `compare` "
    "names the nets",
    "ensemble { members = 5 }": "R102 an ensemble of 5 seeds needs a `model`",
    "": "R102 the recipe R lacks `model`",
}


@pytest.mark.parametrize("model", MODELS)
def test_models(model: str) -> None:
    (found,) = errors(model=model)
    assert found == MODELS[model]


DATA = {
    "data digit": "R105 there is no data `digit`",
    "data [digits]": "R104 `data` is one source of images",
    "data digits(size=4)": "R107 digits's `size` wants a whole number of at least 8 and at most "
    "4096, got 4",
    "data digits(val=1)": "R107 digits's `val` wants a number above 0 and below 1, got 1",
    "data digits(size=20)": "R121 images of 20x20 reach Grey, which takes 16x16",
    "data folder": "E213 folder needs `path`",
    "data folder(3)": "R106 folder's `path` wants a string in double quotes, got 3",
    'data folder("x")': "R121 images of any size reach Grey, which takes 16x16",
    "data mnist": "R121 images of 28x28 reach Grey, which takes 16x16",
    "": "R102 the recipe R lacks `data`",
}


@pytest.mark.parametrize("data", DATA)
def test_data(data: str) -> None:
    assert errors(data=data) == [DATA[data]]


def test_a_crop_of_images_of_any_size() -> None:
    assert errors("augment { crop(16) }", data='data folder("x")') == [
        "R120 a crop of 16x16, and the images may be smaller"
    ]


def test_one_image_left_over_for_a_batch_norm() -> None:
    # 1438 images to train with: 3 * 479 + 1.
    train = f"train {{ epochs = 4   batch = 479   {SGD} }}"
    assert errors(model="model Normed", train=train) == [
        "R141 the last batch of 479 is one image, of which `bn` in Normed can make no mean"
    ]
    assert errors(model="model Normed", train=train.replace("479", "480")) == []
    # Its batch norm is over a map.
    assert errors(train=train) == []


def test_features_of_images_that_change() -> None:
    cached = 'transfer { weights("a.pth") -> freeze(all) -> cache_features("f.safetensors") }'
    message = "R132 features are computed once for each image, and `augment` would change it each"
    for step in ("flip", "rotate(10)", "crop(16, pad=1)", "mixup(0.2)"):
        assert [e[: len(message)] for e in errors(f"augment {{ {step} }}", cached)] == [message]
    assert errors("augment { resize(16x16) -> normalize(0, 1) }", cached) == []
    headless = errors(cached, model="model Normed")
    assert headless == []


def test_transfer_to_several_nets() -> None:
    assert errors('transfer { weights("a.pth") }', model="compare [Grey, Wide]") == [
        "R136 `transfer` speaks of one net's layers, and this recipe trains Grey, Wide"
    ]


def test_top5_of_five_classes() -> None:
    found = errors(
        "augment { resize(16x16) }",
        "evaluate { metrics = [top5] }",
        model="model Grey(classes=5)",
        data='data folder("x")',
    )
    assert found == ["R152 top5 of 5 classes is always right"]


def test_names() -> None:
    both = text() + "\nrecipe R { model Grey data digits train { } }\n"
    found = list(run(Request(file="r.arch", text=both)).diagnostics)
    assert [item.code for item in found if item.code != "W103"][:1] == ["R109"]
    taken = text().replace("recipe R", "recipe Grey")
    assert [item.code for item in checked(taken, "Grey").diagnostics] == ["R109"]


def test_all_errors_of_a_file_in_one_run() -> None:
    source = (
        NETS
        + """
recipe A {
  model Gray
  data digits(val=2)
  augment { rotat(3) -> flip(p=2) -> crop(16, scale=(0.5, 1), pad=2) }
  transfer { freez(all) }
  train { epochs = 0   batch = 4   optimizer = sgd(lr=3)   schedule = cosin }
  evaluate { crops = 2 }
  ensemble { members = 1 }
}

recipe B {
  data digits
}
"""
    )
    found = [item.code for item in checked(source, "A", "B").diagnostics]
    assert found == [
        *("R110", "R107", "R105", "R107", "R108", "R105"),
        *("R107", "E210", "R105", "R107", "R107", "R102"),
    ]


def test_a_broken_net_is_reported_once() -> None:
    source = text().replace("conv(width, 3x3) -> bn1", "conv(width, 3x3, strid=2) -> bn1")
    found = run(Request(file="r.arch", text=source)).diagnostics
    assert [item.code for item in found] == ["E210"]
    changed = source.replace("model Grey", "model Grey(width=4)")
    found = run(Request(file="r.arch", text=changed)).diagnostics
    assert [item.code for item in found] == ["E210"]


def test_what_depends_on_an_unreadable_part_is_silent() -> None:
    found = run(
        Request(
            file="r.arch",
            text="let a = \nrecipe R { model N data digits train { epochs = a batch = 4 optimizer = sgd(0.1) } }\nnet N { input 8x8x1 flatten -> linear(10) }",
        )
    ).diagnostics
    assert [item.code for item in found] == ["S107"]


WORDS = re.findall(r'"[^"]*"|[\w.]+|->|[(){}\[\]=,]', text("augment { rotate(10) -> flip }"))


@pytest.mark.parametrize("seed", range(60))
def test_whatever_is_written_ends_in_errors(seed: int) -> None:
    rng = random.Random(seed)
    source = text(
        "augment { crop(16, pad=2) -> rotate(10) -> normalize(0, 1) }",
        'transfer { weights("a.pth", except=fc) -> freeze(until=body) }',
        "evaluate { crops = 1   metrics = [top1, confusion] }",
        "ensemble { members = 2 }",
    )
    at = source.index("recipe R")
    words = re.findall(r'\s+|"[^"\n]*"|[\w.]+|->|.', source[at:])
    for _ in range(rng.randint(1, 4)):
        words[rng.randrange(len(words))] = rng.choice([*WORDS, "", "-1", "none", "1e9", "in"])
    run(Request(file="r.arch", text=source[:at] + "".join(words)))
