"""The shipped specs: they check clean, say what they are, and are as short as they claim to be."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import archdsl
from archdsl import resources
from tests.support.specs import spec_names

FOLDER = Path(str(resources.root())) / "specs"
MOST_LINES = {"vgg": 22, "resnet": 90, "inception": 60}
# a net and the blocks that it is made of, by the names of the declarations
PARTS = {
    "googlenet": ("ConvBN Inception Auxiliary GoogLeNet", 34),
    "mobilenet-v2": ("ConvBN InvertedResidual MobileNetV2", 36),
    "mobilenet-v3": (
        "ConvBN SqueezeExcite Bneck MobileNetV3 MobileNetV3Large MobileNetV3Small",
        60,
    ),
    "efficientnet": (
        "import MBConv EfficientNet " + " ".join(f"EfficientNetB{n}" for n in range(8)),
        54,
    ),
}
NETS = {
    "lenet": "LeNet5 LeNet5AfterPooling",
    "alexnet": "AlexNet AlexNetTorchvision",
    "vgg": "VGG11 VGG13 VGG16 VGG19 VGG11BN VGG13BN VGG16BN VGG19BN",
    "resnet": "ResNet18 ResNet34 ResNet50 ResNet101 ResNet152 ResNeXt50_32x4d WideResNet50_2 "
    "PlainNet18 PlainNet34 ResNet34ZeroPad ResNet20 ResNet56 PlainNet20 PlainNet56",
    "nin": "NiN NiNImageNet",
    "googlenet": "GoogLeNet GoogLeNetPaper",
    "inception": "InceptionV3",
    "mobilenet": "MobileNetV1 MobileNetV2 MobileNetV3Large MobileNetV3Small",
    "efficientnet": " ".join(f"EfficientNetB{n}" for n in range(8))
    + " EfficientNetV2S EfficientNetV2M EfficientNetV2L",
    "squeezenet": "SqueezeNet1_0 SqueezeNet1_1",
    "densenet": "DenseNet121 DenseNet161 DenseNet169 DenseNet201",
    "shufflenet": "ShuffleNetV2_0_5 ShuffleNetV2_1_0 ShuffleNetV2_1_5 ShuffleNetV2_2_0",
    "convnext": "ConvNeXtTiny ConvNeXtSmall ConvNeXtBase ConvNeXtLarge",
    "unet": "UNet",
    "video": "R3D18",
}

# ResNet-50 by itself, as one would write it for a paper.
RESNET50 = """
defaults { conv(bias=false) }

block Bottleneck(c, stride = 1) {
  residual {
    conv(c, 1x1)          -> bn -> relu
    conv(c, 3x3, /stride) -> bn -> relu
    conv(4 * c, 1x1)      -> bn
  } shortcut {
    downsample: { conv(4 * c, 1x1, /stride) -> bn }
  }
  relu
}

net ResNet50(classes = 1000) {
  input 224x224x3
  conv1: conv(64, 7x7, /2) -> bn1: bn -> relu -> maxpool(3x3, /2)
  for (n, c) in [(3, 64), (4, 128), (6, 256), (3, 512)] as s {
    layer{s + 1}: repeat n as i { Bottleneck(c, stride = 2 if i == 0 and s > 0 else 1) }
  }
  global_avgpool -> flatten -> fc: linear(classes)
  expect params == 25_557_032
}
"""


def lines(text: str) -> list[str]:
    """Without blank and comment lines."""
    return [li for li in text.splitlines() if li.strip() and not li.lstrip().startswith("#")]


@pytest.mark.parametrize("spec", spec_names())
def test_checks_clean(spec: str) -> None:
    """Every net elaborates, and every figure that it expects of itself is right."""
    loaded = archdsl.load(spec)
    for name in loaded.nets:
        net = loaded.net(name)
        assert net.doc, name


@pytest.mark.parametrize("spec", NETS)
def test_names(spec: str) -> None:
    assert set(archdsl.load(spec).nets) >= set(NETS[spec].split())


@pytest.mark.parametrize("spec", spec_names())
def test_every_family_has_figures(spec: str) -> None:
    text = (FOLDER / f"{spec}.arch").read_text(encoding="utf-8")
    assert re.search(r"expect (params|macs) == [\d_]+", text)


@pytest.mark.parametrize("spec", MOST_LINES)
def test_length(spec: str) -> None:
    found = lines((FOLDER / f"{spec}.arch").read_text(encoding="utf-8"))
    assert max(map(len, found)) <= 100
    assert len(found) <= MOST_LINES[spec]


@pytest.mark.parametrize("part", PARTS)
def test_length_of_a_part(part: str) -> None:
    """The declarations of one net, each as long as it stands in the file."""
    names, most = PARTS[part]
    text = (FOLDER / f"{part.split('-')[0]}.arch").read_text(encoding="utf-8")
    declared = re.split(r"\n(?=(?:block|seq|net|scaling|import|defaults|init)\b)", text)
    found = [
        d for d in declared if re.match(rf"((block|seq|net) )?({names.replace(' ', '|')})\b", d)
    ]
    assert len(found) == len(names.split())
    assert sum(len(lines(d)) for d in found) <= most


def test_resnet50_alone() -> None:
    """In 24 lines at most, and the very network of the shipped spec: the same weights' names."""
    from tests.support.interpreter import keys

    assert len(lines(RESNET50)) <= 24
    alone, shipped = archdsl.loads(RESNET50).net(), archdsl.load("resnet").net("ResNet50")
    assert keys(alone.graph) == keys(shipped.graph)
    assert alone.cost().totals == shipped.cost().totals


def test_dropping_weights_is_refused() -> None:
    """A value that weights made, dropped by a reference and used nowhere."""
    with pytest.raises(archdsl.CompileError, match="drops the value"):
        archdsl.loads("net N { input 8x8x3  a: relu  conv(3, 1x1)  @a -> relu }").net()
