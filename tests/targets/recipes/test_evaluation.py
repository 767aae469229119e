"""Evaluation: crops as torchvision's, probabilities averaged."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from tests.targets.recipes.scripts import modules, script, write
from tests.targets.recipes.sources import photographs

torch = pytest.importorskip("torch")
pytestmark = [pytest.mark.parity, pytest.mark.usefixtures("torchvision")]


def test_ten_crops_are_torchvisions(tmp_path: Path, torchvision: ModuleType) -> None:
    from torchvision.transforms import v2

    photographs(tmp_path / "photos", 5)
    with modules(write(tmp_path / "flowers", "Flowers"), "evaluate", "data", "augment") as found:
        evaluate, data, augment = found
        image, _ = data.load()[1][0]
        views = augment.views(image)
        resized = v2.Resize(augment.prepare.transforms[0].size)(image)
        wanted = torch.stack([augment.normalize(x) for x in v2.TenCrop(64)(resized)])
        assert torch.equal(views, wanted)
        torch.manual_seed(0)
        nets = [evaluate.ResNet18().eval() for _ in range(2)]
        with torch.no_grad():
            apart = torch.stack([net(wanted).softmax(1).mean(0) for net in nets])
            assert torch.allclose(
                evaluate.probabilities(nets, views[None])[0], apart.mean(0), atol=1e-6
            )


def test_mirrored_and_five_crops(tmp_path: Path, torchvision: ModuleType) -> None:
    from torchvision.transforms import v2

    image = torch.rand(1, 28, 28)
    with modules(write(tmp_path / "five", "Handwriting"), "augment") as (augment,):
        wanted = torch.stack(v2.FiveCrop(28)(v2.Resize(32)(image)))
        assert torch.equal(augment.views(image), wanted)
    image = torch.rand(3, 32, 32)
    with modules(write(tmp_path / "two", "Mixed"), "augment") as (augment,):
        assert torch.equal(augment.views(image), torch.stack([image, image.flip(-1)]))


def test_single_images(tmp_path: Path) -> None:
    """The classes by name, the likely ones first; what can't be read is named."""
    from PIL import Image

    folder = write(tmp_path / "plain", "Plain", EPOCHS="1")
    assert script(folder / "train.py", "--workers", "0", "--out", "run").returncode == 0
    Image.new("RGB", (40, 50)).save(tmp_path / "black.png")
    done = script(folder / "evaluate.py", "--checkpoint", "run", "black.png")
    assert done.returncode == 0, done.stderr
    first, *lines = done.stdout.splitlines()
    shares = [float(line.split("%")[0]) for line in lines]
    assert (first, len(lines)) == ("black.png:", 5)
    assert shares == sorted(shares, reverse=True)
    for arguments, wrong in (
        (("--checkpoint", "run", "none.png"), "can't read none.png: "),
        (("--checkpoint", "no"), "can't read no: "),
        (("--checkpoint", "plain"), "plain has no weights.safetensors: train.py makes it"),
    ):
        done = script(folder / "evaluate.py", *arguments)
        assert done.returncode == 1
        assert done.stderr.startswith(wrong)
        assert "Traceback" not in done.stderr
