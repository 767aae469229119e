"""Nets compared in Keras: gradients at the first step, residual branches, curves and results."""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

import numpy as np
import pytest

from tests.targets.recipes.scripts import modules, options, write
from tests.targets.recipes.served import script

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")
pytestmark = pytest.mark.timeout(600)


def test_nets_are_trained_apart(tmp_path: Path) -> None:
    """Each in its folder; one plot of curves, one of norms; results by the nets' names."""
    folder, run = write(tmp_path / "scripts", "Compared", "keras", EPOCHS="1"), tmp_path / "run"
    done = script(folder / "train.py", "--workers", "1", "--out", str(run))
    assert done.returncode == 0, done.stderr
    for net in ("Small", "Skipping"):
        with (run / net / "log.csv").open() as file:
            (row,) = csv.DictReader(file)
        branches = [name for name in row if name.startswith("branch ")]
        assert len(branches) == (3 if net == "Skipping" else 0)
        with (run / net / "gradients.csv").open() as file:
            assert len(list(csv.DictReader(file))) == (5 if net == "Skipping" else 3)
    for plot in ("curves.png", "norms.png"):
        assert (run / plot).read_bytes().startswith(b"\x89PNG")
    found = tmp_path / "found.json"
    arguments = ("--workers", "1", "--checkpoint", str(run), "--json", str(found))
    done = script(folder / "evaluate.py", *arguments)
    assert done.returncode == 0, done.stderr
    assert json.loads(found.read_text()).keys() == {"Small", "Skipping"}


def test_gradients_and_branches(tmp_path: Path) -> None:
    """A step of Keras's SGD at the rate 1 moves each weight by its gradient; and looking changes
    nothing, neither statistics nor dropout's seeds."""
    with modules(write(tmp_path / "scripts", "Compared", "keras"), "train", "norms") as found:
        train, norms = found
        given = argparse.Namespace(**{**vars(options()), "workers": 1})
        strategy = tf.distribute.get_strategy()
        own = train.Training(train.Skipping, 0, tmp_path / "run", given, strategy)
        before = [variable.numpy() for variable in own.model.variables]
        own.look_at_gradients()
        for variable, value in zip(own.model.variables, before, strict=True):
            assert np.array_equal(variable.numpy(), value), variable.path
        rows = list(csv.reader((tmp_path / "run" / "gradients.csv").open()))[1:]

        found = norms.branches(own.model)
        assert list(found) == ["branch stage_0", "branch stage_1", "branch stage_2"]
        inside = [w for w in own.model.trainable_weights if w.path.startswith("stage_1_")]
        norm = np.linalg.norm(np.concatenate([w.numpy().ravel() for w in inside]))
        assert found["branch stage_1"] == pytest.approx(norm, rel=1e-5)

        loss = keras.losses.CategoricalCrossentropy(from_logits=True)
        own.model.compile(keras.optimizers.SGD(1.0), loss)
        weights = [w for w in own.model.trainable_weights if len(w.shape) > 1]
        kept = [w.numpy() for w in weights]
        images, targets, _ = next(iter(own.batches()))
        own.model.train_on_batch(images, targets)
        wanted = [
            (w.path.partition("/")[0], np.linalg.norm(w.numpy() - value))
            for w, value in zip(weights, kept, strict=True)
        ]
        assert [name for name, _ in rows] == [name for name, _ in wanted]
        for (name, norm), (_, moved) in zip(rows, wanted, strict=True):
            assert float(norm) == pytest.approx(moved, rel=1e-3), name
