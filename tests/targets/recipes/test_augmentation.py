"""What is done with images: against torchvision's functions and against definitions."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from tests.targets.recipes.scripts import modules, script, write

torch = pytest.importorskip("torch")
pytestmark = [pytest.mark.parity, pytest.mark.usefixtures("torchvision")]


@pytest.fixture(scope="module")
def flowers(tmp_path_factory: pytest.TempPathFactory, torchvision: ModuleType) -> Path:
    return write(tmp_path_factory.mktemp("augment") / "flowers", "Flowers")


@pytest.fixture
def image() -> object:
    return torch.rand(3, 70, 90, generator=torch.Generator().manual_seed(1))


def test_each_step_is_torchvisions(flowers: Path, image, torchvision: ModuleType) -> None:  # type: ignore[no-untyped-def]
    """For the same draws: crop, flip, rotate and shear in one, colour, normalisation."""
    from torchvision.transforms import v2
    from torchvision.transforms.v2 import functional as F

    bilinear = v2.InterpolationMode.BILINEAR

    def cropped(step, x):  # type: ignore[no-untyped-def]
        return F.resized_crop(x, **step.make_params([x]), size=[64, 64], antialias=True)

    def flipped(step, x):  # type: ignore[no-untyped-def]
        return x.flip(-1) if torch.rand(1) < 0.5 else x

    def turned(step, x):  # type: ignore[no-untyped-def]
        drawn = step.make_params([x])
        assert abs(drawn["angle"]) <= 10
        assert abs(drawn["shear"][0]) <= 8
        assert (drawn["translate"], drawn["scale"]) == ((0, 0), 1.0)
        return F.affine(x, **drawn, interpolation=bilinear, fill=0)

    def coloured(step, x):  # type: ignore[no-untyped-def]
        drawn = step.make_params([x])
        for number in drawn["fn_idx"]:
            name = ("brightness", "contrast", "saturation", "hue")[number]
            x = getattr(F, f"adjust_{name}")(x, drawn[f"{name}_factor"])
        return x

    with modules(flowers, "augment") as (augment,):
        crop, flip, affine, _, color, _, _ = augment.steps.transforms
        for step, theirs in ((crop, cropped), (flip, flipped), (affine, turned), (color, coloured)):
            for seed in range(5):
                torch.manual_seed(seed)
                ours = step(image)
                torch.manual_seed(seed)
                assert torch.equal(ours, theirs(step, image)), step
        assert augment.training.transforms == [augment.steps, augment.normalize]
        mean = torch.tensor([0.485, 0.456, 0.406])[:, None, None]
        std = torch.tensor([0.229, 0.224, 0.225])[:, None, None]
        assert torch.allclose(augment.normalize(image), (image - mean) / std, atol=1e-6)


def test_a_size_of_both_sides_is_no_shorter_side(tmp_path: Path, image) -> None:  # type: ignore[no-untyped-def]
    """In training as in testing: `resize(64x64)` against `resize(48)`."""
    for name, size in (("Named", (64, 64)), ("Changed", (48, 61))):
        with modules(write(tmp_path / name, name), "augment") as (augment,):
            resize = augment.steps if name == "Named" else augment.steps.transforms[0]
            assert tuple(resize(image).shape[1:]) == size
            assert augment.testing(image).shape == (3, *((64, 64) if name == "Named" else (32, 32)))


def test_digits_turn_shift_and_zoom(tmp_path: Path, torchvision: ModuleType) -> None:
    with modules(write(tmp_path / "digits", "Digits"), "augment") as (augment,):
        affine = augment.steps
        assert affine.degrees == [-10.0, 10.0]
        assert affine.translate == (0.075, 0.075)
        assert affine.scale == (0.9, 1.1)
        assert affine.interpolation.value == "bilinear"


def test_local_warp_is_a_spline(flowers: Path) -> None:
    """Against the basis functions of a cubic B-spline, one control value after the other."""

    def basis(x: float) -> float:
        x = abs(x)
        if x < 1:
            return (4 - 6 * x**2 + 3 * x**3) / 6
        return (2 - x) ** 3 / 6 if x < 2 else 0.0

    with modules(flowers, "augment") as (augment,):
        found = augment.spline(10, 4)
        for pixel in range(10):
            place = (pixel + 0.5) / 10 * 4
            for control in range(7):
                assert found[pixel, control] == pytest.approx(basis(place - control + 1), abs=1e-6)
        ramp = torch.linspace(0, 1, 64).expand(1, 64, 64).contiguous()
        torch.manual_seed(0)
        warped = augment.LocalWarp(0.05, cells=4)(ramp)
        moved = (warped - ramp)[0, 8:-8, 8:-8].abs().max()  # a ramp shows how far it is moved
        assert 0.005 < moved <= 0.05 * 64 / 63 + 1e-4
        assert torch.equal(augment.LocalWarp(0.0, cells=4)(ramp), ramp) or torch.allclose(
            augment.LocalWarp(0.0, cells=4)(ramp), ramp, atol=1e-5
        )


def test_rgb_shift(flowers: Path, tmp_path: Path, image) -> None:  # type: ignore[no-untyped-def]
    with modules(flowers, "augment") as (augment,):
        shifts = []
        for seed in range(40):
            torch.manual_seed(seed)
            difference = augment.RGBShift(20)(image * 0.5 + 0.25) - (image * 0.5 + 0.25)
            assert torch.allclose(
                difference, difference[:, :1, :1].expand_as(difference), atol=1e-6
            )
            shifts.append(difference[:, 0, 0] * 255)
        drawn = torch.stack(shifts)
        assert drawn.abs().max() <= 20.001
        assert drawn.min() < -15
        assert drawn.max() > 15
        assert augment.RGBShift(20)(torch.ones(3, 2, 2)).max() <= 1
    with modules(write(tmp_path / "mixed", "Mixed"), "augment") as (augment,):
        grey = torch.full((3, 2, 2), 0.5)
        found = set()
        for seed in range(30):
            torch.manual_seed(seed)
            shift = (augment.steps.transforms[-1](grey) - grey)[:, 0, 0] * 255
            found.add(tuple(round(float(x)) for x in shift))
        assert found == {(20, -20, 20), (-20, 20, 20), (5, 0, 50)}  # those of the lecture


def test_pca_color_is_alexnets(flowers: Path) -> None:
    """The covariance of what is added is vectors x diag((std x value) ** 2) x vectors'."""
    values = torch.tensor([0.2175, 0.0188, 0.0045])
    vectors = torch.tensor(
        [[-0.5675, 0.7192, 0.4009], [-0.5808, -0.0045, -0.8140], [-0.5836, -0.6948, 0.4203]]
    )
    assert torch.allclose(vectors.T @ vectors, torch.eye(3), atol=1e-3)
    grey = torch.full((3, 1, 1), 0.5)
    with modules(flowers, "augment") as (augment,):
        torch.manual_seed(0)
        step = augment.PCAColor(0.1)
        added = torch.stack([(step(grey) - grey).flatten() for _ in range(4000)])
        wanted = vectors @ torch.diag((0.1 * values) ** 2) @ vectors.T
        assert torch.allclose(added.T.cov(), wanted, atol=4e-5)
        torch.manual_seed(3)
        once = (step(grey) - grey).flatten()
        torch.manual_seed(3)
        alpha = torch.randn(3) * 0.1
        assert torch.allclose(once, (vectors * alpha * values).sum(1), atol=1e-6)


