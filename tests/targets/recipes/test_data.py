"""The loaders on files in their real formats, and what they say of files that are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.targets.recipes.scripts import modules, write
from tests.targets.recipes.sources import cifar, mnist, photographs

np = pytest.importorskip("numpy")
torch = pytest.importorskip("torch")
pytestmark = pytest.mark.usefixtures("torchvision")


@pytest.mark.parametrize("packed", [False, True])
def test_mnist(tmp_path: Path, packed: bool) -> None:
    images, labels = mnist(tmp_path / "mnist", packed)
    with modules(write(tmp_path / "scripts", "Handwriting"), "data") as (data,):
        train, test = data.load()
        assert (len(train), len(test)) == (20, 8)
        for n in range(20):
            image, label = train[n]
            assert label == labels[n]  # type: ignore[index]
            assert torch.equal(image[0] * 255, torch.tensor(images[n]).float())  # type: ignore[index]
        assert data.classes() == list("0123456789")


def test_mnist_that_is_not_there_or_half(tmp_path: Path) -> None:
    with modules(write(tmp_path / "scripts", "Handwriting"), "data") as (data,):
        data.URL = (tmp_path / "nowhere").as_uri() + "/"  # nothing is fetched in tests
        with pytest.raises(SystemExit, match=r"can't download file:.*train-images-idx3-ubyte.gz"):
            data.load()
        mnist(tmp_path / "mnist", False)
        path = tmp_path / "mnist" / "train-images-idx3-ubyte"
        path.write_bytes(path.read_bytes()[:-1])
        with pytest.raises(SystemExit, match="mnist/train-images-idx3-ubyte is no whole IDX file"):
            data.load()


def test_a_download_is_checked(tmp_path: Path) -> None:
    """A file of another content is not kept."""
    source = tmp_path / "source"
    mnist(source, True)
    with modules(write(tmp_path / "scripts", "Handwriting"), "data") as (data,):
        data.URL = source.as_uri() + "/"
        with pytest.raises(SystemExit, match="is not the file that it should be"):
            data.load()
        assert not (tmp_path / "mnist").exists()
        for name in data.MD5:
            import hashlib

            data.MD5[name] = hashlib.md5((source / f"{name}.gz").read_bytes()).hexdigest()
        train, test = data.load()
        assert (len(train), len(test)) == (20, 8)
        assert not list((tmp_path / "mnist").glob("*.part"))


def test_cifar10(tmp_path: Path) -> None:
    kept = cifar(tmp_path / "cifar")
    with modules(write(tmp_path / "scripts", "Mixed"), "data") as (data,):
        train, test = data.load()
        assert (len(train), len(test)) == (30, 6)
        for found, (label, pixels) in zip([*train, *test], kept, strict=True):  # type: ignore[misc]
            assert found[1] == label
            assert torch.equal(found[0] * 255, torch.tensor(pixels).float())
        assert data.classes()[3] == "cat"
        (tmp_path / "cifar" / "cifar-10-batches-bin" / "data_batch_2.bin").write_bytes(b"123")
        with pytest.raises(SystemExit, match=r"data_batch_2.bin is no whole file of CIFAR-10's"):
            data.load()


def test_cifar10_that_is_not_there(tmp_path: Path) -> None:
    with (
        modules(write(tmp_path / "scripts", "Mixed"), "data") as (data,),
        pytest.raises(SystemExit, match=r"can't read cifar/.*data_batch_1.bin: No such file"),
    ):
        data.load()


def test_a_folder_of_images(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Classes by name, a share of each held out, what can't be read named and left out."""
    photographs(tmp_path / "photos")
    whole = (tmp_path / "photos" / "sky" / "3.jpg").read_bytes()
    (tmp_path / "photos" / "sky" / "3.jpg").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "photos" / "sky" / "10.png").write_bytes(b"no image")
    (tmp_path / "photos" / "sky" / "notes.txt").write_text("no image, and none is expected")
    with modules(write(tmp_path / "scripts", "Flowers"), "data") as (data,):
        assert data.classes() == ["china", "flower", "sky"]
        train, test = data.load()
        said = capsys.readouterr().err
        assert said == "2 images can't be read: photos/sky/10.png, photos/sky/3.jpg\n"
        assert [label for _, label in test.files] == [0, 0, 1, 1, 2, 2]
        assert len({*train.files, *test.files}) == 29
        again = data.load()
        assert (again[0].files, again[1].files) == (train.files, test.files)
        image, label = train[0]
        assert (image.dtype, image.shape[0], label) == (torch.float32, 3, 0)
        assert 0 <= image.min() < image.max() <= 1


def test_a_folder_that_does_not_fit(tmp_path: Path) -> None:
    with modules(write(tmp_path / "scripts", "Flowers"), "data") as (data,):
        with pytest.raises(SystemExit, match="no folder photos: there should be one of images"):
            data.load()
        photographs(tmp_path / "photos", 2)
        for name in ("0.jpg", "1.jpg"):
            (tmp_path / "photos" / "sky" / name).unlink()
        with pytest.raises(SystemExit, match="photos/sky has no image that can be read"):
            data.load()
        (tmp_path / "photos" / "sky").rmdir()
        with pytest.raises(SystemExit, match="photos has 2 classes, the net tells 3 apart"):
            data.load()


def test_digits_are_split_alike(tmp_path: Path) -> None:
    with modules(write(tmp_path / "scripts", "Plain"), "data") as (data,):
        train, test = data.load()
        assert (len(train), len(test)) == (1438, 359)
        counts = torch.bincount(test.tensors[1])
        assert counts.min() >= 35
        assert counts.max() <= 37
