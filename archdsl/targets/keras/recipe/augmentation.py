"""augment.py: the recipe's steps as functions over TensorFlow, run by tf.data's threads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archdsl.ir import recipe as ir
from archdsl.ir import recipe_augment as steps
from archdsl.targets.layout import Brackets, lay_out
from archdsl.targets.recipe import testing
from archdsl.targets.template import read, render
from archdsl.targets.written import literal

_PIECES = {
    steps.Resize: "resize",
    steps.CenterCrop: "center_crop",
    steps.RandomResizedCrop: "resized_crop",
    steps.PaddedCrop: "padded_crop",
    steps.Flip: "flip",
    steps.Affine: "affine",
    steps.Warp: "warp",
    steps.Color: "color",
    steps.PcaColor: "pca_color",
}


def pieces(recipe: ir.Recipe) -> list[str]:
    """What augment.py is put together of."""
    views = recipe.evaluate.views > 1
    prepare = list(testing.steps(recipe))
    main = render(
        "keras/recipe/augment.py.jinja",
        steps=_body(_steps(recipe.augment)),
        prepare=_body([f"image = {_call(step)}" for step in prepare]),
        normalize=recipe.normalize is not None,
        views=views,
        views_words=testing.views_words(recipe),
        views_code=_body(_views(recipe), returned="") if views else "",
        fixed_size=testing.fixed_size(recipe),
    )
    own = [read(f"keras/recipe/augment/{name}.py") for name in _wanted(recipe, prepare)]
    if recipe.normalize is not None:
        mean, std = recipe.normalize.mean, recipe.normalize.std
        own.append(
            render(
                "keras/recipe/augment/normalize.py.jinja",
                mean=literal(list(mean)),
                std=literal(list(std)),
            )
        )
    return [*own, main]


def _wanted(recipe: ir.Recipe, prepare: Sequence[steps.Step]) -> Iterator[str]:
    """Names of the helpers, each once."""
    names = [_piece(step) for step in [*recipe.augment, *prepare]]
    if recipe.evaluate.crops > 1:
        names += ["center_crop", "crops"]
    yield from dict.fromkeys(names)


def _piece(step: steps.Step) -> str:
    if isinstance(step, steps.RgbShift):
        return "rgb_shifts" if step.limit is None else "rgb_shift"
    return _PIECES[type(step)]


def _body(lines: Sequence[str], returned: str = "return image") -> str:
    """The lines of a function, indented."""
    code = [*lines, *([returned] if returned else [])]
    return "\n".join(f"    {line}" for line in code)


def _steps(augment: Sequence[steps.Step]) -> list[str]:
    """The body of `steps`: each random one with a seed of its own."""
    many = sum(not isinstance(step, steps.Resize | steps.CenterCrop) for step in augment)
    lines = [f"seeds = tf.random.split(seed, {many})"] if many > 1 else []
    number = 0
    for step in augment:
        seed = f"seeds[{number}]" if many > 1 else "seed"
        if isinstance(step, steps.Resize | steps.CenterCrop):
            lines.append(f"image = {_call(step)}")
            continue
        name, *given = _drawn(step)
        made = Brackets(name, ("image", seed, *given))
        lines += [line.removeprefix("    ") for line in lay_out("image = ", made, 1)]
        number += 1
    return lines


def _call(step: steps.Step) -> str:
    """The call of a step that draws nothing."""
    if isinstance(step, steps.Resize):
        return f"resize(image, {literal(_pair(step.size))})"
    assert isinstance(step, steps.CenterCrop)
    return f"center_crop(image, {literal(tuple(step.size))})"


def _drawn(step: steps.Step) -> list[str]:
    """The function of a random step, and what it is given beside image and seed."""
    match step:
        case steps.RandomResizedCrop(size=size, scale=scale, ratio=ratio):
            given = ["random_resized_crop", literal(tuple(size))]
            if tuple(scale) != (0.08, 1.0):
                given.append(f"scale={literal(tuple(scale))}")
            if tuple(ratio) != (3 / 4, 4 / 3):
                given.append(f"ratio={literal(tuple(ratio))}")
            return given
        case steps.PaddedCrop(size=size, pad=pad):
            return ["random_crop", literal(tuple(size)), *([f"pad={pad}"] if pad else [])]
        case steps.Flip(p=p):
            return ["random_flip", *([] if p == 0.5 else [literal(p)])]
        case steps.Affine(rotate=rotate, shear=shear, shift=shift, zoom=zoom):
            parts = {"rotate": rotate, "shear": tuple(shear), "shift": shift, "zoom": zoom}
            named = [f"{k}={literal(v)}" for k, v in parts.items() if v not in (0, (0, 0))]
            return ["random_affine", *named]
        case steps.Warp(amount=amount, grid=grid):
            return ["local_warp", literal(amount), f"cells={grid}"]
        case steps.Color():
            names = ("brightness", "contrast", "saturation", "hue")
            named = [f"{n}={literal(v)}" for n in names if (v := getattr(step, n))]
            return ["color_jitter", *named]
        case steps.RgbShift(limit=None, triples=triples):
            return ["rgb_shifts", literal([tuple(t) for t in triples])]
        case steps.RgbShift(limit=limit):
            return ["rgb_shift", literal(limit)]
        case steps.PcaColor(std=std):
            return ["pca_color", literal(std)]
    raise AssertionError(step)  # the others draw nothing


def _pair(size: int | tuple[int, int]) -> int | tuple[int, ...]:
    return size if isinstance(size, int) else tuple(size)


# ------------------------------------------------------------------------------- testing


def _views(recipe: ir.Recipe) -> list[str]:
    """The body of `views`: the crops of an image, one after the other."""
    evaluate = recipe.evaluate
    if evaluate.crops == 1:
        lines = [f"image = {_call(step)}" for step in testing.steps(recipe)]
        lines.append("crops = tf.stack([image, image[:, ::-1]])")
    else:
        lines = [f"image = {_call(step)}" for step in evaluate.prepare]
        size = literal(tuple(evaluate.crop.size))
        lines.append(f"crops = five_crops(image, {size})")
        if evaluate.crops == 10:
            lines.append(f"crops = tf.concat([crops, five_crops(image[:, ::-1], {size})], 0)")
        elif evaluate.flip:
            lines.append("crops = tf.concat([crops, crops[:, :, ::-1]], 0)")
    return [*lines, "return normalize(crops)" if recipe.normalize else "return crops"]
