"""Transfer: what is taken, what stays, and features that are computed once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.targets.recipes.scripts import modules, options, write
from tests.targets.recipes.sources import photographs

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.usefixtures("torchvision")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Photographs, and the weights of a ResNet-18 of 1000 classes."""
    from safetensors.torch import save_file

    photographs(tmp_path / "photos", 8)
    with modules(write(tmp_path / "source", "Flowers"), "model") as (model,):
        torch.manual_seed(1)
        published = model.ResNet18(classes=1000)
        save_file(published.state_dict(), tmp_path / "resnet18.safetensors")
    return tmp_path


def test_frozen_layers_stay(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither weights nor statistics of batch norms change; the report says what happens."""
    from safetensors.torch import load_file

    published = load_file(folder / "resnet18.safetensors")
    changes = {"EPOCHS": "1", "WARMUP": "0.5"}
    scripts = write(folder / "flowers", "Flowers", **changes)
    with modules(scripts, "train", "parallel") as (train, parallel):
        here = parallel.Processes(torch.device("cpu"), 0, 1)
        torch._dynamo.config.disable = True  # compiled elsewhere: here it takes too long
        try:
            training = train.Training(train.ResNet18, 0, folder / "run", options(), here)
            assert training.run(parallel.Interrupt())
        finally:
            torch._dynamo.config.disable = False
        after = training.model.state_dict()
    frozen = ("conv1.", "bn1.", "layer1.", "layer2.")
    for name, value in after.items():
        if name.startswith("fc."):
            continue
        same = torch.equal(value, published[name])
        assert same == name.startswith(frozen), name
    said = capsys.readouterr().out
    assert "resnet18.safetensors: 120 tensors taken\n  made new: fc.weight, fc.bias\n" in said
    still = sum(
        v.numel()
        for n, v in published.items()
        if n.startswith(frozen) and "running" not in n and "num" not in n
    )
    trained = sum(p.numel() for p in training.model.parameters()) - still
    assert f"{trained:,} parameters train, {still:,} are frozen\n" in said


def test_cached_features_give_the_same_logits(folder: Path) -> None:
    """The head on the file's features gives what the whole net gives for the image."""
    with modules(
        write(folder / "cached", "Cached"), "train", "parallel", "data", "augment"
    ) as found:
        train, parallel, data, augment = found
        here = parallel.Processes(torch.device("cpu"), 0, 1)
        training = train.Training(train.ResNet18, 0, folder / "run", options(), here)
        kept = (folder / "features.safetensors").read_bytes()
        images, _ = data.load()
        training.model.eval()
        head = training.net.eval()
        with torch.no_grad():
            for n in range(4):
                feature, label = training.samples[0, n, True]
                image, same = images[n]
                assert label == same
                whole = training.model(augment.testing(image)[None])
                assert torch.allclose(head(feature[None]), whole, atol=1e-5)
        before = {k: v.clone() for k, v in training.model.state_dict().items()}
        assert training.run(parallel.Interrupt())
        for name, value in training.model.state_dict().items():
            assert torch.equal(value, before[name]) == (not name.startswith("fc.")), name
        for place in ("again", "run"):  # from the start, and resumed
            train.Training(train.ResNet18, 0, folder / place, options(), here)
            assert (folder / "features.safetensors").read_bytes() == kept  # not computed again
        prepare, _ = augment.testing.transforms
        prepare.transforms[0].size = [48, 48]
        train.Training(train.ResNet18, 0, folder / "smaller", options(), here)
        assert (folder / "features.safetensors").read_bytes() != kept  # of other images


def test_weights_that_do_not_fit(folder: Path) -> None:
    """Named, and nothing is written."""
    from safetensors.torch import load_file, save_file

    weights = load_file(folder / "resnet18.safetensors")
    weights["layer1.0.conv1.weight"] = torch.zeros(64, 64, 1, 1)
    del weights["layer2.0.bn1.bias"]
    save_file(weights, folder / "resnet18.safetensors")
    with modules(write(folder / "flowers", "Flowers"), "train", "parallel") as (train, parallel):
        here = parallel.Processes(torch.device("cpu"), 0, 1)
        with pytest.raises(SystemExit) as stopped:
            train.Training(train.ResNet18, 0, folder / "run", options(), here)
    assert stopped.value.code == (
        "the weights of resnet18.safetensors don't fit ResNet18: "
        "layer1.0.conv1.weight: [64, 64, 1, 1] there, [64, 64, 3, 3] here; "
        "layer2.0.bn1.bias: not there"
    )
    assert not (folder / "run").exists()
    (folder / "resnet18.safetensors").write_bytes(b"nothing")
    with modules(folder / "flowers", "transfer") as (transfer,):
        with pytest.raises(SystemExit, match=r"can't read resnet18.safetensors: "):
            transfer.published()
        (folder / "resnet18.safetensors").unlink()
        with pytest.raises(SystemExit, match="there is no file resnet18"):
            transfer.published()
