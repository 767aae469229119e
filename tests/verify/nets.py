"""Every net of the shipped specs, at the smallest size that says as much, and how often it runs."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import archdsl
from archdsl import resources
from archdsl.driver.api import Net
from tests.support.specs import spec_names

_SMALL = {2: (64, 64), 3: (8, 32, 32)}  # by the axes in space
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


@cache
def every() -> tuple[tuple[str, str], ...]:
    folder = Path(str(resources.root())) / "specs" / "keras"
    specs = [*spec_names(), *(f"keras/{path.stem}" for path in sorted(folder.glob("*.arch")))]
    return tuple((spec, name) for spec in specs for name in archdsl.load(spec).nets)


def small(spec: str, name: str) -> Net:
    """The net for maps of 64x64, or for its own where its layers leave no choice."""
    loaded = archdsl.load(spec)
    own = loaded.net(name)
    shapes = [own.graph.nodes[value].shape for _, value in own.graph.inputs]
    sizes = _SMALL.get(shapes[0].rank)
    if len(shapes) > 1 or sizes is None or max(shapes[0].spatial) <= 64:
        return own
    try:
        return loaded.net(name, input="x".join(map(str, (*sizes, shapes[0].channels))))
    except archdsl.CompileError:
        return own
