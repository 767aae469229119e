"""What a recipe comes to: every default filled in, sizes followed, layers found."""

from __future__ import annotations

import math

import pytest

from archdsl.ir.recipe import (
    Adam,
    AdamW,
    Constant,
    Cosine,
    CrossEntropy,
    Evaluate,
    Features,
    Member,
    OneCycle,
    RmsProp,
    Sgd,
    Steps,
    Train,
    Transfer,
    Weights,
)
from archdsl.ir.recipe_augment import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    PCA_VECTORS,
    Affine,
    CenterCrop,
    Color,
    Flip,
    Normalize,
    PaddedCrop,
    PcaColor,
    RandomResizedCrop,
    Resize,
    RgbShift,
    Warp,
)
from archdsl.ir.recipe_data import Cifar10, Digits, Folder, HuggingFace, Mnist
from archdsl.ir.shape import Shape
from tests.recipes.texts import TRAIN, recipe


def test_the_least() -> None:
    found = recipe()
    assert (found.name, found.kind, found.doc) == ("R", "single", None)
    assert found.input == Shape((16, 16), 1)
    assert found.classes == 10
    assert found.data == Digits(16, 0.2, 0, 1)
    assert found.augment == ()
    assert (found.mixup, found.normalize, found.transfer) == (None, None, Transfer())
    assert found.train == Train(5, 64, 0, Adam(1e-3), Constant(), CrossEntropy())
    assert found.evaluate == Evaluate((), CenterCrop((16, 16)), 1, False, ("top1",))


def test_a_model_with_arguments_and_another_input() -> None:
    found = recipe(
        "augment { resize(24x24) }",
        model="model Grey(classes = 3, width = 2 * 3, input = 24x24x1)",
        data='data folder("shapes", val=0.1)',
    )
    (model,) = found.models
    assert model.written == {"classes": 3, "width": 6}
    assert (model.input, model.classes) == (Shape((24, 24), 1), 3)
    assert model.net.root.args["width"].value == 6
    assert found.data == Folder("shapes", 0.1, 0, 1, 3)


@pytest.mark.parametrize(
    ("written", "data"),
    [
        ("digits(size=32, val=0.3)", Digits(32, 0.3, 0, 3)),
        ("cifar10", Cifar10("data/cifar10", False, 3)),
        ('cifar10("c", download=true)', Cifar10("c", True, 3)),
    ],
)
def test_data(written: str, data: object) -> None:
    assert recipe(model="model Colour", data=f"data {written}").data == data


def test_data_of_other_sizes() -> None:
    resized = "augment { resize(32x32) }"
    assert recipe(resized, model="model Colour", data="data mnist").data == Mnist(
        "data/mnist", False, 3
    )
    found = recipe(resized, model="model Colour(7)", data='data hf("beans", label="labels")')
    assert found.data == HuggingFace("beans", None, "image", "labels", "train", "test", False, 3, 7)
    found = recipe(resized, model="model Colour(7)", data='data folder("flowers")')
    assert found.data == Folder("flowers", None, 0, 3, 7)


def test_every_step() -> None:
    found = recipe(
        "augment {",
        "  crop(32, scale=(0.08, 1.0)) -> flip -> rotate(10) -> shear(8) -> warp(0.03)",
        "  color(brightness=0.4, hue=0.1) -> rgb_shift(20) -> rgb_shift((+20, -20, +20), (5, 0, 50))",
        '  pca_color -> mixup(0.2) -> normalize("imagenet")',
        "}",
        model="model Colour",
        data='data folder("flowers", val=0.2)',
    )
    assert found.augment == (
        RandomResizedCrop((32, 32), (0.08, 1.0), (3 / 4, 4 / 3)),
        Flip(0.5),
        Affine(rotate=10.0, shear=(8.0, 0.0)),
        Warp(0.03, 4),
        Color(0.4, 0.0, 0.0, 0.1),
        RgbShift(20.0, ()),
        RgbShift(None, ((20.0, -20.0, 20.0), (5.0, 0.0, 50.0))),
        PcaColor(0.1),
    )
    assert found.mixup == 0.2
    assert found.normalize == Normalize(IMAGENET_MEAN, IMAGENET_STD)


