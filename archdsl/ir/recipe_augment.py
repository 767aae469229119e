"""What is done with a training image: the steps of `augment`, resolved.

An image is float32 in 0..1, channels first or last as the target likes. "+-a" is a draw that is
uniform in [-a, a]. Each step draws for each image anew. Values that leave 0..1 are cut off after
Color, RgbShift and PcaColor. What a step brings in from outside the image is black (0).
"""

from __future__ import annotations

from typing import TypeAlias

from archdsl.ir.checked import AtLeastZero, Count, Share, checked

__all__ = [
    "IMAGENET_MEAN",
    "IMAGENET_STD",
    "PCA_VALUES",
    "PCA_VECTORS",
    "Affine",
    "CenterCrop",
    "Color",
    "Flip",
    "Normalize",
    "PaddedCrop",
    "PcaColor",
    "RandomResizedCrop",
    "Resize",
    "RgbShift",
    "Step",
    "Warp",
]

# Of ImageNet's training images, on 0..1.
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)

# Principal components of ImageNet's RGB on 0..1 (from fb.resnet.torch's Lighting): standard
# deviations along them, and as rows the channels R, G, B, as columns the components.
PCA_VALUES = (0.2175, 0.0188, 0.0045)
PCA_VECTORS = (
    (-0.5675, 0.7192, 0.4009),
    (-0.5808, -0.0045, -0.8140),
    (-0.5836, -0.6948, 0.4203),
)


@checked
class Resize:
    """To a size, bilinear with antialias (torchvision's default).

    size: (height, width); or a number: the shorter side becomes it, the other keeps the ratio,
          int(size * longer / shorter)
    """

    size: int | tuple[int, int]


@checked
class CenterCrop:
    """The middle: top and left are int(round((image - size) / 2)), as torchvision.

    Where the image is smaller, black is added around it first, (size - image) // 2 before.
    """

    size: tuple[int, int]


@checked
class RandomResizedCrop:
    """A random part, resized to `size`, bilinear with antialias; torchvision's RandomResizedCrop.

    scale: area of the part, a share of the image's, uniform
    ratio: width / height of the part, uniform in its logarithm. After ten draws that don't fit,
           the middle, its ratio cut off to these
    """

    size: tuple[int, int]
    scale: tuple[float, float]
    ratio: tuple[float, float]


@checked
class PaddedCrop:
    """`pad` black pixels added at each side, then a random part of `size`, every place alike."""

    size: tuple[int, int]
    pad: int


@checked
class Flip:
    """Mirrored left to right with probability p."""

    p: Share


@checked
class Affine:
    """One resampling about the image's centre, bilinear: rotate, shear, shift and zoom that stand
    side by side in the file. The same as torchvision's RandomAffine / functional.affine, whatever
    order they were written in. 0 where one isn't written.

    rotate: +-degrees; shear: +-degrees along x and along y
    shift:  +-share of the width (x) and of the height (y), then rounded to whole pixels
    zoom:   a factor uniform in [1 - zoom, 1 + zoom]
    """

    rotate: AtLeastZero = 0.0
    shear: tuple[float, float] = (0.0, 0.0)
    shift: AtLeastZero = 0.0
    zoom: Share = 0.0


@checked
class Warp:
    """Every place moves a little, near ones alike: a free-form deformation.

    The displacement, in x and in y, is a uniform cubic B-spline over `grid` x `grid` cells that
    cover the image: with (grid + 3) x (grid + 3) control values, each +-amount (a share of the
    width in x, of the height in y); pixel row i of H stands at (i + 0.5) / H * grid cells. Sampled
    bilinear, as torchvision's functional.elastic with that displacement.
    """

    amount: AtLeastZero
    grid: Count


@checked
class Color:
    """torchvision's ColorJitter: the four in a random order for each image.

    brightness, contrast, saturation: a factor uniform in [max(0, 1 - x), 1 + x]; 0: left out
    hue: +-share of the colour circle, at most 0.5; 0: left out
    """

    brightness: AtLeastZero
    contrast: AtLeastZero
    saturation: AtLeastZero
    hue: Share


@checked
class RgbShift:
    """A number added to all of each channel, in levels of 0..255 (so +20 adds 20 / 255).

    limit:   +-limit for each channel apart; None where triples are given
    triples: one of these (R, G, B), each as likely; empty where a limit is given
    """

    limit: float | None
    triples: tuple[tuple[float, float, float], ...]


@checked
class PcaColor:
    """AlexNet's: for each of three components adds vector * value * a normal draw of this std.

    In numbers: rgb += PCA_VECTORS @ (normal(0, std, 3) * PCA_VALUES).
    """

    std: AtLeastZero


@checked
class Normalize:
    """(x - mean) / std for each channel; as many as the image has."""

    mean: tuple[float, ...]
    std: tuple[float, ...]


Step: TypeAlias = (
    Resize
    | RandomResizedCrop
    | PaddedCrop
    | Flip
    | Affine
    | Warp
    | Color
    | RgbShift
    | PcaColor
    | CenterCrop
)
