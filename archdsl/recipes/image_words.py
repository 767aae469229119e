"""The words of `data` and `augment`, with their options, units, defaults and bounds."""

from __future__ import annotations

from archdsl.recipes.forms import Form, Option, named

__all__ = ["DATA", "STEPS"]

# ------------------------------------------------------------------------------------- data

_DOWNLOAD = Option("download", "bool", "fetch it where it isn't there", False)

DATA = named(
    Form(
        "digits",
        "The 1797 handwritten digits of scikit-learn, 8x8 grey: they come with its package.",
        (
            Option(
                "size",
                "whole",
                "height and width they are enlarged to, in pixels",
                None,
                least=8,
                most=4096,
                shown="what the net takes",
            ),
            Option("val", "number", "share kept for evaluation", 0.2, above=0, below=1),
        ),
        1,
        "digits(size=32)",
    ),
    Form(
        "folder",
        "A folder with one folder of images for each class, or with two such, `train` and `val`.",
        (
            Option("path", "string", "the folder, from where the script is run"),
            Option(
                "val",
                "number",
                "share of each class kept for evaluation",
                None,
                above=0,
                below=1,
                shown="the folders `train` and `val` divide them",
            ),
        ),
        1,
        'folder("flowers", val=0.2)',
    ),
    Form(
        "mnist",
        "MNIST from its four IDX files, 28x28 grey; its test images are for evaluation.",
        (Option("path", "string", "the folder of the files", "data/mnist"), _DOWNLOAD),
        1,
        "mnist",
    ),
    Form(
        "cifar10",
        "CIFAR-10 from its binary files, 32x32 in colour; its test images are for evaluation.",
        (Option("path", "string", "the folder of the files", "data/cifar10"), _DOWNLOAD),
        1,
        "cifar10",
    ),
    Form(
        "hf",
        "A data set of the package `datasets` by its name, from its cache.",
        (
            Option("name", "string", "the data set's name"),
            Option("config", "string", "its configuration", None),
            Option("image", "string", "the column with the images", "image"),
            Option("label", "string", "the column with the classes", "label"),
            Option("train", "string", "the split to train with", "train"),
            Option("val", "string", "the split to evaluate with", "test"),
            _DOWNLOAD,
        ),
        1,
        'hf("beans", label="labels")',
    ),
)

# ---------------------------------------------------------------------------------- augment

_SHARE = "share of the image's width and height"

STEPS = named(
    Form(
        "resize",
        "Another size, in evaluation too. A number is the shorter side's, HxW both.",
        (Option("size", "size", "pixels", least=1, most=8192),),
        1,
        "resize(256)",
    ),
    Form(
        "crop",
        "A random part. With `scale` a part of that area, resized; with `pad` black pixels are "
        "added at each side before. Evaluation takes the centre.",
        (
            Option("size", "size", "pixels that come out", least=1, most=8192),
            Option("scale", "range", "area, as a share of the image's", None, above=0, most=1),
            Option(
                "ratio",
                "range",
                "width / height of the part",
                None,
                above=0,
                most=100,
                shown="with `scale`, (3 / 4, 4 / 3)",
            ),
            Option("pad", "whole", "pixels added at each side", 0, least=0, most=4096),
        ),
        1,
        "crop(224, scale=(0.08, 1.0))",
    ),
    Form(
        "flip",
        "Mirrored left to right.",
        (Option("p", "number", "probability", 0.5, above=0, most=1),),
        1,
        "flip",
    ),
    Form(
        "rotate",
        "Turned about the centre.",
        (Option("degrees", "number", "by up to so much either way", above=0, most=180),),
        1,
        "rotate(10)",
    ),
    Form(
        "shear",
        "Slanted about the centre.",
        (
            Option("x", "number", "degrees along x, up to so much either way", least=0, below=90),
            Option("y", "number", "degrees along y, the same", 0, least=0, below=90),
        ),
        2,
        "shear(8)",
    ),
    Form(
        "shift",
        "Moved sideways, up and down.",
        (
            Option(
                "share",
                "number",
                f"{_SHARE}, up to so much either way, in whole pixels",
                above=0,
                most=1,
            ),
        ),
        1,
        "shift(0.075)",
    ),
    Form(
        "zoom",
        "Larger or smaller about the centre.",
        (Option("by", "number", "a factor from 1 - by to 1 + by", above=0, below=1),),
        1,
        "zoom(0.1)",
    ),
    Form(
        "warp",
        "Every place moved a little, near ones alike.",
        (
            Option("amount", "number", f"{_SHARE}, up to so much either way", above=0, most=0.5),
            Option("grid", "whole", "cells along each side, within which it is smooth", 4, 1, 64),
        ),
        1,
        "warp(0.03)",
    ),
    Form(
        "color",
        "Brightness, contrast, saturation and hue changed, in a random order.",
        (
            Option("brightness", "number", "a factor from 1 - it (at least 0) to 1 + it", 0, 0, 10),
            Option("contrast", "number", "the same", 0, least=0, most=10),
            Option("saturation", "number", "the same", 0, least=0, most=10),
            Option("hue", "number", "share of the colour circle either way", 0, least=0, most=0.5),
        ),
        0,
        "color(brightness=0.4, contrast=0.4, saturation=0.4, hue=0.1)",
    ),
    Form(
        "rgb_shift",
        "A number added to red, green and blue each: up to so much either way, or one of the "
        "triples that are given.",
        (Option("limit", "number", "levels of 0..255, or triples of them", least=-255, most=255),),
        1,
        "rgb_shift((+20, -20, +20), (-20, +20, +20), (+5, 0, +50))",
        several=True,
    ),
    Form(
        "pca_color",
        "AlexNet's: colours moved along the principal components of ImageNet's.",
        (Option("std", "number", "standard deviation of the draw on each", 0.1, above=0, most=10),),
        1,
        "pca_color(0.1)",
    ),
    Form(
        "mixup",
        "Each image and its class mixed with another's of the batch.",
        (Option("alpha", "number", "of Beta(alpha, alpha), the share's draw", above=0, most=100),),
        1,
        "mixup(0.2)",
    ),
    Form(
        "normalize",
        'Less the mean, by the standard deviation: "imagenet" has ImageNet\'s. In evaluation too, '
        "and always last.",
        (
            Option("mean", "statistic", "on 0..1, a number or one for each channel", None),
            Option("std", "statistic", "the same", None, above=0),
        ),
        2,
        'normalize("imagenet")',
    ),
)