def test_affine_steps_side_by_side_are_one() -> None:
    found = recipe("augment { zoom(0.1) -> rotate(10) -> shift(0.075) -> flip -> rotate(5) }")
    assert found.augment == (
        Affine(rotate=10.0, shift=0.075, zoom=0.1),
        Flip(0.5),
        Affine(rotate=5.0),
    )
    twice = recipe("augment { rotate(10) -> shear(1, 2) -> rotate(5) -> zoom(0.1) }")
    assert twice.augment == (
        Affine(rotate=10.0, shear=(1.0, 2.0)),
        Affine(rotate=5.0, zoom=0.1),
    )


def test_normalize_spreads_a_number_over_the_channels() -> None:
    found = recipe("augment { normalize(mean=0.5, std=(0.1, 0.2, 0.3)) }", model="model Colour")
    assert found.normalize == Normalize((0.5, 0.5, 0.5), (0.1, 0.2, 0.3))


def test_the_principal_components_are_orthogonal() -> None:
    for a in range(3):
        for b in range(3):
            dot = sum(PCA_VECTORS[row][a] * PCA_VECTORS[row][b] for row in range(3))
            assert math.isclose(dot, float(a == b), abs_tol=1e-3)


# ------------------------------------------------------------------------------------- train


@pytest.mark.parametrize(
    ("written", "optimizer"),
    [
        ("sgd(rate)", Sgd(0.1)),
        ("sgd(0.1, momentum=0.9, weight_decay=1e-4, nesterov=true)", Sgd(0.1, 0.9, 1e-4, True)),
        ("adam(rate=1e-3, beta2=0.99)", Adam(1e-3, beta2=0.99)),
        ("adamw(1e-3)", AdamW(1e-3)),
        ("rmsprop(1e-3, momentum=0.9)", RmsProp(1e-3, momentum=0.9)),
    ],
)
def test_optimizers(written: str, optimizer: object) -> None:
    train = f"train {{ epochs = 5   batch = 64   optimizer = {written} }}"
    assert recipe(train=train).train.optimizer == optimizer


@pytest.mark.parametrize(
    ("written", "schedule"),
    [
        ("constant", Constant()),
        ("cosine(warmup=0.5)", Cosine(0.5)),
        ("cosine(final=0.01)", Cosine(0.0, 0.01)),
        ("step(10)", Steps((10.0, 20.0))),
        ("step(15, gamma=0.5, warmup=1)", Steps((15.0,), 0.5, 1.0)),
        ("step(at=[10, 12.5])", Steps((10.0, 12.5))),
        ("onecycle", OneCycle()),
        ("onecycle(peak=0.5)", OneCycle(0.5)),
    ],
)
def test_schedules(written: str, schedule: object) -> None:
    train = f"train {{ epochs = 30   batch = 64   optimizer = sgd(0.1)   schedule = {written} }}"
    assert recipe(train=train).train.schedule == schedule


def test_all_settings() -> None:
    train = (
        "train { epochs = 5   batch = 64   optimizer = sgd(0.1)   seed = 7   "
        "loss = cross_entropy(label_smoothing=0.1)   precision = auto   compile = true   "
        "channels_last = true   ema = 0.999   clip = 1   shard = true   tensorboard = true   "
        "workers = 2 }"
    )
    found = recipe(train=train)
    assert found.train == Train(
        5,
        64,
        7,
        Sgd(0.1),
        Constant(),
        CrossEntropy(0.1),
        "auto",
        True,
        True,
        0.999,
        1.0,
        True,
        True,
        2,
    )
    assert found.data == Digits(16, 0.2, 7, 1)  # the split goes by the seed


# ---------------------------------------------------------------------------------- transfer


def test_transfer() -> None:
    found = recipe(
        "transfer {",
        '  weights("colour.safetensors", except=fc, map="names.json")',
        "  freeze(until=layer2)",
        "}",
        model="model Colour",
    )
    assert found.transfer == Transfer(
        Weights("colour.safetensors", None, ("fc",), "names.json"),
        ("stem", "layer1.0", "layer1.1"),
        ("stem", "layer1"),
    )


