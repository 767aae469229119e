"""Transfer in Keras: what is taken, brought to its layout, and what stays."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.targets.recipes.scripts import modules, options, write
from tests.targets.recipes.sources import photographs

torch = pytest.importorskip("torch")
tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")
pytestmark = [pytest.mark.parity, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photographs, and the weights of a ResNet-18 of 1000 classes from PyTorch."""
    from safetensors.torch import save_file

    place = tmp_path_factory.mktemp("transfer")
    photographs(place / "photos", 4)
    with modules(write(place / "source", "Flowers"), "model") as (model,):
        torch.manual_seed(1)
        published = model.ResNet18(classes=1000)
        for layer in published.modules():
            if isinstance(layer, torch.nn.BatchNorm2d):  # else they do nothing
                layer.running_mean.normal_(0, 0.1)
                layer.running_var.uniform_(0.5, 1.5)
        save_file(published.state_dict(), place / "resnet18.safetensors")
        torch.save({"state_dict": published.state_dict()}, place / "resnet18.pth")
    return place


def training(train: Any, place: Path, **changes: object) -> Any:
    given = argparse.Namespace(**{**vars(options()), "workers": 1, **changes})
    return train.Training(train.ResNet18, 0, place, given, tf.distribute.get_strategy())


def test_a_frozen_layer_and_its_statistics_stay(tmp_path: Path) -> None:
    """A batch norm's moving mean and variance among them; what trains has moved."""
    from safetensors.torch import save_file

    with modules(write(tmp_path / "theirs", "Thawed"), "model") as (model,):
        save_file(model.Small(classes=3).state_dict(), tmp_path / "small.safetensors")
    scripts = write(tmp_path / "ours", "Thawed", "keras", EPOCHS="1", BATCH="240")
    with modules(scripts, "train", "checkpoint") as (train, checkpoint):
        given = argparse.Namespace(**{**vars(options()), "workers": 1})
        own = train.Training(train.Small, 0, tmp_path / "run", given, tf.distribute.get_strategy())
        before = {w.path: w.numpy() for w in own.model.weights}
        assert own.run(checkpoint.Interrupt())
        for weight in own.model.weights:
            same = np.array_equal(weight.numpy(), before[weight.path])
            assert same == weight.path.startswith(("conv1", "bn1")), weight.path
        assert any(path == "bn1/moving_mean" for path in before)


@pytest.mark.slow
def test_frozen_layers_stay(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither weights nor statistics of batch norms change; the report says what happens; and
    with the head taken too, the logits are PyTorch's."""
    from safetensors.torch import load_file

    scripts = write(folder / "flowers", "Flowers", "keras", EPOCHS="1", WARMUP="0.5")
    text = (scripts / "train.py").read_text()  # compiling by XLA takes too long here
    (scripts / "train.py").write_text(text.replace("jit_compile=True", "jit_compile=False"))
    with modules(scripts, "train", "checkpoint", "transfer", "model") as found:
        train, checkpoint, transfer, model = found
        before = training(train, folder / "run")
        said = capsys.readouterr().out
        kept = [w.numpy() for w in before.model.weights]
        assert before.run(checkpoint.Interrupt())
        frozen = ("conv1", "bn1", "layer1", "layer2")
        for weight, value in zip(before.model.weights, kept, strict=True):
            same = np.array_equal(weight.numpy(), value)
            assert same == weight.path.startswith(frozen), weight.path
        published = load_file(folder / "resnet18.safetensors")
        assert "resnet18.safetensors: 100 arrays taken\n  made new: fc.weight, fc.bias\n" in said
        numbers = [v.numel() for n, v in published.items() if "running" not in n and "num" not in n]
        fixed = sum(
            v.numel()
            for n, v in published.items()
            if n.startswith(frozen) and "running" not in n and "num" not in n
        )
        head = published["fc.weight"].numel() + published["fc.bias"].numel()
        trained = sum(numbers) - head + 3 * 513 - fixed
        assert f"{trained:,} parameters train, {fixed:,} are frozen\n" in said

        transfer.SKIPPED = ()
        whole = model.ResNet18(classes=1000)
        transfer.take(whole)
        images = np.random.default_rng(0).random((2, 64, 64, 3)).astype(np.float32)
        ours = np.array(whole(images, training=False))
    with modules(folder / "source", "model") as (model,):
        theirs = model.ResNet18(classes=1000).eval()
        theirs.load_state_dict(published)
        wanted = theirs(torch.from_numpy(images.transpose(0, 3, 1, 2))).detach().numpy()
    assert np.abs(ours - wanted).max() < 1e-5 * np.abs(wanted).max()


def test_what_is_flattened_is_turned(folder: Path) -> None:
    """LeNet-5's first linear layer sees its map channels first in PyTorch, last in Keras."""
    with modules(write(folder / "lenet_torch", "Started"), "model") as (model,):
        torch.manual_seed(2)
        theirs = model.LeNet5().eval()
        torch.save(theirs.state_dict(), folder / "lenet.pth")
        images = np.random.default_rng(0).random((3, 32, 32, 1)).astype(np.float32)
        wanted = theirs(torch.from_numpy(images.transpose(0, 3, 1, 2))).detach().numpy()
    with modules(write(folder / "lenet", "Started", "keras"), "transfer", "model") as found:
        transfer, model = found
        ours = model.LeNet5()
        transfer.take(ours)
        assert np.abs(np.array(ours(images)) - wanted).max() < 1e-5 * np.abs(wanted).max()


def test_weights_that_do_not_fit(folder: Path) -> None:
    """Named, and nothing is written."""
    from safetensors.torch import load_file, save_file

    weights = load_file(folder / "resnet18.safetensors")
    weights["layer1.0.conv1.weight"] = torch.zeros(64, 64, 1, 1)
    del weights["layer2.0.bn1.bias"]
    save_file(weights, folder / "unfit.safetensors")
    with modules(write(folder / "flowers", "Flowers", "keras"), "transfer", "model") as found:
        transfer, model = found
        net = model.ResNet18()
        before = [w.numpy() for w in net.weights]
        transfer.WEIGHTS = "unfit.safetensors"
        with pytest.raises(SystemExit) as stopped:
            transfer.take(net)
        assert stopped.value.code == (
            "the weights of unfit.safetensors don't fit ResNet18: "
            "layer1_0_conv1.weight: [1, 1, 64, 64] there, [3, 3, 64, 64] here; "
            "layer2_0_bn1.bias: not there"
        )
        assert all(np.array_equal(w.numpy(), b) for w, b in zip(net.weights, before, strict=True))
        (folder / "unfit.safetensors").write_bytes(b"nothing")
        with pytest.raises(SystemExit, match=r"can't read unfit.safetensors: "):
            transfer.published()
        (folder / "unfit.safetensors").unlink()
        with pytest.raises(SystemExit, match="there is no file unfit"):
            transfer.published()
