"""`archdsl weights`: every format to every other, what is adapted, and no file where it fails."""

from __future__ import annotations

import json
import os
import pickle
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from archdsl.cli.group import cli
from archdsl.driver import run
from archdsl.driver.request import Request
from archdsl.driver.weights import Conversion, convert, fitted
from archdsl.weights.files import read
from tests.weights.support import codes, converted, job, net_of, state_of

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
np = pytest.importorskip("numpy")
torch = pytest.importorskip("torch")
pytest.importorskip("safetensors")

SMALL = """\
net Small(classes = 5, channels = 3) {
  input 8x6x{channels}
  conv1: conv(4, 3x3) -> bn1: bn -> relu
  depthwise(3x3, multiplier=2) -> prelu -> layer_scale(0.5)
  conv2: conv(8, 3x3, groups=2) -> maxpool(2x2)
  flatten -> fc1: linear(6) -> relu -> head: linear(classes)
}
"""
ENDINGS = (".safetensors", ".pth", ".weights.h5", ".keras")


@pytest.fixture
def spec(tmp_path: Path) -> str:
    path = tmp_path / "small.arch"
    path.write_text(SMALL, encoding="utf-8")
    return str(path)


def drawn(spec: str, **changed: Any) -> dict[str, Any]:
    """Random weights of the net, by its names."""
    state = net_of(job(spec, "Small")).torch().state_dict()
    generator = np.random.default_rng(0)
    made = {k: v.numpy().copy() for k, v in state.items()}
    for array in made.values():
        if array.dtype == np.float32:
            array[...] = generator.uniform(0.5, 1.5, array.shape)
        else:
            array[...] = 3
    return {**made, **changed}


def stored(path: Path, state: dict[str, Any], prefix: str = "") -> Path:
    torch.save({prefix + k: torch.from_numpy(v) for k, v in state.items()}, path)
    return path


# ------------------------------------------------------------------------------- there and back


@pytest.mark.parity
def test_every_format_to_every_other(spec: str, tmp_path: Path) -> None:
    """Through all formats in turn and back: the same weights bit for bit, compared each time."""
    pytest.importorskip("keras")
    state = drawn(spec)
    file = stored(tmp_path / "start.pth", state)
    for number, ending in enumerate((".keras", ".safetensors", ".weights.h5", ".pth")):
        after = tmp_path / f"{number}{ending}"
        report = converted(job(spec, "Small"), file, after)
        assert report.difference is not None
        assert report.difference < 1e-12
        file = after
    layers = dict.fromkeys(name.partition(".")[0] for name in torch.load(file))
    assert list(layers) == [
        "conv1",
        "bn1",
        "depthwise",
        "prelu",
        "layer_scale",
        "conv2",
        "fc1",
        "head",
    ]
    found = state_of(job(spec, "Small"), file).fitted.state
    assert found.keys() == state.keys()
    for name, array in found.items():
        if name != "bn1.num_batches_tracked":  # lost in Keras, which keeps no such count
            assert np.array_equal(array, state[name]), name
    assert found["bn1.num_batches_tracked"] == 0
    assert sorted(p.suffix for p in tmp_path.iterdir() if p.name.startswith(".")) == []


@pytest.mark.parity
def test_the_written_file_loads_in_its_framework(spec: str, tmp_path: Path) -> None:
    keras = pytest.importorskip("keras")
    from safetensors.torch import load_file

    file = stored(tmp_path / "start.pth", drawn(spec))
    for ending in (".safetensors", ".weights.h5", ".keras"):
        converted(job(spec, "Small"), file, tmp_path / f"end{ending}", check=False)
    module = net_of(job(spec, "Small")).torch().eval()
    module.load_state_dict(load_file(tmp_path / "end.safetensors"), strict=True)
    model = net_of(job(spec, "Small")).keras()
    model.load_weights(tmp_path / "end.weights.h5")
    x = torch.randn(2, 3, 8, 6)
    last = x.permute(0, 2, 3, 1).numpy()
    with torch.no_grad():
        wanted = module(x).numpy()
    for found in (model, keras.saving.load_model(tmp_path / "end.keras")):
        made = np.asarray(found(last, training=False))
        assert np.abs(made - wanted).max() <= 1e-5 * np.abs(wanted).max()


