"""Recipes as text: what is read of them, and what is said where they can't be read."""

from __future__ import annotations

import pytest

from archdsl.diagnostics import Diagnostics, Source
from archdsl.syntax import tree
from archdsl.syntax.keywords import RECIPE_BLOCKS
from archdsl.syntax.parser import parse


def read(text: str) -> tuple[tree.File, list[str]]:
    diagnostics = Diagnostics()
    file = parse(Source("test.arch", text), diagnostics)
    found = [
        f"{item.code} {item.span.line}:{item.span.column} {item.message}"
        for item in diagnostics
        if item.span is not None
    ]
    return file, found


def test_the_tree() -> None:
    file, errors = read(
        "## Digits.\nrecipe A {\n  model B(c = 3)\n  data digits\n  compare [B, C]\n"
        "  augment { flip -> rotate(+1)\n resize(8x8) }\n  train { epochs = 3 batch = 4 }\n}"
    )
    assert errors == []
    (recipe,) = file.decls
    assert isinstance(recipe, tree.Recipe)
    assert (recipe.name, recipe.doc) == ("A", "Digits.")
    words = ["model", "data", "compare", "augment", "train"]
    assert [clause.word for clause in recipe.clauses] == words
    assert [clause.span.text.split()[0] for clause in recipe.clauses] == words
    model, data, compare, augment, train = (clause.value for clause in recipe.clauses)
    assert isinstance(model, tree.Use)
    assert model.args is not None
    assert isinstance(data, tree.Use)
    assert data.args is None
    assert isinstance(compare, tree.ListExpr)
    assert isinstance(augment, tree.Section)
    chain, resize = augment.entries
    assert isinstance(chain, tree.Steps)
    assert [use.name for use in chain.uses] == ["flip", "rotate"]
    assert chain.span.text == "flip -> rotate(+1)"
    assert isinstance(resize, tree.Steps)
    assert isinstance(train, tree.Section)
    assert [entry.span.text for entry in train.entries] == ["epochs = 3", "batch = 4"]


@pytest.mark.parametrize("word", [*RECIPE_BLOCKS, "epochs", "digits"])
def test_a_recipes_words_are_names_elsewhere(word: str) -> None:
    text = (
        f"net A({word} = 3) {{ input 3x3x1 {word}: conv({word}, 1x1) -> @{word} }} let {word} = 1"
    )
    assert read(text)[1] == []


def test_plus_is_a_sign() -> None:
    file, errors = read("let a = [+1, 2 - +3, +-4]")
    assert errors == []
    (let,) = file.decls
    assert isinstance(let, tree.Let)
    assert isinstance(let.value, tree.ListExpr)
    assert let.value.items[0] == tree.Unary("+", let.value.items[0].operand, let.span)  # type: ignore[union-attr]


# What is written, and the errors: code, line:column, message.
BROKEN = {
    "recipe { }": "S107 1:8 expected a name after `recipe`, found `{`",
    "recipe net { }": "S106 1:8 `net` is a keyword and can't name a recipe",
    "recipe A model B": "S107 1:10 expected `{` after `recipe A`, found `model`",
    "recipie A { }": "S113 1:1 expected a declaration, found `recipie`",
    "recipe A {": "S104 1:11 expected `}` to close the block that starts at line 1",
    "recipe A { train { epochs = 3": "S104 1:30"
    " expected `}` to close the block that starts at line 1",
    "recipe A { model = B }": "S111 1:18 unexpected `=`",
    "recipe A { model }": "S107 1:18 expected what `model` is, found `}`",
    "recipe A { model net }": "S107 1:18 expected what `model` is, found `net`",
    "recipe A { augment crop(3) -> flip }": "S111 1:28 unexpected `->`",
    "recipe A { compare A, B }": "S111 1:21 unexpected `,`",
    "recipe A { compare [A B] }": "S109 1:23 missing `,` between `A` and `B`",
    'recipe A { data "x" }': 'S107 1:17 expected a name after `data`, found `"x"`',
    "recipe A { let x = 3 }": "S111 1:12 `let` can't stand in a recipe",
    "recipe A { 3 }": "S107 1:12 expected a part of the recipe, found `3`",
    "recipe A { augment { crop(3), flip } }": "S111 1:29 unexpected `,`",
    "recipe A { augment { flip - > crop(3) } }": "S111 1:27 unexpected `-`",
    "recipe A { train { epochs: 3 } }": "S111 1:26 unexpected `:`",
    "recipe A { train { epochs 3 } }": "S107 1:27 expected `=` or `(` between `epochs` and `3`",
    "recipe A { train { epochs = } }": "S107 1:29 expected a value after `=`, found `}`",
    "recipe A { train { a -> b = 3 } }": "S111 1:27 unexpected `=`",
    "recipe A { train { a = sgd(0.1 } }": "S104 1:32 expected `)` to close the `(` at line 1",
    "recipe A { train { if x } }": "S111 1:20 `if` can't stand in a recipe",
    'recipe A { train { "x" } }': 'S107 1:20 expected a setting or a step, found `"x"`',
    "recipe A { transfer { freeze(until=layer3.0) } }": "S107 1:43"
    " expected a name after `.`, found `0`",
    "recipe A { transfer { freeze(until=layer3.0.conv1) } }": "S107 1:43"
    " expected a name after `.`, found `0.conv1`",
    "net A { recipe B { } }": "S111 1:9 `recipe` declares, and stands in a body",
}


@pytest.mark.parametrize("text", BROKEN)
def test_broken(text: str) -> None:
    assert read(text)[1] == [BROKEN[text]]


def test_each_broken_statement_is_reported_and_the_rest_read() -> None:
    text = """\
recipe A {
  model B
  train {
    epochs = 30 batch 5
    seed = 0
    optimizer = = 3
  }
  data digits(size=)
  augment {
    crop(3),
    flip
  }
}

net B {
  input 3x3x1
  flatten -> linear(
}

recipe C { model B data digits }
"""
    file, errors = read(text)
    assert [error.split(" ", 2)[1] for error in errors] == [
        "4:23",
        "6:17",
        "8:20",
        "10:12",
        "18:1",
    ]
    assert [decl.name for decl in file.decls if isinstance(decl, tree.Recipe)] == ["C"]
