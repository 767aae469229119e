"""Where a recipe's images come from.

Each source gives images (height, width, channels) as float32 in 0..1 with a whole number as label,
in an order of its own that never changes, and names of its classes in the labels' order. Images of
another number of channels are made to fit: grey is repeated for three, and three become grey by
ITU-R 601's luma (0.299, 0.587, 0.114), as Pillow's "L".
"""

from __future__ import annotations

from typing import TypeAlias

from archdsl.ir.checked import Count, Share, checked

__all__ = ["Cifar10", "Data", "Digits", "Folder", "HuggingFace", "Mnist"]


@checked
class Digits:
    """scikit-learn's 1797 handwritten digits, 8x8 grey of 0..16, which come in its package.

    size:     height and width they are enlarged to, bilinear as torch's interpolate with
              align_corners=False (no antialias: it only enlarges)
    val:      share kept for evaluation: round(val * 1797) images, of each class alike (stratified),
              chosen by `seed`
    channels: 1, or 3 by repetition
    """

    size: Count
    val: Share
    seed: int
    channels: Count


@checked
class Folder:
    """A folder with one folder of images (.jpg .jpeg .png .bmp .webp .gif) for each class.

    Or with two, `train` and `val`, each of that kind: then `val` is 0 and nothing is split off.
    Classes are the folders' names, sorted. Files are sorted by path.

    path:     relative to where the script is run
    val:      share of each class's files kept for evaluation, chosen by `seed`: at least one of
              every class that has two; None: the folders `train` and `val` divide them
    channels: 1 or 3, what the net takes
    classes:  how many class folders there must be: as many as the net tells apart
    """

    path: str
    val: Share | None
    seed: int
    channels: Count
    classes: Count


@checked
class Mnist:
    """MNIST from its four IDX files (also .gz) under `path`, fetched only if `download`.

    28x28 grey, or 3 channels by repetition. Its 10,000 test images are for evaluation.
    """

    path: str
    download: bool
    channels: Count


@checked
class Cifar10:
    """CIFAR-10 from its binary version (no pickles) under `path`, fetched only if `download`.

    The files are cifar-10-batches-bin/data_batch_1.bin to data_batch_5.bin and test_batch.bin.
    32x32 RGB, or 1 channel as grey. Its 10,000 test images are for evaluation.
    """

    path: str
    download: bool
    channels: Count


@checked
class HuggingFace:
    """A data set by its name for the package `datasets`, from its cache; fetched if `download`.

    image, label: names of its columns; label is a ClassLabel
    train, val:   names of its splits
    classes:      how many there must be: as many as the net tells apart
    """

    name: str
    config: str | None
    image: str
    label: str
    train: str
    val: str
    download: bool
    channels: Count
    classes: Count


Data: TypeAlias = Digits | Folder | Mnist | Cifar10 | HuggingFace
