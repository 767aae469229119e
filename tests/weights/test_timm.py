"""timm's models of the shipped nets: their weights load by the shipped map, outputs are theirs."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.support.parity import Parity
from tests.weights.support import converted, job, load_torch, net_of, state_of

torch = pytest.importorskip("torch")

pytestmark = pytest.mark.parity

# spec, net, timm's name, pixels, what is set beside
EXACT = (
    ("resnet", "ResNet18", "resnet18", 64, ()),
    ("resnet", "ResNet50", "resnet50", 64, ()),
    ("mobilenet", "MobileNetV1", "mobilenetv1_100", 64, ()),
    ("mobilenet", "MobileNetV2", "mobilenetv2_100", 64, ()),
    ("efficientnet", "EfficientNetB0", "efficientnet_b0", 64, ()),
)
# the head is a 1x1 convolution there, and the sums of a linear layer have another order
CLOSE = (
    ("mobilenet", "MobileNetV3Large", "mobilenetv3_large_100", 64, ("tf=false",)),
    ("mobilenet", "MobileNetV3Small", "mobilenetv3_small_100", 64, ("tf=false",)),
)
SLOW = (
    ("inception", "InceptionV3", "inception_v3", 299, ()),
    ("efficientnet", "EfficientNetB3", "efficientnet_b3", 64, ()),
    ("efficientnet", "EfficientNetB5", "efficientnet_b5", 64, ("tf=false",)),
    ("efficientnet", "EfficientNetB7", "efficientnet_b7", 64, ("tf=false",)),
)
CASES = [pytest.param(*c, id=c[2]) for c in (*EXACT, *CLOSE)]
CASES += [pytest.param(*c, id=c[2], marks=pytest.mark.slow) for c in SLOW]


@pytest.fixture(scope="module")
def timm(torchvision: ModuleType) -> Any:
    return pytest.importorskip("timm")  # after torchvision, which it imports


def theirs(timm: Any, name: str) -> Any:
    torch.manual_seed(0)
    model = timm.create_model(name).eval()
    for key, value in model.state_dict().items():
        if key.endswith(("running_var", "running_mean")):
            value.copy_(torch.rand_like(value) * 0.2 + key.endswith("var"))
    return model


@pytest.mark.parametrize(("spec", "net", "name", "size", "settings"), CASES)
def test_outputs_are_theirs(
    timm: Any,
    spec: str,
    net: str,
    name: str,
    size: int,
    settings: tuple[str, ...],
    tmp_path: Path,
    parity: Parity,
) -> None:
    from safetensors.torch import save_file

    model = theirs(timm, name)
    file = tmp_path / "theirs.safetensors"
    save_file({k: v.contiguous() for k, v in model.state_dict().items()}, file)
    found = job(spec, net, settings=settings)
    report = state_of(found, file, "timm")
    assert not report.fitted.left
    module = net_of(found).torch().eval()
    missing = {k for k in module.state_dict() if k not in report.fitted.state}
    assert all(k.startswith("AuxLogits.") for k in missing)
    tensors = {k: torch.from_numpy(v) for k, v in report.fitted.state.items()}
    module.load_state_dict(tensors, strict=not missing)
    x = torch.randn(2, 3, size, size)
    with torch.no_grad():
        ours, wanted = module(x), model(x)
    difference = float((ours - wanted).abs().max() / wanted.abs().max())
    parity(net, f"timm {timm.__version__}, {name}", outputs=difference)
    if name.startswith("mobilenetv3"):
        assert difference <= 1e-6
        assert report.fitted.adapted == {
            "classifier.0.weight": "a 1x1 convolution as a linear layer"
        }
    else:
        assert torch.equal(ours, wanted)
        assert not report.fitted.adapted


def test_torchvision_to_keras(torchvision: ModuleType, tmp_path: Path) -> None:
    """The names are the same by construction: into a .keras file, checked, without a map."""
    keras = pytest.importorskip("keras")
    import numpy as np

    torch.manual_seed(0)
    model = torchvision.models.resnet18().eval()
    torch.save(model.state_dict(), tmp_path / "theirs.pth")
    found = job("resnet", "ResNet18", size="64x64x3")
    file = tmp_path / "ours.keras"
    report = converted(found, tmp_path / "theirs.pth", file)
    assert report.difference is not None
    assert report.difference < 1e-12
    x = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        wanted = model(x).numpy()
    made = np.asarray(keras.saving.load_model(file)(x.permute(0, 2, 3, 1).numpy(), training=False))
    assert np.abs(made - wanted).max() <= 1e-5 * np.abs(wanted).max()


def test_vgg_of_keras_in_torchvision(torchvision: ModuleType, tmp_path: Path) -> None:
    """VGG is one network: weights of keras.applications, at torchvision's names. The first linear
    layer sees the map channel by channel there, and position by position in Keras."""
    keras = pytest.importorskip("keras")
    import numpy as np

    keras.utils.set_random_seed(0)  # with an unlucky draw the outputs all but cancel out
    theirs = keras.applications.VGG16(weights=None, classes=7, classifier_activation=None)
    theirs.save_weights(tmp_path / "theirs.weights.h5")
    found = job("vgg", "VGG16", settings=("classes=7",))
    state = state_of(found, tmp_path / "theirs.weights.h5", "keras").fitted.state
    model = torchvision.models.vgg16(num_classes=7).eval()
    load_torch(model, state)
    x = np.random.default_rng(0).normal(size=(1, 224, 224, 3)).astype("float32")
    with torch.no_grad():
        made = model(torch.from_numpy(x).permute(0, 3, 1, 2).contiguous()).numpy()
    wanted = np.asarray(theirs(x, training=False))
    assert np.abs(made - wanted).max() <= 1e-5 * np.abs(wanted).max()
