"""Training in Keras from weights that Keras keeps: files of its own, and its applications'."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.targets.recipes.scripts import modules, write
from tests.targets.recipes.test_published import (
    MOBILE,
    alone,
    in_the_hubs_cache,
    library,
)

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")
pytestmark = pytest.mark.timeout(600)

__all__ = ["alone"]  # a fixture

LAYERS = ("scaled", "conv1", "bn1", "stage_0", "stage_1", "fc")


def theirs(names: tuple[str, ...] = LAYERS, classes: int = 10) -> Any:
    """The net of forms_keras.arch, written by hand, with random weights and statistics."""
    scale, conv, norm, depthwise, other, head = names
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((32, 32, 1)),
            layers.Normalization(name=scale),
            layers.ZeroPadding2D(1),
            layers.Conv2D(8, 3, 2, use_bias=False, name=conv),
            layers.BatchNormalization(epsilon=1e-5, name=norm),
            layers.ReLU(),
            layers.ZeroPadding2D(1),
            layers.DepthwiseConv2D(3, 2, name=depthwise),
            layers.BatchNormalization(epsilon=1e-5, name=other),
            layers.ReLU(),
            layers.Flatten(),
            layers.Dropout(0.2),
            layers.Dense(classes, name=head),
        ]
    )
    randomise(model)
    return model


def randomise(model: Any) -> None:
    draws = np.random.default_rng(0)
    for weight in model.weights:
        spread = draws.normal(size=weight.shape)
        positive = weight.name in ("gamma", "moving_variance", "variance")
        if weight.name != "count":
            weight.assign(1 + 0.2 * abs(spread) if positive else 0.1 * spread)
    for layer in model.layers:
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()


def images(channels: int) -> np.ndarray:
    return np.random.default_rng(1).random((3, 32, 32, channels), np.float32)


def close(ours: Any, wanted: Any) -> bool:
    a, b = np.array(ours), np.array(wanted)
    return bool(np.abs(a - b).max() < 1e-5 * np.abs(b).max())


def whole_h5(place: Path) -> Any:
    """As Keras 2 kept a whole model, its layers called otherwise."""
    others = (
        "normalization",
        "conv2d",
        "batch_normalization",
        "depthwise_conv2d",
        "batch_normalization_1",
        "dense",
    )
    paths = ("scaled", "conv1", "bn1", "stage.0", "stage.1", "fc")
    (place / "names.json").write_text(json.dumps(dict(zip(others, paths, strict=True))))
    model = theirs(others)
    model.save(place / "small.h5")
    return model


def weights_h5(place: Path) -> Any:
    model = theirs()
    model.save_weights(place / "small.weights.h5")
    return model


@pytest.mark.parametrize(("name", "save"), [("Kept", weights_h5), ("Renamed", whole_h5)])
def test_a_file_of_keras(tmp_path: Path, name: str, save: Callable[[Path], Any]) -> None:
    """The logits are those of the net that was saved."""
    wanted = save(tmp_path)(images(1))
    with modules(write(tmp_path / "scripts", name, "keras"), "transfer", "model") as found:
        transfer, model = found
        ours = model.Small()
        transfer.take(ours)
        assert close(ours(images(1)), wanted)


def test_a_new_head_on_an_archive(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved = theirs(classes=7)
    saved.save(tmp_path / "small.keras")
    with modules(write(tmp_path / "scripts", "Archived", "keras"), "transfer", "model") as found:
        transfer, model = found
        ours = model.Small()
        before = ours.get_layer("fc").get_weights()
        transfer.take(ours)
        transfer.freeze(ours)
        assert capsys.readouterr().out == (
            "small.keras: the weights of 5 layers taken\n  made new: fc\n  not used: none\n"
        )
        for name in LAYERS[:-1]:
            pairs = zip(
                ours.get_layer(name).get_weights(),
                saved.get_layer(name).get_weights(),
                strict=True,
            )
            assert all(np.array_equal(a, b) for a, b in pairs), name
        kept = zip(ours.get_layer("fc").get_weights(), before, strict=True)
        assert all(np.array_equal(a, b) for a, b in kept)
        assert [w.path for w in ours.trainable_weights] == ["fc/kernel", "fc/bias"]
        transfer.SKIPPED = ()
        with pytest.raises(SystemExit) as stopped:
            transfer.take(model.Small())
        assert stopped.value.code == (
            "the weights of small.keras don't fit Small: "
            "fc: [[512, 7], [7]] there, [[512, 10], [10]] here"
        )
        for content in (b"nothing", b""):
            (tmp_path / "small.keras").write_bytes(content)
            with pytest.raises(SystemExit, match=r"^can't read small.keras: "):
                transfer.take(model.Small())
        (tmp_path / "small.keras").unlink()
        with pytest.raises(SystemExit, match=r"^there is no file small.keras with the weights"):
            transfer.take(model.Small())


def test_what_is_no_file_of_weights(tmp_path: Path) -> None:
    import h5py

    with modules(write(tmp_path / "scripts", "Kept", "keras"), "transfer", "model") as found:
        transfer, model = found
        path = tmp_path / "small.weights.h5"
        path.write_bytes(b"nothing")
        with pytest.raises(SystemExit, match=r"^can't read small.weights.h5: "):
            transfer.take(model.Small())
        with h5py.File(path, "w") as file:
            file["numbers"] = [1, 2]
        with pytest.raises(SystemExit, match=r"^can't read small.weights.h5: "):
            transfer.take(model.Small())


def test_a_model_of_its_applications(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the cache alone: with the head taken too, the logits are keras.applications'."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "home"))
    place = tmp_path / "home" / "models"
    place.mkdir(parents=True)
    with modules(write(tmp_path / "scripts", "Published", "keras"), "transfer", "model") as found:
        transfer, model = found
        with pytest.raises(SystemExit) as stopped:
            transfer.published()
        assert stopped.value.code == (
            f"keras's weights of MobileNet are not in {place}; fetch them once: "
            'python -c "import keras; keras.applications.MobileNet()"'
        )
        given = {"weights": None, "input_shape": (32, 32, 3), "classifier_activation": None}
        published = keras.applications.MobileNet(**given)
        randomise(published)
        published.save(place / transfer.FILE)
        transfer.SKIPPED = ()
        ours = model.KerasMobileNet(classes=1000)
        transfer.take(ours)
        assert close(ours(images(3)), published(images(3)))


@pytest.mark.usefixtures("torchvision", "alone")
def test_timms_by_name(tmp_path: Path) -> None:
    """From the hub's cache alone, by a map of names."""
    timm = pytest.importorskip("timm")
    from safetensors.torch import save_file

    names = tmp_path / "names.json"
    with modules(write(tmp_path / "scripts", "Mapped", "keras"), "transfer") as (transfer,):
        with pytest.raises(SystemExit, match=r"^timm's weights of mobilenetv2_100 are in no cache"):
            transfer.published()
        state = library(timm.create_model, model_name="mobilenetv2_100").state_dict()
        save_file(state, in_the_hubs_cache(tmp_path, MOBILE, "model.safetensors"))
        with pytest.raises(SystemExit, match=r"^can't read names.json, which should be a JSON obj"):
            transfer.published()
        names.write_text(json.dumps({"conv_stem.weight": "features.0.0.weight"}))
        found = transfer.published()
        assert found.keys() == state.keys() - {"conv_stem.weight"} | {"features.0.0.weight"}
        assert np.array_equal(found["features.0.0.weight"], state["conv_stem.weight"])
        transfer.WEIGHTS = "mobilenetv2_1000"
        with pytest.raises(SystemExit, match=r"^timm has no weights of mobilenetv2_1000"):
            transfer.published()
