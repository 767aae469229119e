"""Training on real data, in small: the digits of scikit-learn."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.targets.recipes.scripts import modules, script, write, write_shipped
from tests.targets.recipes.sources import cifar, mnist

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.usefixtures("torchvision")


def log(path: Path) -> list[dict[str, float]]:
    with path.open() as file:
        return [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]


def test_lenet_learns_digits(tmp_path: Path) -> None:
    """In four epochs; what all give is below."""
    train = write(tmp_path / "digits", "Digits", EPOCHS="4") / "train.py"
    done = script(train, "--workers", "0", "--out", str(tmp_path / "run"))
    assert done.returncode == 0, done.stderr
    rows = log(tmp_path / "run" / "log.csv")
    assert rows[-1]["test_error"] < 0.2
    assert [row["epoch"] for row in rows] == [1, 2, 3, 4]
    assert (tmp_path / "run" / "curves.png").read_bytes().startswith(b"\x89PNG")
    found = tmp_path / "found.json"
    arguments = ("--checkpoint", str(tmp_path / "run"), "--workers", "0", "--json", str(found))
    done = script(train.with_name("evaluate.py"), *arguments, "--plot", str(tmp_path / "c.png"))
    assert done.returncode == 0, done.stderr
    results = json.loads(found.read_text())
    assert results["top1"] == pytest.approx(1 - rows[-1]["test_error"])
    assert results["top1"] <= results["top5"] <= 1
    assert sum(map(sum, results["confusion"])) == results["images"] == 359
    assert (tmp_path / "c.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "name", "error"),
    [
        ("lenet_digits", "LeNetDigits", 0.02),
        ("small_nets_digits", "ResNetDigits", 0.02),
        ("small_nets_digits", "MobileNetV2Digits", 0.06),
    ],
)
def test_what_is_shipped_learns_digits(tmp_path: Path, file: str, name: str, error: float) -> None:
    """To the end, as docs/recipes.md has it."""
    train = write_shipped(tmp_path / "digits", file, name) / "train.py"
    done = script(train, "--workers", "1", "--out", str(tmp_path / "run"))
    assert done.returncode == 0, done.stderr
    assert log(tmp_path / "run" / "log.csv")[-1]["test_error"] <= error


@pytest.mark.parametrize("name", ["Residual", "Mobile", "Members", "Compared"])
def test_more_nets_on_digits(tmp_path: Path, name: str) -> None:
    """Each learns something in an epoch or two; evaluate.py takes what they leave."""
    folder = write(tmp_path / "scripts", name)
    done = script(folder / "train.py", "--workers", "0", "--out", str(tmp_path / "run"))
    assert done.returncode == 0, done.stderr
    for path in (tmp_path / "run").rglob("log.csv"):
        assert log(path)[-1]["train_error"] < 0.89, path
    found = tmp_path / "found.json"
    arguments = ("--checkpoint", str(tmp_path / "run"), "--workers", "0", "--json", str(found))
    done = script(folder / "evaluate.py", *arguments)
    assert done.returncode == 0, done.stderr
    results = json.loads(found.read_text())
    if name == "Members":
        assert len(results["members"]) == 2
        assert results["top1"] >= min(results["members"])
    if name == "Compared":
        assert results.keys() == {"Small", "Skipping"}
        assert (tmp_path / "run" / "curves.png").exists()
        assert (tmp_path / "run" / "norms.png").exists()


@pytest.mark.parametrize("name", ["Mixed", "Handwriting"])
def test_options_run(tmp_path: Path, name: str) -> None:
    """Mixup, side heads, float16, TensorBoard; MNIST's and CIFAR-10's files."""
    mnist(tmp_path / "mnist", True)
    cifar(tmp_path / "cifar")
    folder = write(tmp_path / "scripts", name)
    done = script(folder / "train.py", "--workers", "0", "--out", str(tmp_path / "run"))
    assert done.returncode == 0, done.stderr
    done = script(folder / "evaluate.py", "--workers", "0", "--checkpoint", str(tmp_path / "run"))
    assert done.returncode == 0, done.stderr
    if name == "Mixed":
        assert list((tmp_path / "run").glob("events.out.tfevents*"))


def test_a_device_that_is_not_there(tmp_path: Path) -> None:
    with modules(write(tmp_path / "scripts", "Plain"), "parallel") as (parallel,):
        for device in ("tpu", "cuda:9"):
            with pytest.raises(SystemExit, match=f"there is no device {device} here"):
                parallel.join(device)


def test_gradients_and_branches(tmp_path: Path) -> None:
    """Norms against torch's own: of each layer's gradient, of each residual branch."""
    with modules(write(tmp_path / "compared", "Compared"), "norms", "model") as (norms, model):
        net = model.Skipping()
        net(torch.randn(4, 1, 32, 32)).square().sum().backward()
        norms.write_gradients(tmp_path / "gradients.csv", net)
        rows = list(csv.reader((tmp_path / "gradients.csv").open()))[1:]
        wanted = {
            name.removesuffix(".weight"): float(w.grad.norm())
            for name, w in net.named_parameters()
            if w.ndim > 1
        }
        assert {name: float(norm) for name, norm in rows} == wanted
        found = norms.branches(net)
        assert list(found) == ["branch stage.0", "branch stage.1", "branch stage.2"]
        block = net.get_submodule("stage.1")
        norm = torch.cat([w.flatten() for w in block.parameters()]).norm()
        assert found["branch stage.1"] == pytest.approx(float(norm), rel=1e-5)
        assert norms.branches(model.Small()) == {}


@pytest.mark.parametrize("name", ["Digits", "Handwriting", "Flowers", "Mixed"])
def test_the_rate_is_the_schedules(tmp_path: Path, name: str) -> None:
    """Against torch's schedulers, or the formula where there is none of that kind."""
    import math

    from torch.optim.lr_scheduler import OneCycleLR

    with modules(write(tmp_path / "scripts", name), "train") as (train,):
        steps = 7
        total = train.EPOCHS * steps
        found = [train.rate(step, steps) for step in range(total)]
        if name == "Mixed":
            parameter = torch.nn.Parameter(torch.zeros(1))
            optimizer = torch.optim.SGD([parameter], train.RATE)
            wanted = []
            schedule = OneCycleLR(optimizer, train.RATE, total_steps=total, div_factor=25)
            for _ in range(total):
                wanted.append(optimizer.param_groups[0]["lr"])
                optimizer.step()
                schedule.step()
        elif name == "Handwriting":
            wanted = [train.RATE * 0.1 ** (step >= 2 * steps) for step in range(total)]
        else:
            warmup = round(train.WARMUP * steps)
            final = 0.01 if name == "Flowers" else 0.0
            wanted = [train.RATE * (step + 1) / warmup for step in range(warmup)]
            for step in range(total - warmup):
                half = (1 + math.cos(math.pi * step / (total - warmup))) / 2
                wanted.append(train.RATE * (final + (1 - final) * half))
        assert found == pytest.approx(wanted, rel=1e-6)
