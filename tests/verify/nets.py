"""Every net of the shipped specs, at the smallest size that says as much, and how often it runs."""

from __future__ import annotations

import atexit
import math
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path

import archdsl
from archdsl import resources
from archdsl.driver.api import Net
from tests.support.specs import spec_names

# By the axes in space, the smallest first.
_SMALL = {2: ((64, 64), (96, 96), (160, 160)), 3: ((8, 32, 32),)}
_DEEP = 260  # nodes; ResNet-50 and EfficientNet-B0 have fewer
# On TensorFlow always, one of each kind; the others in `make test-all`.
ALWAYS = (
    ("lenet", "LeNet5"),
    ("alexnet", "AlexNetTorchvision"),
    ("vgg", "VGG11BN"),
    ("nin", "NiN"),
    ("googlenet", "GoogLeNet"),
    ("inception", "InceptionV3"),
    ("resnet", "ResNet18"),
    ("mobilenet", "MobileNetV1"),
    ("efficientnet", "EfficientNetB0"),
    ("densenet", "DenseNet121"),
    ("squeezenet", "SqueezeNet1_1"),
    ("shufflenet", "ShuffleNetV2_0_5"),
    ("convnext", "ConvNeXtTiny"),
    ("unet", "UNet"),
    ("video", "R3D18"),
)
# On all of Keras's backends always.
EVERYWHERE = (
    ("lenet", "LeNet5"),
    ("alexnet", "AlexNet"),
    ("resnet", "ResNet50"),
    ("googlenet", "GoogLeNet"),
    ("mobilenet", "MobileNetV2"),
    ("efficientnet", "EfficientNetB0"),
)
# Of these the one whose gradients JAX compiles for more than a minute: they are in `test-all`.
DEAREST = ("efficientnet", "EfficientNetB0")


@cache
def every() -> tuple[tuple[str, str], ...]:
    folder = _shipped() / "keras"
    specs = [*spec_names(), *(f"keras/{path.stem}" for path in sorted(folder.glob("*.arch")))]
    return tuple((spec, name) for spec in specs for name in archdsl.load(spec).nets)


@cache
def deep(spec: str) -> frozenset[str]:
    """The nets whose gradients JAX compiles for many minutes, while a shallower one of the same
    file, made by the same blocks, has them compared."""
    sizes = {
        name: len(archdsl.load(spec).net(name).graph.nodes) for name in archdsl.load(spec).nets
    }
    return frozenset(n for n, size in sizes.items() if size > max(_DEEP, min(sizes.values())))


def small(spec: str, name: str) -> Net:
    """The net for maps of 64x64, larger ones where its layers want them, at most its own."""
    own = archdsl.load(spec).net(name)
    shapes = [own.graph.nodes[value].shape for _, value in own.graph.inputs]
    if len(shapes) > 1 or max(shapes[0].spatial, default=0) <= 64:
        return own
    loaded = archdsl.load(_without_shapes() / f"{spec}.arch", root=_without_shapes())
    for sizes in _SMALL.get(shapes[0].rank, ()):
        try:
            found = loaded.net(name, input="x".join(map(str, (*sizes, shapes[0].channels))))
        except archdsl.CompileError:
            continue
        if not _norms_two_numbers(found):
            return found
    return own


def _norms_two_numbers(net: Net) -> bool:
    """Whether a batch norm sees one position of each image. Of two numbers that are nearly equal
    it makes -1 and 1 all the same, and gradients large that are all rounding."""
    return any(n.op.keyword == "bn" and math.prod(n.shape.spatial) == 1 for n in net.graph)


def _shipped() -> Path:
    return Path(str(resources.root())) / "specs"


@cache
def _without_shapes() -> Path:
    """The shipped specs without what they say of shapes (`:: 7x7x1024`), true of one size."""
    folder = Path(tempfile.mkdtemp(prefix="archdsl-small-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for path in _shipped().rglob("*.arch"):
        copy = folder / path.relative_to(_shipped())
        copy.parent.mkdir(parents=True, exist_ok=True)
        text = re.sub(r" +:: (?:[^\s{}]|\{[^{}]*\})+", "", path.read_text(encoding="utf-8"))
        copy.write_text(text, encoding="utf-8")
    return folder
