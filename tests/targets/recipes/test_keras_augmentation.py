"""What Keras's scripts do with images: against torchvision's functions, for fixed draws."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tests.targets.recipes.scripts import modules, write

torch = pytest.importorskip("torch")
tf = pytest.importorskip("tensorflow")
pytest.importorskip("keras")
pytestmark = [pytest.mark.parity, pytest.mark.usefixtures("torchvision")]

EXACT = 2e-6  # of 0..1: float32, in another order
GEOMETRY = 5e-5  # places of pixels are float32 too


@pytest.fixture(scope="module")
def augment(tmp_path_factory: pytest.TempPathFactory, torchvision: ModuleType) -> Iterator[Any]:
    """The helper file of a recipe that has almost all of it."""
    folder = write(tmp_path_factory.mktemp("keras") / "flowers", "Changed", "keras")
    with modules(folder, "augment") as (found,):
        yield found


@pytest.fixture(scope="module")
def image() -> Any:
    """In torch's order; `last` gives it in Keras's."""
    return torch.rand(3, 45, 60, generator=torch.Generator().manual_seed(1))


def last(image: Any) -> Any:
    return tf.constant(image.permute(1, 2, 0).numpy())


def close(ours: Any, theirs: Any, within: float = EXACT) -> bool:
    wanted = theirs.movedim(-3, -1).numpy()
    assert ours.shape == wanted.shape
    return float(np.abs(ours.numpy() - wanted).max()) < within


@pytest.mark.parametrize(
    ("angle", "shift", "scale", "shear"),
    [
        (17.0, (0, 0), 1.0, (0.0, 0.0)),
        (0.0, (5, -3), 1.0, (0.0, 0.0)),
        (0.0, (0, 0), 1.3, (0.0, 0.0)),
        (0.0, (0, 0), 1.0, (8.0, 0.0)),
        (0.0, (0, 0), 1.0, (0.0, -11.0)),
        (-33.0, (-4, 7), 0.8, (9.0, 5.0)),
    ],
)
def test_affine(
    augment: Any, image: Any, angle: float, shift: Any, scale: float, shear: Any
) -> None:
    """One resampling, and the edge darkened twice as torchvision does with a fill."""
    from torchvision.transforms import v2
    from torchvision.transforms.v2 import functional as F

    theirs = F.affine(
        image,
        angle,
        list(shift),
        scale,
        list(shear),
        interpolation=v2.InterpolationMode.BILINEAR,
        fill=0,
    )
    drawn = [tf.constant(x, tf.float32) for x in (angle, *shift, scale, *shear)]
    ours = augment.affine(last(image), drawn[0], drawn[1:3], drawn[3], drawn[4:])
    assert close(ours, theirs, GEOMETRY)


def test_random_affine_stays_within(augment: Any) -> None:
    """A ramp shows where each pixel came from; whole pixels are moved."""
    ramp = tf.tile(tf.range(40.0)[None, :, None], [30, 1, 1])
    moves = set()
    for n in range(30):
        moved = augment.random_affine(ramp, tf.constant([3, n]), shift=0.1)
        moves.add(float(ramp[15, 20, 0] - moved[15, 20, 0]))
    assert all(move == round(move) and abs(move) <= 4 for move in moves)
    assert len(moves) >= 6


def test_warp(augment: Any, image: Any) -> None:
    """torchvision's elastic with the displacement of the spline, in its units: sides are 2 long."""
    from torchvision.transforms.v2 import functional as F

    points = np.random.default_rng(0).uniform(-0.06, 0.06, (7, 7, 2)).astype(np.float32)

    def weights(pixels: int) -> np.ndarray:
        place = (np.arange(pixels) + 0.5) / pixels * 4
        far = np.abs(place[:, None] - np.arange(-1, 6))
        near, over = (4 - 6 * far**2 + 3 * far**3) / 6, (2 - far) ** 3 / 6
        return np.where(far < 1, near, np.where(far < 2, over, 0))

    moved = np.einsum("yi,ijk,xj->yxk", weights(45), points, weights(60))
    theirs = F.elastic(image, torch.from_numpy(2 * moved[None]).float())
    assert close(augment.warp(last(image), tf.constant(points), 4), theirs, GEOMETRY)
    still = augment.local_warp(last(image), tf.constant([0, 1]), 0.0, 4)
    assert close(still, image, GEOMETRY)


@pytest.mark.parametrize("factor", [0.6, 1.4])
def test_colour(augment: Any, image: Any, factor: float) -> None:
    from torchvision.transforms.v2 import functional as F

    for name in ("brightness", "contrast", "saturation"):
        theirs = getattr(F, f"adjust_{name}")(image, factor)
        ours = getattr(augment, f"adjust_{name}")(last(image), tf.constant(factor, tf.float32))
        assert close(ours, theirs), name
    for hue in (-0.1, 0.07):
        assert close(tf.image.adjust_hue(last(image), hue), F.adjust_hue(image, hue), 1e-5)


