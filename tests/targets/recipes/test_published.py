"""Training that starts from a library's weights by their name: from its cache, or not at all."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.targets.recipes.scripts import modules, options, script, write, write_shipped
from tests.targets.recipes.sources import flowers, photographs

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.usefixtures("torchvision", "alone")

RESNET = "resnet18-f37072fd.pth"  # what torch.hub calls torchvision's
MOBILE = "timm/mobilenetv2_100.ra_in1k"  # where the hub has timm's


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty caches, and no way out of this machine."""
    from huggingface_hub import constants

    def refused(*_: object, **__: object) -> None:
        pytest.fail("something is fetched that nobody has asked for")

    connect = socket.socket.connect

    def connected(own: socket.socket, address: Any) -> None:
        if own.family != socket.AF_UNIX:  # over which a DataLoader's workers give their batches
            refused()
        connect(own, address)

    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    monkeypatch.setattr(socket.socket, "connect", connected)


def in_torchs_cache(folder: Path, name: str) -> Path:
    place = folder / "torch" / "hub" / "checkpoints" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


def in_the_hubs_cache(folder: Path, repository: str, name: str) -> Path:
    """The layout that huggingface_hub describes."""
    place = folder / "hub" / f"models--{repository.replace('/', '--')}"
    (place / "refs").mkdir(parents=True)
    (place / "refs" / "main").write_text("0" * 40)
    (place / "snapshots" / ("0" * 40)).mkdir(parents=True)
    return place / "snapshots" / ("0" * 40) / name


def library(make: Any, **arguments: object) -> Any:
    """A library's net, as it could have been published: batch norms that do something."""
    torch.manual_seed(3)
    net = make(**arguments).eval()
    for layer in net.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.running_mean.normal_(0, 0.1)
            layer.running_var.uniform_(0.5, 1.5)
    return net


def settled(net: Any, folder: Path) -> Any:
    """With batch norms' statistics as of images: else features of random weights explode."""
    from PIL import Image
    from torchvision.transforms.v2 import functional as F

    for layer in net.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.momentum = None  # the plain mean
            layer.reset_running_stats()
    files = sorted(folder.glob("*/*.[jp]*g"))[::3]
    images = [F.to_image(Image.open(file).convert("RGB").resize((224, 224))) for file in files]
    mean, std = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
    with torch.no_grad():
        net.train()(F.normalize(torch.stack(images).float() / 255, mean, std))
    return net


def trained(train: ModuleType, parallel: ModuleType, make: Any, folder: Path) -> tuple[Any, Any]:
    """The net's state before and after."""
    here = parallel.Processes(torch.device("cpu"), 0, 1)
    training = train.Training(make, 0, folder, options(), here)
    before = {k: v.clone() for k, v in training.model.state_dict().items()}
    assert training.run(parallel.Interrupt())
    return before, training.model.state_dict()


def test_torchvisions_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole net gives torchvision's logits; of it nothing but the head is trained."""
    from torchvision.models import resnet18

    photographs(tmp_path / "photos", 4)
    theirs = library(resnet18)
    torch.save(theirs.state_dict(), in_torchs_cache(tmp_path, RESNET))
    scripts = write(tmp_path / "scripts", "Named")
    with modules(scripts, "train", "parallel", "transfer", "model") as found:
        train, parallel, transfer, model = found
        before, after = trained(train, parallel, train.ResNet18, tmp_path / "run")
        published = theirs.state_dict()
        for name, value in after.items():
            assert torch.equal(value, before[name]) != name.startswith("fc."), name
            assert torch.equal(before[name], published[name]) or name.startswith("fc."), name
        said = capsys.readouterr().out
        assert "resnet18: 120 tensors taken\n  made new: fc.weight, fc.bias\n" in said
        assert "\n1,539 parameters train, 11,176,512 are frozen\n" in said
        transfer.SKIPPED = ()
        whole = model.ResNet18(classes=1000)
        transfer.take(whole, False)
        images = torch.randn(2, 3, 64, 64)
        assert torch.equal(whole.eval()(images), theirs(images))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "epochs", "frozen"),
    [
        ("FlowersHead", 20, ("conv1.", "bn1.", "layer")),
        ("FlowersLate", 1, ("conv1.", "bn1.", "layer1.", "layer2.")),
        ("FlowersAll", 1, ()),
    ],
)
def test_the_shipped_ways_of_transfer(
    tmp_path: Path, name: str, epochs: int, frozen: tuple[str, ...]
) -> None:
    """What is frozen stays as it was published, all else moves; the head learns the classes."""
    from safetensors.torch import load_file
    from torchvision.models import resnet18

    flowers(tmp_path / "flowers", 6 if name == "FlowersHead" else 3)
    published = settled(library(resnet18), tmp_path / "flowers")
    torch.save(published.state_dict(), in_torchs_cache(tmp_path, RESNET))
    changes = {"EPOCHS": str(epochs), "BATCH": "17"}
    scripts = write_shipped(tmp_path / "scripts", "flowers", name, **changes)
    done = script(scripts / "train.py", "--workers", "0", "--out", "run")
    assert done.returncode == 0, done.stderr
    assert "made new: fc.weight, fc.bias\n  not used: none\n" in done.stdout
    after = load_file(tmp_path / "run" / "weights.safetensors")
    for key, value in published.state_dict().items():
        if not key.startswith("fc.") and "num_batches" not in key:
            assert torch.equal(after[key], value) == (bool(frozen) and key.startswith(frozen)), key
    arguments = ("--checkpoint", "run", "--workers", "0", "--json", "found.json")
    done = script(scripts / "evaluate.py", *arguments)
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "found.json").read_text())
    assert found["images"] == 17
    if name == "FlowersHead":
        assert found["top1"] > 0.2  # by chance 0.06