@pytest.mark.parity
def test_a_convolution_in_groups_of_one(tmp_path: Path) -> None:
    """DepthwiseConv2D here; someone else's model may have a Conv2D in groups in its place."""
    keras = pytest.importorskip("keras")
    path = tmp_path / "grouped.arch"
    path.write_text("net N { input 8x6x4  filters: conv(8, 3x3, groups=4) }\n", encoding="utf-8")
    x = keras.Input((8, 6, 4))
    layer = keras.layers.Conv2D(8, 3, padding="same", groups=4, name="filters")
    theirs = keras.Model(x, layer(x))
    theirs.save_weights(tmp_path / "theirs.weights.h5")
    fitted = state_of(job(str(path), "N"), tmp_path / "theirs.weights.h5").fitted
    assert list(fitted.adapted) == ["filters.weight"]
    module = net_of(job(str(path), "N")).torch()
    module.load_state_dict({k: torch.from_numpy(v) for k, v in fitted.state.items()}, strict=True)
    given = np.random.default_rng(0).standard_normal((2, 8, 6, 4), np.float32)
    with torch.no_grad():
        found = module(torch.from_numpy(given).permute(0, 3, 1, 2)).permute(0, 2, 3, 1).numpy()
    wanted = theirs.predict_on_batch(given)
    assert np.abs(found - wanted).max() <= 1e-5 * np.abs(wanted).max()


@pytest.mark.parity
def test_older_keras_files(spec: str, tmp_path: Path) -> None:
    """`.h5` as Keras 2 wrote it, and as the weights that Keras publishes are."""
    pytest.importorskip("keras")
    import h5py

    net = net_of(job(spec, "Small"))
    model = net.keras()
    model.save(tmp_path / "whole.h5")
    with h5py.File(tmp_path / "whole.h5") as whole, h5py.File(tmp_path / "old.h5", "w") as old:
        for key, group in whole["model_weights"].items():
            whole.copy(group, old, key)
        for key, value in whole["model_weights"].attrs.items():
            old.attrs[key] = value
    for file in ("whole.h5", "old.h5"):
        state = state_of(job(spec, "Small"), tmp_path / file).fitted.state
        kernel = model.get_layer("conv1").kernel.numpy()
        assert np.array_equal(state["conv1.weight"], kernel.transpose(3, 2, 0, 1))


def test_arrays_of_a_saved_model_have_keras_names(tmp_path: Path) -> None:
    """As each layer's own `weights` say them, where the model's config says what the layer is."""
    keras = pytest.importorskip("keras")
    layers = keras.layers
    x = keras.Input((8, 8, 3))
    y = layers.Conv2D(4, 3, use_bias=False)(x)
    y = layers.BatchNormalization()(y)
    y = layers.DepthwiseConv2D(3, depth_multiplier=2)(y)
    y = layers.BatchNormalization(scale=False)(y)
    y = layers.PReLU()(layers.BatchNormalization(center=False)(y))
    model = keras.Model(x, layers.Dense(5)(layers.Flatten()(y)))
    model.save(tmp_path / "a.keras")
    shown = {entry.key: entry.array for entry in read(tmp_path / "a.keras")}
    wanted = {f"{la.name}/{w.name}": w.numpy() for la in model.layers for w in la.weights}
    assert shown.keys() == wanted.keys()
    assert all(np.array_equal(shown[key], array) for key, array in wanted.items())


