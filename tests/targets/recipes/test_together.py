"""Several processes under torchrun train as one does."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.targets.recipes.scripts import modules, script, torchrun, write

torch = pytest.importorskip("torch")


def log(folder: Path) -> list[dict[str, float]]:
    with (folder / "log.csv").open() as file:
        return [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]


@pytest.mark.parametrize("name", ["Plain", "Sharded"])
def test_two_processes_have_the_losses_of_one(tmp_path: Path, name: str) -> None:
    """The same global batch, every image once in training and in testing (359 are odd)."""
    from safetensors.torch import load_file

    train = write(tmp_path / "scripts", name) / "train.py"
    arguments = ("--workers", "0", "--out")
    done = script(train, *arguments, str(tmp_path / "one"))
    assert done.returncode == 0, done.stderr
    done = torchrun(train, *arguments, str(tmp_path / "two"), processes=2)
    assert done.returncode == 0, done.stderr
    one, two = log(tmp_path / "one"), log(tmp_path / "two")
    for ours, theirs in zip(one, two, strict=True):
        for key in ours.keys() - {"seconds"}:
            assert ours[key] == pytest.approx(theirs[key], rel=1e-4), key
    first = load_file(tmp_path / "one" / "last.safetensors")
    second = load_file(tmp_path / "two" / "last.safetensors")
    assert first.keys() == second.keys()
    for key, value in first.items():
        assert torch.allclose(value, second[key], atol=1e-3), key
    # what two have left, one goes on from
    done = script(train, "--workers", "0", "--out", str(tmp_path / "two"))
    assert done.returncode == 0, done.stderr


def test_every_image_once_whatever_the_number_of_processes(tmp_path: Path) -> None:
    with modules(write(tmp_path / "scripts", "Plain"), "data", "parallel") as (data, parallel):
        for count in (1, 2, 3, 7):
            for images in (1, 5, 64, 65, 359):
                shares = []
                for rank in range(count):
                    here = parallel.Processes(torch.device("cpu"), rank, count)
                    batches = data.Batches(images, 16, 2, 0, here)
                    parts = list(batches)
                    assert len(parts) == len(batches) == 2 * -(-images // 16)
                    shares.append(parts)
                for step, parts in enumerate(zip(*shares, strict=True)):
                    assert len({len(part) for part in parts}) == 1  # all run as often
                    counted = [key for part in parts for key in part if key[2]]
                    assert len(counted) == batches.size(step)
                for epoch in range(2):
                    seen = [
                        key[1]
                        for parts in shares
                        for part in parts
                        for key in part
                        if key[2] and key[0] == epoch
                    ]
                    assert sorted(seen) == list(range(images))