@pytest.mark.parametrize("cache", ["hub", "torch"])
def test_timms_by_name(tmp_path: Path, cache: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Under names that a map turns into the net's own; the whole net gives timm's logits."""
    import timm
    from safetensors.torch import save_file

    theirs = library(timm.create_model, model_name="mobilenetv2_100")
    state = theirs.state_dict()
    if cache == "hub":
        save_file(state, in_the_hubs_cache(tmp_path, MOBILE, "model.safetensors"))
    else:
        torch.save(state, in_torchs_cache(tmp_path, "mobilenetv2_100_ra-b33bc2c4.pth"))
    scripts = write(tmp_path / "scripts", "Mapped")
    with modules(scripts, "train", "parallel", "transfer", "model") as found:
        train, parallel, transfer, model = found
        ours = model.MobileNetV2(classes=1000)
        # both list their layers in the order in which an image passes them
        names = dict(zip(state, ours.state_dict(), strict=True))
        (tmp_path / "names.json").write_text(json.dumps(names))
        images = torch.randn(2, 3, 64, 64)
        skipped, transfer.SKIPPED = transfer.SKIPPED, ()
        transfer.take(ours, False)
        assert torch.allclose(ours.eval()(images), theirs(images), rtol=1e-5, atol=1e-5)
        transfer.SKIPPED = skipped
        photographs(tmp_path / "photos", 4)
        capsys.readouterr()
        before, after = trained(train, parallel, train.MobileNetV2, tmp_path / "run")
        said = capsys.readouterr().out
        assert "mobilenetv2_100: 312 tensors taken\n  made new: classifier.1.weight" in said
        for theirs_name, name in names.items():
            if not name.startswith("classifier"):
                assert torch.equal(before[name], state[theirs_name]), name
        assert not torch.equal(after["features.0.0.weight"], before["features.0.0.weight"])


@pytest.mark.parametrize(
    ("name", "weights", "wrong"),
    [
        ("Named", "resnet18", "torchvision's weights of resnet18 are not in "),
        ("Named", "resnet19", "torchvision has no weights of resnet19"),
        ("Mapped", "mobilenetv2_100", "timm's weights of mobilenetv2_100 are in no cache; "),
        ("Mapped", "mobilenetv2_100.none", "timm has no weights of mobilenetv2_100.none"),
        ("Mapped", "mobilenetv9", "timm has no weights of mobilenetv9"),
        # timm has only a URL of these, which it would fetch however offline the hub is
        ("Mapped", "vit_huge_patch14_gap_224", "timm's weights of vit_huge_patch14_gap_224 are in"),
    ],
)
def test_what_is_not_cached_is_not_fetched(
    tmp_path: Path, name: str, weights: str, wrong: str
) -> None:
    with modules(write(tmp_path / "scripts", name), "transfer") as (transfer,):
        transfer.WEIGHTS = weights
        with pytest.raises(SystemExit) as stopped:
            transfer.published()
    assert str(stopped.value.code).startswith(wrong)
    assert list(tmp_path.iterdir()) == [tmp_path / "scripts"]


def test_what_can_not_be_read(tmp_path: Path) -> None:
    """Files that are broken, that hold more than weights, maps that are none."""
    import timm
    from safetensors.torch import save_file

    resnet = in_torchs_cache(tmp_path, RESNET)
    mobile = in_the_hubs_cache(tmp_path, MOBILE, "model.safetensors")
    with modules(write(tmp_path / "named", "Named"), "transfer") as (transfer,):
        for broken in (b"", b"nothing", b"PK\x03\x04"):
            resnet.write_bytes(broken)
            with pytest.raises(SystemExit) as stopped:
                transfer.published()
            wanted = f"can't read {resnet}: it is no file of torch.save with weights alone"
            assert stopped.value.code == wanted
        torch.save([Path("code")], resnet)
        with pytest.raises(SystemExit, match=r"no file of torch.save with weights alone"):
            transfer.published()
        torch.save({"epoch": 3, 4: torch.zeros(1)}, resnet)
        assert list(transfer.published()) == ["4"]
    with modules(write(tmp_path / "mapped", "Mapped"), "transfer") as (transfer,):
        mobile.write_bytes(b"nothing")
        with pytest.raises(SystemExit, match=r"can't read .*model.safetensors: "):
            transfer.published()
        save_file({"conv_stem.weight": torch.zeros(3)}, mobile)
        with pytest.raises(SystemExit, match=r"can't read .*model.safetensors: "):
            transfer.published()
        save_file(timm.create_model("mobilenetv2_100").state_dict(), mobile)
        with pytest.raises(SystemExit, match=r"can't read names.json, which should be a JSON"):
            transfer.published()
        for text in ("[1, 2]", "3", "{"):
            (tmp_path / "names.json").write_text(text)
            with pytest.raises(SystemExit, match=r"can't read names.json, which should be a JSON"):
                transfer.published()
