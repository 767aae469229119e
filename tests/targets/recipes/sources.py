"""Images as the recipes of forms.arch want them, in their real formats."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np


def idx(array) -> bytes:  # type: ignore[no-untyped-def]
    """The format of the MNIST files: a magic number, the shape, the bytes."""
    head = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return head + array.astype(np.uint8).tobytes()


def mnist(folder: Path, packed: bool) -> tuple[object, object]:
    folder.mkdir()
    draws = np.random.default_rng(0)
    images, labels = draws.integers(0, 256, (20, 28, 28)), np.arange(20) % 10
    for part, count in (("train", 20), ("t10k", 8)):
        for kind, array in (("images-idx3", images), ("labels-idx1", labels)):
            path, content = folder / f"{part}-{kind}-ubyte", idx(array[:count])
            if packed:
                path, content = path.with_name(f"{path.name}.gz"), gzip.compress(content)
            path.write_bytes(content)
    return images, labels


def cifar(folder: Path, each: int = 6) -> list[tuple[int, object]]:
    """CIFAR-10's binary version: of each image its label, then all red, green, blue."""
    there = folder / "cifar-10-batches-bin"
    there.mkdir(parents=True)
    draws = np.random.default_rng(0)
    kept = []
    for name in [f"data_batch_{n}" for n in range(1, 6)] + ["test_batch"]:
        content = b""
        for _ in range(each):
            label, pixels = int(draws.integers(10)), draws.integers(0, 256, (3, 32, 32))
            content += bytes([label]) + pixels.astype(np.uint8).tobytes()
            kept.append((label, pixels))
        (there / f"{name}.bin").write_bytes(content)
    return kept


def photographs(folder: Path, each: int = 10) -> Path:
    """Three classes of parts of scikit-learn's two photographs, as JPEG files."""
    from PIL import Image
    from sklearn.datasets import load_sample_images

    china, flower = load_sample_images().images
    draws = np.random.default_rng(0)
    for name, image in (("china", china[200:]), ("flower", flower), ("sky", china[:150])):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for number in range(each):
            height, width = draws.integers(80, 140, 2)
            top = draws.integers(image.shape[0] - height)
            left = draws.integers(image.shape[1] - width)
            part = image[top : top + height, left : left + width]
            Image.fromarray(part).save(folder / name / f"{number}.jpg")
    return folder


def flowers(folder: Path, each: int = 6) -> Path:
    """As many classes as the shipped recipes for flowers want: ten of digits, of which each is a
    PNG in grey, and seven of places in scikit-learn's two photographs, as JPEG; and a text that
    is no image."""
    from PIL import Image
    from sklearn.datasets import load_digits, load_sample_images

    digits, draws = load_digits(), np.random.default_rng(0)
    for digit in range(10):
        (folder / f"digit{digit}").mkdir(parents=True)
        for number, index in enumerate(np.flatnonzero(digits.target == digit)[:each]):
            pixels = Image.fromarray((digits.images[index] * 15.9).astype(np.uint8))
            size = (120 + 5 * number, 140)
            pixels.resize(size).save(folder / f"digit{digit}" / f"{number}.png")
    china, flower = load_sample_images().images
    places = {
        "dark": flower[:, 450:],
        "leaf": flower[:150],
        "petal": flower[150:300, 200:400],
        "roof": china[150:250, 100:500],
        "sky": china[:150],
        "stem": flower[300:],
        "wall": china[260:420],
    }
    for name, image in places.items():
        (folder / name).mkdir()
        for number in range(each):
            height, width = int(draws.integers(60, 95)), int(draws.integers(60, 150))
            top = draws.integers(image.shape[0] - height)
            left = draws.integers(image.shape[1] - width)
            part = image[top : top + height, left : left + width]
            Image.fromarray(part).save(folder / name / f"{number}.jpg")
    (folder / "sky" / "notes.txt").write_text("no image")
    return folder
