"""Keras's checkpoints: a training that was stopped ends as one that wasn't."""

from __future__ import annotations

import signal
from pathlib import Path

import numpy as np
import pytest

from tests.targets.recipes.scripts import write
from tests.targets.recipes.served import Served, script
from tests.targets.recipes.stopping import arrays, changed, killed, training

pytest.importorskip("safetensors")
pytest.importorskip("tensorflow")
pytest.importorskip("keras")
# TensorFlow's start and its graphs take long on a machine that is busy
pytestmark = pytest.mark.timeout(600)

ARGUMENTS = ("--workers", "1", "--every", "0.3")


@pytest.mark.parametrize("times", [1, pytest.param(5, marks=pytest.mark.slow)])
def test_killed_it_ends_as_unbroken(tmp_path: Path, times: int) -> None:
    """Weights, averages, dropout's seeds, the optimizer's state and the history: bit for bit."""
    epochs = str(times + 1)
    train = write(tmp_path / "resumed", "Resumed", "keras", EPOCHS=epochs) / "train.py"
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    done = script(train, *ARGUMENTS, "--out", str(whole))
    assert done.returncode == 0, done.stderr
    last = broken / "last.safetensors"
    steps = killed(lambda: Served(train, *ARGUMENTS, "--out", str(broken)), last, times)
    total = training(whole / last.name)["state"]["step"]
    assert steps == sorted(set(steps))
    assert steps[-1] < total
    assert any(step % 45 for step in steps), "never within an epoch"
    done = script(train, *ARGUMENTS, "--out", str(broken))
    assert done.returncode == 0, done.stderr
    assert training(last) == training(whole / last.name)
    for name in ("last.safetensors", "weights.safetensors"):
        ours, theirs = arrays(broken / name, "np"), arrays(whole / name, "np")
        assert ours.keys() == theirs.keys()
        assert all(np.array_equal(ours[key], theirs[key]) for key in ours)
    kinds = {key.partition(".")[0] for key in arrays(last, "np")}
    assert kinds == {"model", "average", "optimizer"}
    assert any(key.startswith("model.seed.") for key in arrays(last, "np"))
    assert not list(broken.glob("*.part"))


def test_ctrl_c_and_a_full_disk_leave_a_checkpoint(tmp_path: Path) -> None:
    train = write(tmp_path / "resumed", "Resumed", "keras", EPOCHS="500") / "train.py"
    folder = tmp_path / "run"
    last = folder / "last.safetensors"
    process = Served(train, *ARGUMENTS, "--out", str(folder))
    changed(last, 0, process)
    process.send(signal.SIGINT)
    done = process.wait()
    assert (done.returncode, done.stderr) == (130, "")
    step = training(last)["state"]["step"]
    assert done.stdout.splitlines()[-1] == f"stopped after step {step} of 22500"
    kept = last.read_bytes()
    process = Served(train, *ARGUMENTS, "--out", str(folder), limit=len(kept) // 2)
    done = process.wait()
    assert done.returncode == 1
    assert done.stderr == f"can't write {last}: File too large; the file as it was is kept\n"
    assert last.read_bytes() == kept
    assert not list(folder.glob("*.part"))
    other = write(tmp_path / "other", "Resumed", "keras", EPOCHS="500", BATCH="64") / "train.py"
    done = script(other, "--out", str(folder))
    assert done.returncode == 1
    assert done.stderr == (
        f"{last} is of another training: batch was 32 and is 64\n"
        "--out names another folder, --restart begins anew in this one\n"
    )
