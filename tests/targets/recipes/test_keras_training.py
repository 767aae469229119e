"""Keras's scripts run on real data, in small; several devices train as one does."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.targets.recipes.scripts import write, write_shipped
from tests.targets.recipes.served import script
from tests.targets.recipes.sources import cifar, mnist

pytest.importorskip("keras")
pytest.importorskip("tensorflow")
# TensorFlow's start and its graphs take long on a machine that is busy
pytestmark = pytest.mark.timeout(600)


def log(path: Path) -> list[dict[str, float]]:
    with path.open() as file:
        return [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]


def run(path: Path, *arguments: str) -> str:
    """What a script says that goes well."""
    done = script(path, "--workers", "1", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_lenet_learns_digits(tmp_path: Path) -> None:
    """In two epochs; what all give is below."""
    train = write(tmp_path / "digits", "Digits", "keras", EPOCHS="2") / "train.py"
    folder = tmp_path / "run"
    run(train, "--out", str(folder))
    rows = log(folder / "log.csv")
    assert rows[-1]["test_error"] < 0.5
    assert [row["epoch"] for row in rows] == [1, 2]
    assert (folder / "curves.png").read_bytes().startswith(b"\x89PNG")
    found, plot = tmp_path / "found.json", tmp_path / "confusion.png"
    evaluate = train.with_name("evaluate.py")
    run(evaluate, "--checkpoint", str(folder), "--json", str(found), "--plot", str(plot))
    results = json.loads(found.read_text())
    assert results["top1"] == pytest.approx(1 - rows[-1]["test_error"], abs=1e-6)
    assert results["top1"] <= results["top5"] <= 1
    assert sum(map(sum, results["confusion"])) == results["images"] == 359
    assert plot.read_bytes().startswith(b"\x89PNG")
    run(evaluate, "--checkpoint", str(folder / "last.safetensors"), "--json", str(found))
    assert json.loads(found.read_text()) == results
    single_images(evaluate, tmp_path)


def single_images(evaluate: Path, place: Path) -> None:
    """The classes by name, the likely ones first; what can't be read is named."""
    from PIL import Image

    Image.new("RGB", (40, 50)).save(place / "black.png")
    first, *lines = run(evaluate, "--checkpoint", "run", "black.png").splitlines()
    shares = [float(line.split("%")[0]) for line in lines]
    assert (first, len(lines)) == ("black.png:", 5)
    assert shares == sorted(shares, reverse=True)
    for arguments, wrong in (
        (("--checkpoint", "run", "none.png"), "can't read none.png: "),
        (("--checkpoint", "no"), "can't read no: "),
        (("--checkpoint", "digits"), "digits has no weights.safetensors: train.py makes it"),
    ):
        done = script(evaluate, *arguments)
        assert done.returncode == 1
        assert done.stderr.startswith(wrong)
        assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "name"), [("lenet_digits", "LeNetDigits"), ("small_nets_digits", "ResNetDigits")]
)
def test_what_is_shipped_learns_digits(tmp_path: Path, file: str, name: str) -> None:
    """To the end, as docs/recipes.md has it."""
    train = write_shipped(tmp_path / "digits", file, name, "keras") / "train.py"
    run(train, "--out", str(tmp_path / "run"))
    assert log(tmp_path / "run" / "log.csv")[-1]["test_error"] <= 0.02


@pytest.mark.slow
def test_a_mobilenet_on_digits(tmp_path: Path) -> None:
    """It learns something in an epoch; the shipped one takes minutes."""
    train = write(tmp_path / "scripts", "Mobile", "keras") / "train.py"
    run(train, "--out", str(tmp_path / "run"))
    assert log(tmp_path / "run" / "log.csv")[-1]["train_error"] < 0.89


@pytest.mark.slow
def test_members_are_averaged(tmp_path: Path) -> None:
    folder = write(tmp_path / "scripts", "Members", "keras")
    run(folder / "train.py", "--out", str(tmp_path / "run"))
    found = tmp_path / "found.json"
    run(folder / "evaluate.py", "--checkpoint", str(tmp_path / "run"), "--json", str(found))
    results = json.loads(found.read_text())
    assert len(results["members"]) == 2
    assert results["top1"] >= min(results["members"])


@pytest.mark.parametrize("name", ["Mixed", pytest.param("Handwriting", marks=pytest.mark.slow)])
def test_options_run(tmp_path: Path, name: str) -> None:
    """Mixup, side heads, float16, TensorBoard, crops; MNIST's and CIFAR-10's files."""
    mnist(tmp_path / "mnist", True)
    cifar(tmp_path / "cifar")
    folder = write(tmp_path / "scripts", name, "keras")
    run(folder / "train.py", "--out", str(tmp_path / "run"))
    said = run(folder / "evaluate.py", "--checkpoint", str(tmp_path / "run"))
    assert said.startswith(f"{6 if name == 'Mixed' else 8} images: top-1 ")
    if name == "Mixed":
        assert list((tmp_path / "run").glob("events.out.tfevents*"))


def test_two_devices_have_the_losses_of_one(tmp_path: Path) -> None:
    """MirroredStrategy on two parts of one CPU, the last batch of 19 uneven."""
    train = write(tmp_path / "scripts", "Plain", "keras", EPOCHS="1", BATCH="33") / "train.py"
    run(train, "--out", str(tmp_path / "one"))
    run(train, "--out", str(tmp_path / "two"), "--device", "cpu:0,cpu:1")
    one, two = (log(tmp_path / name / "log.csv") for name in ("one", "two"))
    for ours, theirs in zip(one, two, strict=True):
        for key in ours.keys() - {"seconds"}:
            assert ours[key] == pytest.approx(theirs[key], rel=1e-4), key
    done = script(train, "--device", "gpu:7")
    assert (done.returncode, done.stderr) == (1, "there is no device gpu:7 here; there is cpu\n")
