"""augment.py: the recipe's steps as torchvision's transforms, and a few classes of its own."""

from __future__ import annotations

from archdsl.ir import recipe as ir
from archdsl.ir import recipe_augment as steps
from archdsl.targets.layout import Brackets, Doc, lay_out
from archdsl.targets.recipe import testing
from archdsl.targets.template import read, render
from archdsl.targets.written import literal

_OWN = {
    steps.Warp: "warp",
    steps.RgbShift: "rgb_shift",
    steps.PcaColor: "pca_color",
}


def pieces(recipe: ir.Recipe) -> list[str]:
    """What augment.py is put together of."""
    names = [_piece(step) for step in recipe.augment if type(step) in _OWN]
    own = [read(f"torch/recipe/augment/{name}.py") for name in dict.fromkeys(names)]
    views = recipe.evaluate.views
    return [
        *own,
        render(
            "torch/recipe/augment.py.jinja",
            definitions="\n".join(_definitions(recipe)),
            views=views > 1,
            views_words=testing.views_words(recipe),
            views_code="\n".join(f"    {line}" for line in _views(recipe)),
            fixed_size=testing.fixed_size(recipe),
        ),
    ]


def _piece(step: steps.Step) -> str:
    many = isinstance(step, steps.RgbShift) and step.limit is None
    return "rgb_shifts" if many else _OWN[type(step)]


def _definitions(recipe: ir.Recipe) -> list[str]:
    """`steps`, `normalize`, and what is done in training and in testing."""
    lines = ["# What is drawn anew for each image in training."]
    lines += _composed("steps", [transform(step) for step in recipe.augment])
    lines += ["", "# What is done with every image in testing."]
    lines += _composed("prepare", _prepare(recipe))
    if recipe.normalize is None:
        return [*lines, "", "training, testing = steps, prepare"]
    values = (list(recipe.normalize.mean), list(recipe.normalize.std))
    normalize = Brackets("v2.Normalize", tuple(literal(v) for v in values))
    lines += ["", *lay_out("normalize = ", normalize, 0)]
    for name, first, there in (
        ("training", "steps", bool(recipe.augment)),
        ("testing", "prepare", bool(_prepare(recipe))),
    ):
        made = f"v2.Compose([{first}, normalize])" if there else "normalize"
        lines.append(f"{name} = {made}")
    return lines


def _composed(name: str, made: list[Doc]) -> list[str]:
    if not made:
        return [f"{name} = nn.Identity()"]
    if len(made) == 1:
        return lay_out(f"{name} = ", made[0], 0)
    listed = Brackets("", tuple(made), brackets="[]", explode=True)
    return lay_out(f"{name} = ", Brackets("v2.Compose", (listed,), explode=False), 0)


def transform(step: steps.Step) -> Doc:
    """The call that makes a step."""
    match step:
        case steps.Resize(size=size):  # a single number is the shorter side's
            return f"v2.Resize({literal(size if isinstance(size, int) else list(size))})"
        case steps.CenterCrop(size=size):
            return f"v2.CenterCrop({_size(size)})"
        case steps.RandomResizedCrop(size=size, scale=scale, ratio=ratio):
            parts = [_size(size)]
            if tuple(scale) != (0.08, 1.0):
                parts.append(f"scale={literal(tuple(scale))}")
            if tuple(ratio) != (3 / 4, 4 / 3):
                parts.append(f"ratio={literal(tuple(ratio))}")
            return Brackets("v2.RandomResizedCrop", tuple(parts))
        case steps.PaddedCrop(size=size, pad=pad):
            return f"v2.RandomCrop({_size(size)}, padding={pad})"
        case steps.Flip(p=p):
            return f"v2.RandomHorizontalFlip({'' if p == 0.5 else literal(p)})"
        case steps.Affine():
            return _affine(step)
        case steps.Warp(amount=amount, grid=grid):
            return f"LocalWarp({literal(amount)}, cells={grid})"
        case steps.Color():
            given = [
                f"{name}={literal(value)}"
                for name in ("brightness", "contrast", "saturation", "hue")
                if (value := getattr(step, name))
            ]
            return Brackets("v2.ColorJitter", tuple(given))
        case steps.RgbShift(limit=None, triples=triples):
            return Brackets("RGBShifts", (literal([tuple(t) for t in triples]),))
        case steps.RgbShift(limit=limit):
            return f"RGBShift({literal(limit)})"
        case steps.PcaColor(std=std):
            return f"PCAColor({literal(std)})"


def _affine(step: steps.Affine) -> Doc:
    parts = [literal(_short(step.rotate))]
    if step.shift:
        parts.append(f"translate={literal((step.shift, step.shift))}")
    if step.zoom:
        low, high = round(1 - step.zoom, 12), round(1 + step.zoom, 12)
        parts.append(f"scale={literal((low, high))}")
    x, y = step.shear
    if y:
        parts.append(f"shear={literal((-x, x, -y, y))}")
    elif x:
        parts.append(f"shear={literal(_short(x))}")
    parts.append("interpolation=v2.InterpolationMode.BILINEAR")
    return Brackets("v2.RandomAffine", tuple(parts))


def _short(value: float) -> float | int:
    return int(value) if value == int(value) else value


def _size(size: int | tuple[int, int]) -> str:
    if isinstance(size, int):
        return str(size)
    return str(size[0]) if size[0] == size[1] else literal(tuple(size))


# ------------------------------------------------------------------------------- testing


def _resizes(recipe: ir.Recipe) -> list[Doc]:
    return [transform(step) for step in recipe.evaluate.prepare]


def _prepare(recipe: ir.Recipe) -> list[Doc]:
    """What makes an image as the net takes it: nothing where the data has them so."""
    crop = recipe.evaluate.crop
    if not recipe.evaluate.prepare and testing.image_size(recipe) == tuple(crop.size):
        return []
    return [*_resizes(recipe), transform(crop)]


def _views(recipe: ir.Recipe) -> list[str]:
    """The body of `views`: the crops of an image, one after the other."""
    evaluate = recipe.evaluate
    size = literal(list(evaluate.crop.size))
    resizes = _resizes(recipe)
    lines = [f"image = {resize}(image)" for resize in resizes]
    if evaluate.crops == 1:
        if lines or testing.image_size(recipe) != tuple(evaluate.crop.size):
            lines.append(f"image = {transform(evaluate.crop)}(image)")
        lines.append("crops = torch.stack([image, image.flip(-1)])")
    else:
        name = "ten_crop" if evaluate.crops == 10 else "five_crop"
        lines.append(f"crops = torch.stack({name}(image, {size}))")
        if evaluate.flip:
            lines.append("crops = torch.cat([crops, crops.flip(-1)])")
    lines.append("return normalize(crops)" if recipe.normalize else "return crops")
    return lines
