"""The batches of Keras's scripts, from files in their real formats."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.targets.recipes.scripts import modules, write
from tests.targets.recipes.sources import cifar, mnist, photographs

pytest.importorskip("tensorflow")
pytest.importorskip("keras")


def test_draws_do_not_depend_on_workers(tmp_path: Path) -> None:
    """Nor on where a training goes on: an image's draws are of seed, epoch and index."""
    with modules(write(tmp_path / "digits", "Digits", "keras"), "data", "augment") as found:
        data, augment = found
        images = data.load()[0]
        images = data.Images(images.pixels[:40], images.labels[:40])

        def batches(first: int, workers: int) -> list[Any]:
            made = data.training_batches(images, augment.training, 16, 3, 5, first, workers)
            return list(made.as_numpy_iterator())

        alone, several, later = batches(0, 1), batches(0, 3), batches(4, 2)
        assert [len(batch[1]) for batch in alone] == [16, 16, 8] * 3
        for ours, theirs in (
            *zip(alone, several, strict=True),
            *zip(alone[4:], later, strict=True),
        ):
            assert all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))
        assert [sum(batch[2]) for batch in alone] == pytest.approx([1.0] * 9)
        order = np.random.default_rng([5, 1]).permutation(40)  # PyTorch's scripts have the same
        labels = np.concatenate([batch[1].argmax(1) for batch in alone[3:6]])
        assert np.array_equal(labels, images.labels[order])
        assert not np.allclose(alone[0][0][0], alone[3][0][0])


def test_mnist_and_cifar10(tmp_path: Path) -> None:
    """Pixels of 0..1, channels last, every image once and in its place."""
    images, labels = mnist(tmp_path / "mnist", True)
    with modules(write(tmp_path / "one", "Handwriting", "keras"), "data") as (data,):
        train, test = data.load()
        assert (len(train), len(test)) == (20, 8)
        batches = list(data.test_batches(train, lambda x: x, 8, 2).as_numpy_iterator())
        found = np.concatenate([batch[0] for batch in batches])
        assert found.dtype == np.float32
        assert np.allclose(found[..., 0] * 255, images)  # type: ignore[arg-type]
        assert np.array_equal(np.concatenate([b[1] for b in batches]).argmax(1), labels)  # type: ignore[arg-type]
        (tmp_path / "mnist" / "t10k-labels-idx1-ubyte.gz").unlink()
        data.URL = (tmp_path / "nowhere").as_uri() + "/"  # nothing is fetched in tests
        with pytest.raises(SystemExit, match=r"can't download file:.*t10k-labels-idx1"):
            data.load()
    kept: Any = cifar(tmp_path / "cifar")
    with modules(write(tmp_path / "two", "Mixed", "keras"), "data") as (data,):
        train, test = data.load()
        assert (len(train), len(test)) == (30, 6)
        for (image, label), (wanted, pixels) in zip(
            [s[n] for s in (train, test) for n in range(len(s))], kept, strict=True
        ):
            assert label == wanted
            assert np.allclose(image * 255, pixels.transpose(1, 2, 0))
        # mixup: each share of the images is that of their classes
        one = next(iter(data.training_batches(train, lambda x, s: x, 16, 1, 0, 0, 1)))
        share = np.random.default_rng([0, 0]).beta(0.2, 0.2)
        order = np.random.default_rng([0, 0]).permutation(30)[:16]
        plain = np.stack([train[n][0] for n in order])
        assert np.allclose(one[0], share * plain + (1 - share) * plain[::-1], atol=1e-6)
        classes = np.eye(10)[[train[n][1] for n in order]]
        assert np.allclose(one[1], share * classes + (1 - share) * classes[::-1], atol=1e-6)


def test_a_folder_of_images(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photographs(tmp_path / "photos", 5)
    (tmp_path / "photos" / "sky" / "9.png").write_bytes(b"no image")
    with modules(write(tmp_path / "scripts", "Changed", "keras"), "data", "augment") as found:
        data, augment = found
        train, test = data.load()
        assert capsys.readouterr().err == "1 images can't be read: photos/sky/9.png\n"
        assert (len(train), len(test)) == (12, 3)
        batch = next(iter(data.training_batches(train, augment.training, 8, 1, 0, 0, 2)))
        assert batch[0].shape == (8, 32, 32, 3)
        views = next(iter(data.test_batches(test, augment.views, 3, 1)))[0]
        assert views.shape == (3, 10, 32, 32, 3)