def test_safetensors_needs_no_framework(spec: str, tmp_path: Path) -> None:
    """Names and shapes are looked at without importing one."""
    import subprocess
    import sys

    converted(
        job(spec, "Small"),
        stored(tmp_path / "a.pth", drawn(spec)),
        tmp_path / "a.safetensors",
        check=False,
    )
    code = (
        "import sys; from archdsl.cli.group import cli\n"
        "try: cli.main(sys.argv[1:])\nexcept SystemExit as end: assert not end.code, end.code\n"
        "assert not {'torch', 'keras', 'tensorflow'} & set(sys.modules)"
    )
    for args in (
        ("check", spec, "a.safetensors"),
        ("show", "a.safetensors"),
        ("convert", spec, "a.safetensors", "-o", "b.safetensors", "--no-check"),
    ):
        done = subprocess.run(
            [sys.executable, "-c", code, "weights", *args],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr


# ------------------------------------------------------------------------------- what is adapted


def test_prefixes_and_checkpoints(spec: str, tmp_path: Path) -> None:
    state = drawn(spec)
    file = tmp_path / "checkpoint.pt"
    tensors = {f"_orig_mod.module.{k}": torch.from_numpy(v) for k, v in state.items()}
    torch.save({"epoch": 3, "state_dict": tensors}, file)
    report = state_of(job(spec, "Small"), file)
    assert np.array_equal(report.fitted.state["fc1.weight"], state["fc1.weight"])
    assert len(report.fitted.notes) == 2


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
def test_other_floats(spec: str, tmp_path: Path, dtype: str) -> None:
    from safetensors.torch import save_file

    state = {k: torch.from_numpy(v) for k, v in drawn(spec).items()}
    kind = getattr(torch, dtype)
    given = {k: v.to(kind) if v.is_floating_point() else v for k, v in state.items()}
    save_file(given, tmp_path / "a.safetensors")
    torch.save(given, tmp_path / "a.pth")
    for file in ("a.safetensors", "a.pth"):
        report = state_of(job(spec, "Small"), tmp_path / file)
        assert report.fitted.notes == [f"made float32 of {dtype}"]
        shown = CliRunner().invoke(cli, ["weights", "show", str(tmp_path / file)]).output
        assert f"4x3x3x3  {dtype}\n" in shown
    found = report.fitted.state
    for name, array in found.items():
        assert array.dtype == (np.int64 if "tracked" in name else np.float32)
        assert np.array_equal(array, given[name].to(torch.from_numpy(array).dtype).numpy())


def test_a_new_head_and_other_channels(spec: str, tmp_path: Path) -> None:
    """Three channels summed to one; one spread over three gives what grey would; 5 classes to 9."""
    state = drawn(spec)
    file = stored(tmp_path / "a.pth", state)
    found = run(Request(file=spec, settings=("classes=9", "channels=1")))
    assert fitted(found, Conversion(file)) is None
    assert codes(found) == ["V154", "V154"] or codes(found) == ["V154"] * 3
    found = run(Request(file=spec, settings=("classes=9", "channels=1")))
    report = state_of(found, file, head=True)
    got = report.fitted.state
    assert np.allclose(got["conv1.weight"], state["conv1.weight"].sum(1, keepdims=True))
    assert set(report.fitted.fresh) == {"head.weight", "head.bias"}
    assert "9 classes, in place of 5" in report.fitted.made["head.weight"]
    grey = {**state, "conv1.weight": state["conv1.weight"][:, :1]}
    report = state_of(job(spec, "Small"), stored(tmp_path / "b.pth", grey), head=True)
    spread = report.fitted.state["conv1.weight"]
    assert spread.shape == (4, 3, 3, 3)
    assert np.allclose(spread.sum(1, keepdims=True), grey["conv1.weight"])


@pytest.mark.parity
def test_a_new_head_is_written(spec: str, tmp_path: Path) -> None:
    pytest.importorskip("keras")
    file = stored(tmp_path / "a.pth", drawn(spec))
    for ending in (".safetensors", ".weights.h5"):
        found = run(Request(file=spec, settings=("classes=9",)))
        report = converted(found, file, tmp_path / f"b{ending}", head=True)
        assert report.fitted.state["head.weight"].shape == (9, 6)
        again = run(Request(file=spec, settings=("classes=9",)))
        assert state_of(again, tmp_path / f"b{ending}")


def test_side_heads_may_be_left_out(tmp_path: Path) -> None:
    net = net_of(job("googlenet", "GoogLeNet", settings=("classes=3",)))
    state = {k: v for k, v in net.torch().state_dict().items() if not k.startswith("aux")}
    torch.save(state, tmp_path / "a.pth")
    report = state_of(job("googlenet", "GoogLeNet", settings=("classes=3",)), tmp_path / "a.pth")
    assert report.fitted.state.keys() == state.keys()
    del state["fc.bias"]
    torch.save(state, tmp_path / "a.pth")
    found = job("googlenet", "GoogLeNet", settings=("classes=3",))
    assert fitted(found, Conversion(tmp_path / "a.pth")) is None
    assert codes(found) == ["V152"]


# ------------------------------------------------------------------------------- what is refused


def test_no_pickle_is_run(spec: str, tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[Any, ...]:
            return os.mkdir, (str(tmp_path / "made"),)

    (tmp_path / "evil.pth").write_bytes(pickle.dumps(Evil()))
    torch.save({"conv1.weight": torch.zeros(1), "x": Evil()}, tmp_path / "evil.pt")
    for name in ("evil.pth", "evil.pt"):
        found = job(spec, "Small")
        assert fitted(found, Conversion(tmp_path / name)) is None
        assert codes(found) == ["V151"]
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("ending", [*ENDINGS, ".h5"])
@pytest.mark.parametrize("content", [b"", b"nothing", b"PK\x03\x04", b"\x89HDF\r\n\x1a\n" * 9])
def test_broken_files(spec: str, tmp_path: Path, ending: str, content: bytes) -> None:
    (tmp_path / f"a{ending}").write_bytes(content)
    found = job(spec, "Small")
    assert fitted(found, Conversion(tmp_path / f"a{ending}")) is None
    assert codes(found) == ["V151"]


@pytest.mark.parity
def test_no_file_where_it_fails(spec: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not for a weight too few, not for outputs that differ, and what was there stays."""
    pytest.importorskip("keras")
    state = drawn(spec)
    out = tmp_path / "out"
    out.mkdir()
    less = {k: v for k, v in state.items() if k != "fc1.bias"}
    broken = {**state, "fc1.bias": np.full(6, np.nan, "float32")}
    for file in (stored(tmp_path / "l.pth", less), stored(tmp_path / "b.pth", broken)):
        for ending in ENDINGS:
            found = job(spec, "Small")
            assert convert(found, Conversion(file, out / f"a{ending}")) is None
            assert not found.ok
    assert list(out.iterdir()) == []

    from archdsl.targets import orders

    real = orders.reordered
    monkeypatch.setattr(orders, "reordered", lambda array, *_, **__: array)
    found = job(spec, "Small")
    assert convert(found, Conversion(stored(tmp_path / "a.pth", state), out / "a.keras")) is None
    assert codes(found) == ["V155"]
    assert list(out.iterdir()) == []
    monkeypatch.setattr(orders, "reordered", real)

    (out / "a.keras").write_bytes(b"mine")
    found = job(spec, "Small")
    assert convert(found, Conversion(tmp_path / "a.pth", out / "a.keras")) is None
    assert codes(found) == ["F531"]
    assert (out / "a.keras").read_bytes() == b"mine"
    converted(job(spec, "Small"), tmp_path / "a.pth", out / "a.keras", force=True)
    assert (out / "a.keras").read_bytes() != b"mine"


def test_never_by_shape_alone(spec: str, tmp_path: Path) -> None:
    """Two arrays of one shape under each other's names stay where their names say."""
    text = "net Twins { input 4x4x3 a: conv(3, 3x3) -> b: conv(3, 3x3) -> flatten -> linear(2) }"
    Path(spec).write_text(text, encoding="utf-8")
    state = {k: v.numpy() for k, v in net_of(job(spec, "Twins")).torch().state_dict().items()}
    moved = {{"a": "c", "b": "a"}.get(k[0], k[0]) + k[1:]: v for k, v in state.items()}
    found = job(spec, "Twins")
    assert fitted(found, Conversion(stored(tmp_path / "a.pth", moved))) is None
    assert codes(found) == ["V152", "V153"]


# ------------------------------------------------------------------------------- the command


def test_report(spec: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    stored(tmp_path / "a.pth", drawn(spec))
    args = ["weights", "convert", spec, "a.pth", "-o", "b.safetensors", "--no-check"]
    result = CliRunner().invoke(cli, [*args, "--format", "json"], prog_name="archdsl")
    content = json.loads(result.stdout)
    assert (content["version"], content["net"], content["difference"]) == (1, "Small", None)
    assert len(content["taken"]) == 17
    result = CliRunner().invoke(cli, [*args, "--force"], prog_name="archdsl")
    assert result.stdout == (
        "a.pth -> b.safetensors, for Small\n"
        "  taken    17 weights\n"
        "  NOT checked: the outputs were not compared\n"
    )
    result = CliRunner().invoke(cli, ["weights", "show", "a.pth"], prog_name="archdsl")
    assert "conv1.weight             4x3x3x3  float32" in result.stdout
