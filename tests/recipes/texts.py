"""Recipes that tests are made of: nets that cost nothing, and each part of a recipe apart."""

from __future__ import annotations

from archdsl.driver import Job, Request, run
from archdsl.ir.recipe import Recipe

NETS = """\
net Grey(classes = 10, width = 8) {
  input 16x16x1
  stem: conv(width, 3x3) -> bn1: bn -> relu
  body: { conv(width, 3x3) -> relu }
  global_avgpool -> flatten -> drop: dropout(0.2) -> fc: linear(classes)
}

net Wide = Grey(width = 16)

net Colour(classes = 10) {
  input 32x32x3
  stem: conv(4, 3x3, /2) -> relu
  layer1: { conv(4, 3x3) -> bn }
  layer2: { conv(8, 3x3, /2) -> bn }
  global_avgpool -> flatten -> fc: linear(classes)
}

net Pair {
  input left: 8x8x1
  input right: 8x8x1
  @left -> concat(@right) -> flatten -> linear(10)
}

net Map {
  input 8x8x1
  conv(10, 1x1)
}

net Needs(width) {
  input 8x8x1
  flatten -> linear(width) -> linear(10)
}

net Normed {
  input 8x8x1
  flatten -> linear(16) -> bn -> relu -> linear(10)
}

block Part(c) {
  conv(c, 3x3)
}

let rate = 0.1
"""
TRAIN = "train { epochs = 5   batch = 64   optimizer = adam(1e-3) }"


def text(
    *parts: str, model: str = "model Grey", data: str = "data digits", train: str = TRAIN
) -> str:
    inside = "\n".join(f"  {part}" for part in (model, data, *parts, train) if part)
    return f"{NETS}\nrecipe R {{\n{inside}\n}}\n"


def checked(source: str, *names: str) -> Job:
    return run(Request(file="r.arch", text=source, recipes=names or ("R",)))


def recipe(
    *parts: str, model: str = "model Grey", data: str = "data digits", train: str = TRAIN
) -> Recipe:
    """The recipe, which must be sound."""
    job = checked(text(*parts, model=model, data=data, train=train))
    assert [item.message for item in job.diagnostics] == []
    return job.recipes[0]


def errors(
    *parts: str, model: str = "model Grey", data: str = "data digits", train: str = TRAIN
) -> list[str]:
    """`code message` of each error."""
    job = checked(text(*parts, model=model, data=data, train=train))
    return [f"{item.code} {item.message}" for item in job.diagnostics]