@pytest.mark.parametrize("workers", [1, 3])
def test_draws_do_not_depend_on_workers(tmp_path: Path, workers: int) -> None:
    """Nor on where a training goes on: an image's draws are of seed, epoch and index."""
    with modules(write(tmp_path / "digits", "Digits"), "data", "augment", "parallel") as found:
        data, augment, parallel = found
        images, _ = data.load()
        here = parallel.Processes(torch.device("cpu"), 0, 1)
        samples = data.Samples(images, augment.training, 5)

        def batches(first: int, many: int) -> list[object]:
            kept = data.Batches(96, 32, 4, 5, here, first)
            return [x for x, _ in data.train_loader(samples, kept, many)]

        alone, several = batches(0, 0), batches(0, workers)
        assert all(torch.equal(a, b) for a, b in zip(alone, several, strict=True))
        later = batches(5, workers)
        assert all(torch.equal(a, b) for a, b in zip(alone[5:], later, strict=True))
        first, second = samples[0, 7, True][0], samples[1, 7, True][0]
        assert not torch.equal(first, second)
        assert not torch.equal(first, data.Samples(images, augment.training, 6)[0, 7, True][0])


def test_padded_crop(tmp_path: Path) -> None:
    """Zeros around, every place alike."""
    with modules(write(tmp_path / "mixed", "Mixed"), "augment") as (augment,):
        crop = augment.steps.transforms[0]
        ones = torch.ones(3, 32, 32)
        sums = {int(crop(ones)[0].sum()) for _ in range(200)}
        assert min(sums) == 28 * 28
        assert max(sums) == 32 * 32


def test_a_grid_of_draws(flowers: Path) -> None:
    import numpy as np
    from PIL import Image

    picture = flowers.parent / "image.png"
    Image.fromarray(np.full((50, 60, 3), 120, np.uint8)).save(picture)
    done = script(flowers / "augment.py", "image.png", "-o", "grid.png", "--rows", "2")
    assert done.returncode == 0, done.stderr
    with Image.open(flowers.parent / "grid.png") as grid:
        assert grid.size == (4 * 68, 2 * 68)
    done = script(flowers / "augment.py", "none.png")
    assert (done.returncode, done.stderr.partition(":")[0]) == (1, "can't read none.png")
