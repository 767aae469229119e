"""The words as data: each example checks, each default is within its own bounds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from archdsl.recipes.forms import Form, Option
from archdsl.recipes.image_words import DATA, STEPS
from archdsl.recipes.training_words import (
    ENSEMBLE,
    EVALUATE,
    LOSSES,
    OPTIMIZERS,
    SCHEDULES,
    TRAIN,
    TRANSFER,
)
from archdsl.recipes.vocabulary import PARTS, SYNONYMS
from archdsl.syntax.keywords import RECIPE_BLOCKS
from tests.recipes.texts import recipe

GROUPS = {
    "data": DATA,
    "augment": STEPS,
    "transfer": TRANSFER,
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "loss": LOSSES,
}
FORMS = [form for group in GROUPS.values() for form in group.values()] + [TRAIN, EVALUATE, ENSEMBLE]


def options() -> Iterator[tuple[Form, Option]]:
    for form in FORMS:
        for option in form.options:
            yield form, option


def test_the_parts_are_those_of_the_grammar() -> None:
    assert tuple(PARTS) == RECIPE_BLOCKS


@pytest.mark.parametrize(
    ("form", "option"), [pytest.param(f, o, id=f"{f.keyword}-{o.name}") for f, o in options()]
)
def test_options(form: Form, option: Option) -> None:
    assert option.doc or option.words
    assert not option.doc[:1].isupper()
    assert not option.doc.endswith(".")
    if isinstance(option.default, (int, float)) and not isinstance(option.default, bool):
        value = float(option.default)
        assert option.least is None or value >= option.least
        assert option.most is None or value <= option.most
        assert option.above is None or value > option.above
        assert option.below is None or value < option.below
    if option.words and option.default is not None:
        given = option.default if isinstance(option.default, tuple) else (option.default,)
        assert set(given) <= set(option.words)


def test_synonyms_are_not_words_of_the_language_already() -> None:
    names = {option.name for _, option in options()} | {form.keyword for form in FORMS}
    names |= {word for _, option in options() for word in option.words}
    for other, ours in SYNONYMS.items():
        assert ours in names | set(PARTS)
        assert other not in {"rotate", "flip", "crop", "train"}


@pytest.mark.parametrize("keyword", DATA)
def test_examples_of_data(keyword: str) -> None:
    recipe("augment { resize(32x32) }", model="model Colour", data=f"data {DATA[keyword].example}")


@pytest.mark.parametrize("keyword", STEPS)
def test_examples_of_steps(keyword: str) -> None:
    last = "" if keyword in ("mixup", "normalize") else " -> resize(32x32)"
    recipe(
        f"augment {{ {STEPS[keyword].example}{last} }}", model="model Colour", data="data cifar10"
    )


@pytest.mark.parametrize("keyword", TRANSFER)
def test_examples_of_transfer(keyword: str) -> None:
    example = TRANSFER[keyword].example.replace("layer3", "layer2")
    others = {
        "weights": "",
        "freeze": 'weights("a.pth") -> ',
        "cache_features": 'weights("a.pth") -> freeze(all) -> ',
    }
    recipe(f"transfer {{ {others[keyword]}{example} }}", model="model Colour", data="data cifar10")


@pytest.mark.parametrize("setting", ["optimizer", "schedule", "loss"])
def test_examples_of_settings(setting: str) -> None:
    for form in GROUPS[setting].values():
        train = f"train {{ epochs = 100   batch = 64   {setting} = {form.example}"
        recipe(train=train + ("" if setting == "optimizer" else "   optimizer = sgd(0.1)") + " }")
