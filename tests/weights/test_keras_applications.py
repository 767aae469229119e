"""keras.applications' networks: weights made there load by the shipped map, and our Keras and our
PyTorch give what theirs gives."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from archdsl.targets.keras.weights import keras_weights, set_weights
from tests.support.parity import Parity
from tests.weights.support import job, load_torch, net_of, state_of

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
torch = pytest.importorskip("torch")
keras = pytest.importorskip("keras")

pytestmark = pytest.mark.parity

# spec, keras.applications' name, pixels
QUICK = (
    ("vgg", "VGG16", 32),
    ("resnet", "ResNet50", 32),
    ("resnet", "ResNet50V2", 45),
    ("inception", "InceptionV3", 75),
    ("mobilenet", "MobileNet", 37),
    ("mobilenet", "MobileNetV2", 33),
    ("mobilenet", "MobileNetV3Small", 48),
    # EfficientNetB0: below, as published
)
SLOW = (
    ("vgg", "VGG19", 32),
    ("resnet", "ResNet101", 64),
    ("resnet", "ResNet152", 64),
    ("resnet", "ResNet101V2", 64),
    ("resnet", "ResNet152V2", 64),
    ("mobilenet", "MobileNet", 96),
    ("mobilenet", "MobileNetV3Large", 96),
    *(("efficientnet", f"EfficientNetB{n}", 64) for n in range(8)),
)
CASES = [pytest.param(*c, id=f"{c[1]}-{c[2]}") for c in QUICK]
CASES += [pytest.param(*c, id=f"{c[1]}-{c[2]}", marks=pytest.mark.slow) for c in SLOW]


@pytest.fixture(autouse=True)
def _forget() -> Generator[None]:
    yield
    keras.backend.clear_session()


def theirs(name: str, size: int, **given: Any) -> Any:
    """Their model, with random weights that tell every mistake: no zeros, no ones."""
    import numpy as np

    made = getattr(keras.applications, name)(
        **{"weights": None, "input_shape": (size, size, 3), "classifier_activation": None, **given}
    )
    randomise(made, np.random.default_rng(0))
    return made


def randomise(model: Any, drawn: Any) -> None:
    for layer in model.layers:
        for weight in layer.weights:
            noise = drawn.normal(size=weight.shape)
            if weight.name in ("moving_variance", "variance", "gamma"):
                weight.assign(1 + 0.2 * abs(noise))
            elif weight.name in ("moving_mean", "mean", "beta", "bias"):
                weight.assign(0.1 * noise)
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()


def settings(name: str) -> tuple[str, ...]:
    # without weights of ImageNet, keras.applications leaves a layer out
    return ("deviations=false",) if name.startswith("EfficientNet") else ()


def compare(
    model: Any,
    spec: str,
    name: str,
    size: int,
    given: tuple[str, ...],
    file: Path,
    parity: Parity,
) -> None:
    """Outputs of both our models with the file's weights against the model that wrote it."""
    import numpy as np

    found = job(f"keras/{spec}", f"Keras{name}", size=f"{size}x{size}x3", settings=given)
    state = state_of(found, file, "keras").fitted.state
    net = net_of(found)
    assert net.cost().totals.params == sum(w.numpy().size for w in model.trainable_weights)
    x = np.random.default_rng(1).uniform(0, 255, (2, size, size, 3)).astype("float32") / 127 - 1
    if name.startswith(("EfficientNet", "MobileNetV3")):
        x = x * 127 + 127  # they bring pixels into range themselves
    wanted = np.asarray(model(x, training=False))

    ours = net.keras()
    set_weights(ours, keras_weights(net.graph, state))
    made = np.asarray(ours(x, training=False))
    in_keras = np.abs(made - wanted).max() / np.abs(wanted).max()

    module = net.torch().eval()
    load_torch(module, state)
    with torch.no_grad():
        given_x = torch.from_numpy(x).permute(0, 3, 1, 2).contiguous()
        output = module(given_x).numpy()
    in_torch = np.abs(output - wanted).max() / np.abs(wanted).max()
    beside = f"keras.applications {keras.__version__}, {size} pixels"
    parity(f"Keras{name}", beside, Keras=float(in_keras), PyTorch=float(in_torch))
    assert in_keras <= 1e-5
    assert in_torch <= 1e-5


@pytest.mark.parametrize(("spec", "name", "size"), CASES)
def test_outputs_are_theirs(
    spec: str, name: str, size: int, tmp_path: Path, parity: Parity
) -> None:
    model = theirs(name, size)
    file = tmp_path / "theirs.weights.h5"
    model.save_weights(file)
    compare(model, spec, name, size, settings(name), file, parity)


def test_what_keras_publishes_has_one_layer_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parity: Parity
) -> None:
    """EfficientNet as it is made for the weights of ImageNet: pixels are divided once more."""
    from keras.src.applications import efficientnet

    monkeypatch.setattr(efficientnet.file_utils, "get_file", lambda *a, **k: "none")
    monkeypatch.setattr(efficientnet.Functional, "load_weights", lambda *a, **k: None)
    inputs = keras.Input((32, 32, 3))
    model = theirs("EfficientNetB0", 32, weights="imagenet", input_shape=None, input_tensor=inputs)
    monkeypatch.undo()
    file = tmp_path / "published.weights.h5"
    model.save_weights(file)
    compare(model, "efficientnet", "EfficientNetB0", 32, (), file, parity)
