"""The shipped specs and the well-known implementations that they say they are."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from functools import cache
from pathlib import Path
from types import ModuleType

import archdsl
from archdsl import resources

# spec, net, torchvision's name, the size that its parity is tested at
TORCHVISION: tuple[tuple[str, str, str, int], ...] = (
    ("alexnet", "AlexNetTorchvision", "alexnet", 96),
    ("vgg", "VGG11", "vgg11", 64),
    ("vgg", "VGG13", "vgg13", 64),
    ("vgg", "VGG16", "vgg16", 64),
    ("vgg", "VGG19", "vgg19", 64),
    ("vgg", "VGG11BN", "vgg11_bn", 64),
    ("vgg", "VGG13BN", "vgg13_bn", 64),
    ("vgg", "VGG16BN", "vgg16_bn", 64),
    ("vgg", "VGG19BN", "vgg19_bn", 64),
    ("resnet", "ResNet18", "resnet18", 97),
    ("resnet", "ResNet34", "resnet34", 64),
    ("resnet", "ResNet50", "resnet50", 97),
    ("resnet", "ResNet101", "resnet101", 64),
    ("resnet", "ResNet152", "resnet152", 64),
    ("resnet", "ResNeXt50_32x4d", "resnext50_32x4d", 64),
    ("resnet", "WideResNet50_2", "wide_resnet50_2", 64),
    ("googlenet", "GoogLeNet", "googlenet", 64),
    ("inception", "InceptionV3", "inception_v3", 299),
    ("mobilenet", "MobileNetV2", "mobilenet_v2", 96),
    ("mobilenet", "MobileNetV3Large", "mobilenet_v3_large", 96),
    ("mobilenet", "MobileNetV3Small", "mobilenet_v3_small", 96),
    ("efficientnet", "EfficientNetB0", "efficientnet_b0", 64),
    ("efficientnet", "EfficientNetB1", "efficientnet_b1", 64),
    ("efficientnet", "EfficientNetB2", "efficientnet_b2", 64),
    ("efficientnet", "EfficientNetB3", "efficientnet_b3", 64),
    ("efficientnet", "EfficientNetB4", "efficientnet_b4", 64),
    ("efficientnet", "EfficientNetB5", "efficientnet_b5", 64),
    ("efficientnet", "EfficientNetB6", "efficientnet_b6", 64),
    ("efficientnet", "EfficientNetB7", "efficientnet_b7", 64),
    ("efficientnet", "EfficientNetV2S", "efficientnet_v2_s", 64),
    ("efficientnet", "EfficientNetV2M", "efficientnet_v2_m", 64),
    ("efficientnet", "EfficientNetV2L", "efficientnet_v2_l", 64),
    ("squeezenet", "SqueezeNet1_0", "squeezenet1_0", 64),
    ("squeezenet", "SqueezeNet1_1", "squeezenet1_1", 64),
    ("densenet", "DenseNet121", "densenet121", 64),
    ("densenet", "DenseNet161", "densenet161", 64),
    ("densenet", "DenseNet169", "densenet169", 64),
    ("densenet", "DenseNet201", "densenet201", 64),
    ("shufflenet", "ShuffleNetV2_0_5", "shufflenet_v2_x0_5", 64),
    ("shufflenet", "ShuffleNetV2_1_0", "shufflenet_v2_x1_0", 64),
    ("shufflenet", "ShuffleNetV2_1_5", "shufflenet_v2_x1_5", 64),
    ("shufflenet", "ShuffleNetV2_2_0", "shufflenet_v2_x2_0", 64),
    ("convnext", "ConvNeXtTiny", "convnext_tiny", 64),
    ("convnext", "ConvNeXtSmall", "convnext_small", 64),
    ("convnext", "ConvNeXtBase", "convnext_base", 64),
    ("convnext", "ConvNeXtLarge", "convnext_large", 64),
    ("video", "R3D18", "video.r3d_18", 48),
)


def spec_names() -> list[str]:
    folder = Path(str(resources.root())) / "specs"
    return sorted(path.stem for path in folder.glob("*.arch"))


def lesson_names() -> list[str]:
    """As `lessons/one_by_one`."""
    folder = Path(str(resources.root())) / "specs" / "lessons"
    return sorted(f"lessons/{path.stem}" for path in folder.glob("*.arch"))


@cache
def source(spec: str, net: str | None, target: str = "torch") -> str:
    """The code compiled from a shipped spec: one net, or all that can stand alone."""
    loaded = archdsl.load(spec)
    return loaded.net(net).source(target) if net else loaded.source(target)


def import_source(text: str, name: str) -> ModuleType:
    """The module of generated code, imported from a file as a user would."""
    folder = Path(tempfile.mkdtemp())
    path = folder / f"{name}.py"
    path.write_text(text, encoding="utf-8")
    found = importlib.util.spec_from_file_location(name, path)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules[name] = module
    found.loader.exec_module(module)
    return module
