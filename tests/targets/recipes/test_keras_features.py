"""Features in Keras: computed once, what they depend on noticed."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.targets.recipes.scripts import modules, options, write

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")
pytestmark = pytest.mark.timeout(600)


def few(data: Any) -> None:
    """Makes the data so small that it takes no time."""
    load = data.load

    def loaded() -> Any:
        return tuple(data.Images(s.pixels[:70], s.labels[:70]) for s in load())

    data.load = loaded


def saved(model: Any, path: Path, seed: int) -> None:
    """A net with other weights and statistics, as Keras keeps it."""
    draws = np.random.default_rng(seed)
    net = model.Small()
    for weight in net.weights:
        if weight.name != "count":
            weight.assign(draws.uniform(0.1, 0.5, weight.shape))
    net.save_weights(path)


def test_kept_features_give_the_same_logits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The head on the file's features gives what the whole net gives for the images; the head alone
    trains; what the features depend on is seen to change."""
    names = ("train", "checkpoint", "data", "augment", "features", "model", "evaluate")
    scripts = write(tmp_path / "scripts", "Features", "keras", EPOCHS="1")
    file, weights = tmp_path / "features.safetensors", tmp_path / "small.weights.h5"
    with modules(scripts, *names) as found:
        train, checkpoint, data, augment, features, model, evaluate = found
        few(data)
        saved(model, weights, 1)
        place = tmp_path / "run"

        def training(restart: bool = True) -> Any:
            given = argparse.Namespace(**{**vars(options()), "workers": 1, "restart": restart})
            return train.Training(train.Small, 0, place, given, tf.distribute.get_strategy())

        one = training()
        assert capsys.readouterr().out.count("features of 70 images") == 2
        pictures = np.stack([augment.testing(tf.constant(one.images[n][0])) for n in range(8)])
        whole = np.array(one.model(pictures, training=False))
        assert np.allclose(np.array(one.net(one.kept[0][:8])), whole, atol=1e-5)
        assert [int(row.argmax()) for row in one.kept[1]] == [label for _, label in one.images]

        batches = [list(features.training_batches(one.kept, 32, 2, 5, first)) for first in (0, 4)]
        assert [len(batch[0]) for batch in batches[0]] == [32, 32, 6] * 2
        for ours, theirs in zip(batches[0][4:], batches[1], strict=True):
            assert all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))
        order = np.random.default_rng([5, 1]).permutation(70)  # as data.py has it
        rows = np.concatenate([batch[0] for batch in batches[0][3:]])
        assert np.array_equal(rows, one.kept[0][order])

        before = {w.path: w.numpy() for w in one.model.weights}
        assert one.run(checkpoint.Interrupt())
        for weight in one.model.weights:
            same = np.array_equal(weight.numpy(), before[weight.path])
            assert same == (not weight.path.startswith("fc/")), weight.path

        kept = file.stat().st_mtime_ns
        training()
        resumed = training(restart=False)
        assert file.stat().st_mtime_ns == kept  # not computed again
        pairs = zip(one.model.weights, resumed.model.weights, strict=True)
        assert all(np.array_equal(a.numpy(), b.numpy()) for a, b in pairs)
        evaluated, _ = evaluate.load(model.Small, place)
        logits = np.array(evaluated(pictures, training=False))
        assert np.allclose(logits, np.array(one.tested(one.kept[0][:8])), atol=1e-5)
        capsys.readouterr()
        testing = augment.testing
        augment.testing = lambda image: testing(image) / 2
        training()
        assert "features of 70 images" in capsys.readouterr().out
        saved(model, weights, 2)
        training()
        assert "features of 70 images" in capsys.readouterr().out
        checkpoint.write_arrays(file, {"other": np.zeros(1)}, {})
        with pytest.raises(SystemExit, match=r"^features.safetensors is there, but holds no feat"):
            training()