def test_jitter_is_in_any_order(augment: Any, image: Any) -> None:
    """Within its limits, and not always in the same order."""
    from itertools import permutations

    limits = {"brightness": 0.4, "contrast": 0.4}
    grey = tf.constant(np.linspace(0.2, 0.8, 48, dtype=np.float32).reshape(4, 4, 3))
    orders = set()
    for n in range(20):
        seed = tf.constant([5, n])
        made = augment.color_jitter(grey, seed, **limits)
        seeds = tf.random.split(seed, 5)
        amounts = [tf.random.stateless_uniform([], seeds[k], 0.6, 1.4) for k in (1, 2)]
        steps = list(
            zip((augment.adjust_brightness, augment.adjust_contrast), amounts, strict=True)
        )
        for order in permutations(range(2)):
            wanted = grey
            for k in order:
                wanted = steps[k][0](wanted, steps[k][1])
            if np.allclose(wanted, made, atol=1e-6):
                orders.add(order)
    assert len(orders) == 2


def test_shifts_of_colour(augment: Any) -> None:
    grey = tf.fill([2, 2, 3], 0.5)
    drawn = [augment.rgb_shift(grey, tf.constant([1, n]), 20) - grey for n in range(40)]
    levels = np.stack([d.numpy()[0, 0] for d in drawn]) * 255
    assert np.abs(levels).max() <= 20.001
    assert levels.min() < -15
    assert levels.max() > 15
    assert np.allclose([d.numpy()[1, 1] for d in drawn], levels / 255)
    found = set()
    for n in range(30):
        triples = [(20, -20, 20), (-20, 20, 20), (5, 0, 50)]
        moved = augment.rgb_shifts(grey, tf.constant([2, n]), triples) - grey
        found.add(tuple(round(float(x)) for x in moved[0, 0] * 255))
    assert found == set(triples)  # those of the lecture
    amounts = np.float32([0.1, -0.2, 0.05])
    vectors = np.float32(
        [[-0.5675, 0.7192, 0.4009], [-0.5808, -0.0045, -0.8140], [-0.5836, -0.6948, 0.4203]]
    )
    wanted = (vectors * amounts * [0.2175, 0.0188, 0.0045]).sum(1)
    assert np.allclose(
        (augment.add_components(grey, tf.constant(amounts)) - grey)[0, 0], wanted, atol=1e-6
    )


def test_sizes(augment: Any, image: Any) -> None:
    from torchvision.transforms.v2 import functional as F

    for size in (20, (64, 64), (30, 90)):
        theirs = F.resize(image, [size] if isinstance(size, int) else list(size), antialias=True)
        assert close(augment.resize(last(image), size), theirs, GEOMETRY)
    for size in ((24, 31), (50, 70)):
        assert close(augment.center_crop(last(image), size), F.center_crop(image, list(size)), 1e-9)
    theirs = torch.stack(F.five_crop(image, [24, 24]))
    assert close(augment.five_crops(last(image), (24, 24)), theirs, 1e-9)


def test_random_parts(augment: Any, image: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts have an area and a ratio as asked for; where none fits, the middle. Flips are fair."""
    from torchvision.transforms.v2 import functional as F

    parts = []
    resize = tf.image.resize
    monkeypatch.setattr(
        tf.image, "resize", lambda x, *a, **k: parts.append(x) or resize(x, *a, **k)
    )
    for n in range(40):
        augment.random_resized_crop(last(image), tf.constant([4, n]), (8, 8), (0.2, 0.9))
    areas = [part.shape[0] * part.shape[1] / (45 * 60) for part in parts]
    ratios = [part.shape[1] / part.shape[0] for part in parts]
    assert 0.18 < min(areas) < 0.4
    assert 0.65 < max(areas) < 0.92
    assert 0.72 < min(ratios) < 0.9
    assert 1.1 < max(ratios) < 1.38
    wide = augment.random_resized_crop(
        last(image), tf.constant([0, 0]), (8, 8), (1.0, 1.0), (3.0, 3.0)
    )
    theirs = F.resized_crop(image, 12, 0, 20, 60, [8, 8], antialias=True)
    assert close(wide, theirs, GEOMETRY)
    ones = tf.ones([32, 32, 1])
    sums = {
        int(tf.reduce_sum(augment.random_crop(ones, tf.constant([7, n]), (32, 32), pad=4)))
        for n in range(200)
    }
    assert (min(sums), max(sums)) == (28 * 28, 32 * 32)
    ramp = tf.range(4.0)[None, :, None]
    flipped = [augment.random_flip(ramp, tf.constant([1, n]))[0, 0, 0] == 3 for n in range(100)]
    assert 30 < sum(map(int, flipped)) < 70
