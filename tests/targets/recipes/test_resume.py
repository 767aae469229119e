"""Checkpoints: whole or not at all, and a training that was stopped ends as one that wasn't."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from tests.targets.recipes.scripts import Running, script, write
from tests.targets.recipes.stopping import arrays, changed, killed, training

torch = pytest.importorskip("torch")
pytest.importorskip("safetensors")

pytestmark = pytest.mark.usefixtures("torchvision")

ARGUMENTS = ("--workers", "0", "--every", "0.05")


def test_killed_five_times_it_ends_as_unbroken(tmp_path: Path) -> None:
    """Weights, averages, the optimizer's state and the history are equal bit for bit."""
    train = write(tmp_path / "resumed", "Resumed", EPOCHS="10") / "train.py"
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    done = script(train, *ARGUMENTS, "--out", str(whole))
    assert done.returncode == 0, done.stderr
    last = broken / "last.safetensors"
    steps = killed(lambda: Running(train, *ARGUMENTS, "--out", str(broken)), last, 5)
    total = training(whole / last.name)["state"]["step"]
    assert steps == sorted(set(steps))
    assert steps[-1] < total
    assert any(step % (total // 10) for step in steps), "never within an epoch"
    done = script(train, *ARGUMENTS, "--out", str(broken))
    assert done.returncode == 0, done.stderr
    assert training(last) == training(whole / last.name)
    for name in ("last.safetensors", "weights.safetensors"):
        ours, theirs = arrays(broken / name, "pt"), arrays(whole / name, "pt")
        assert ours.keys() == theirs.keys()
        assert all(torch.equal(ours[key], theirs[key]) for key in ours)
    assert any(key.startswith("optimizer.") for key in arrays(last, "pt"))
    assert not list(broken.glob("*.part"))


def test_a_full_disk_leaves_the_last_checkpoint(tmp_path: Path) -> None:
    train = write(tmp_path / "resumed", "Resumed", EPOCHS="1") / "train.py"
    folder = tmp_path / "run"
    first = script(train, "--workers", "0", "--out", str(folder))
    assert first.returncode == 0, first.stderr
    kept = (folder / "last.safetensors").read_bytes()
    arguments = ("--workers", "0", "--out", str(folder), "--restart")
    done = Running(train, *arguments, limit=len(kept) // 2).wait()
    assert done.returncode == 1
    assert done.stderr == (
        f"can't write {folder}/last.safetensors: File too large; the file as it was is kept\n"
    )
    assert (folder / "last.safetensors").read_bytes() == kept
    assert not list(folder.glob("*.part"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_leaves_a_checkpoint(tmp_path: Path, number: signal.Signals) -> None:
    train = write(tmp_path / "resumed", "Resumed", EPOCHS="500") / "train.py"
    folder = tmp_path / "run"
    process = Running(train, "--workers", "1", "--out", str(folder))
    last = folder / "last.safetensors"
    changed(last, 0, process)
    time.sleep(0.1)
    process.send(number)
    done = process.wait()
    assert (done.returncode, done.stderr) == (130, "")
    step = training(last)["state"]["step"]
    assert done.stdout.splitlines()[-1] == f"stopped after step {step} of 22500"


def test_another_training_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    plain = write(tmp_path / "plain", "Plain", EPOCHS="1") / "train.py"
    assert script(plain, "--workers", "0", "--out", str(folder)).returncode == 0
    kept = (folder / "last.safetensors").read_bytes()
    other = write(tmp_path / "other", "Plain", EPOCHS="1", BATCH="32") / "train.py"
    done = script(other, "--workers", "0", "--out", str(folder))
    assert done.returncode == 1
    assert done.stderr == (
        f"{folder}/last.safetensors is of another training: batch was 64 and is 32\n"
        "--out names another folder, --restart begins anew in this one\n"
    )
    (folder / "last.safetensors").write_bytes(kept[:5000])
    done = script(plain, "--workers", "0", "--out", str(folder))
    assert done.returncode == 1
    assert done.stderr.startswith(f"can't read {folder}/last.safetensors: ")
    assert "Traceback" not in done.stderr
