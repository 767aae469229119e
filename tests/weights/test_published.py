"""keras.applications' models as archdsl knows them: their files, and their layers' names."""

from __future__ import annotations

import re
from typing import Any

import pytest

import archdsl
from archdsl.ir.places import places
from archdsl.weights.published import FILES, names

_SPECS = {
    r"VGG\d+": "vgg",
    r"ResNet\d+(V2)?": "resnet",
    "InceptionV3": "inception",
    "MobileNet.*": "mobilenet",
    r"EfficientNetB\d": "efficientnet",
}


FAMILIES = (
    *("VGG16", "ResNet50", "ResNet50V2", "InceptionV3", "MobileNet", "MobileNetV2"),
    *("MobileNetV3Large", "MobileNetV3Small", "EfficientNetB0"),
)


def paths(model: str) -> tuple[str, list[str]]:
    """The shipped net of a model's name, and its layers with weights."""
    file = next(file for name, file in _SPECS.items() if re.fullmatch(name, model))
    net = archdsl.load(f"keras/{file}").net(f"Keras{model}").structure
    return net.name, list(dict.fromkeys(place.node.path for place in places(net.graph)))


@pytest.mark.parametrize("model", FILES)
def test_every_layer_has_one_name(model: str) -> None:
    net, wanted = paths(model)
    found = names(model, net, wanted)
    assert found is not None
    assert list(found) == wanted
    assert len(set(found.values())) == len(wanted)


def test_a_net_of_another_name() -> None:
    """It is read as the shipped net of the model; one that has no layers so has no names."""
    _, wanted = paths("ResNet50")
    assert names("ResNet50", "Mine", wanted) == names("ResNet50", "KerasResNet50", wanted)
    assert names("ResNet50", "Mine", ["features.0"]) == {}
    assert names("DenseNet121", "Mine", wanted) is None


def test_what_could_be_two_is_none() -> None:
    """By torchvision's count block5_conv1 is where a block3_conv8 would be."""
    assert names("VGG16", "VGG16", ["features.24", "features.0"]) == {"features.0": "block1_conv1"}


class _Asked(Exception):
    pass


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("model", FAMILIES)
def test_as_keras_has_them(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file that it would fetch, the names that it gives its layers."""
    keras = pytest.importorskip("keras")
    from keras.src.utils import file_utils

    def get_file(name: str, *_: Any, **__: Any) -> str:
        raise _Asked(name)

    monkeypatch.setattr(file_utils, "get_file", get_file)
    keras.backend.clear_session()
    make = getattr(keras.applications, model)
    with pytest.raises(_Asked, match=f"^{re.escape(FILES[model])}$"):
        make()
    keras.backend.clear_session()
    theirs = {layer.name for layer in make(weights=None).layers if layer.weights}
    net, wanted = paths(model)
    found = names(model, net, wanted)
    assert found is not None
    assert set(found.values()) == theirs