def test_freeze_all_keeps_what_is_new_or_the_last_layer() -> None:
    for excepted in ("", ", except=[fc]", ', except="fc"'):
        found = recipe(
            f'transfer {{ weights("timm:resnet18"{excepted}) -> freeze(all) }}',
            model="model Colour",
        )
        assert found.transfer.stages == ("stem", "layer1", "layer2")
    found = recipe(
        'transfer { weights("a.pth") -> freeze(until="layer1.1") }', model="model Colour"
    )
    assert found.transfer.stages == ("stem", "layer1.0")
    assert found.transfer.weights == Weights("a.pth")


def test_cached_features() -> None:
    found = recipe(
        'transfer { weights("keras:ResNet50") -> freeze(all) -> cache_features("f.safetensors") }'
    )
    assert found.transfer.features == Features("f.safetensors", "fc", 0.2, 8)
    assert found.transfer.weights == Weights("ResNet50", "keras")


# ----------------------------------------------------------------------- sizes and evaluation


@pytest.mark.parametrize(
    ("augment", "data", "prepare"),
    [
        ("", "digits(size=32)", ()),
        ("crop(32, pad=4)", "cifar10", ()),
        ("crop(32, pad=2)", "mnist", ()),
        ("crop(32)", "digits(size=40)", ()),
        ("resize(32x32)", 'folder("f")', (Resize((32, 32)),)),
        ("resize(40) -> crop(32)", 'folder("f")', (Resize(40),)),
        ("crop(32, scale=(0.08, 1.0))", 'folder("f")', (Resize(37),)),
        ("resize(64) -> crop(32, scale=(0.5, 1.0))", 'folder("f")', (Resize(64),)),
        ("crop(32, scale=(0.5, 1.0))", "cifar10", ()),
        ("crop(32, scale=(0.5, 1.0))", "mnist", (Resize(37),)),
        ("crop(48, pad=8) -> resize(32)", "digits(size=32)", (Resize(32),)),
    ],
)
def test_evaluation_prepares_images_as_training_does(
    augment: str, data: str, prepare: tuple[Resize, ...]
) -> None:
    found = recipe(
        f"augment {{ {augment} }}" if augment else "", model="model Colour", data=f"data {data}"
    )
    assert found.evaluate.prepare == prepare
    assert found.evaluate.crop == CenterCrop((32, 32))


def test_crops() -> None:
    found = recipe(
        "augment { crop(32, scale=(0.08, 1.0)) }",
        "evaluate { crops = 5   flip = true   resize = 48   metrics = [top5, confusion] }",
        model="model Colour",
        data='data folder("f")',
    )
    assert found.evaluate == Evaluate(
        (Resize(48),), CenterCrop((32, 32)), 5, True, ("top5", "confusion")
    )
    assert found.evaluate.views == 10


def test_a_padded_crop_is_of_the_image_with_its_border() -> None:
    found = recipe("augment { crop(32, pad=4) }", model="model Colour", data="data cifar10")
    assert found.augment == (PaddedCrop((32, 32), 4),)


# ------------------------------------------------------------------------------- several nets


def test_an_ensemble_of_seeds() -> None:
    train = TRAIN.replace("epochs", "seed = 3   epochs")
    found = recipe("ensemble { members = 3 }", train=train)
    assert found.kind == "ensemble"
    assert found.ensemble is not None
    assert found.ensemble.members == (Member(0, 3), Member(0, 4), Member(0, 5))


def test_an_ensemble_of_nets() -> None:
    found = recipe("ensemble { members = [Grey, Wide] }", model="")
    assert [model.name for model in found.models] == ["Grey", "Wide"]
    assert found.ensemble is not None
    assert found.ensemble.members == (Member(0, 0), Member(1, 0))


def test_a_comparison() -> None:
    found = recipe(model="compare [Grey, Wide]")
    assert (found.kind, found.ensemble) == ("compare", None)
    assert [model.name for model in found.models] == ["Grey", "Wide"]
