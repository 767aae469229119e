"""An exported net has the weights of a file, of either framework."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

import archdsl
from archdsl.cli.group import cli

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
torch = pytest.importorskip("torch")
keras = pytest.importorskip("keras")
onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("onnxscript")

SMALL = """\
net Small(classes = 5) {
  input 8x6x3
  conv1: conv(4, 3x3) -> bn1: bn -> relu -> maxpool(2x2)
  flatten -> fc: linear(classes)
}
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "small.arch"
    path.write_text(SMALL, encoding="utf-8")
    return path


def exported(spec: Path, *words: object, code: int = 0) -> str:
    done = CliRunner().invoke(cli, ["export", str(spec), *map(str, words)])
    assert done.exit_code == code, done.output
    return done.output


@pytest.mark.parity
@pytest.mark.parametrize("ending", [".keras", ".weights.h5"])
def test_keras_weights_in_onnx(ending: str, spec: Path, tmp_path: Path) -> None:
    model = archdsl.load(spec).net().keras()
    for variable in model.weights:  # running figures too, that no layer is left out
        variable.assign(keras.random.uniform(variable.shape, 0.5, 1.5, seed=len(variable.path)))
    file, out = tmp_path / f"small{ending}", tmp_path / "small.onnx"
    model.save(file) if ending == ".keras" else model.save_weights(file)
    exported(spec, "--weights", file, "-o", out)
    x = torch.rand(3, 3, 8, 6, generator=torch.Generator().manual_seed(0)).numpy()
    (found,) = onnxruntime.InferenceSession(out).run(None, {"input": x})
    wanted = keras.ops.convert_to_numpy(model(x.transpose(0, 2, 3, 1), training=False))
    assert abs(found - wanted).max() <= 1e-5 * abs(wanted).max()


@pytest.mark.parity
def test_other_names_by_a_map(spec: Path, tmp_path: Path) -> None:
    model = archdsl.load(spec).net().torch()
    state = {name.replace("fc.", "classifier."): t for name, t in model.state_dict().items()}
    torch.save(state, tmp_path / "small.pth")
    (tmp_path / "names.map").write_text(
        "classifier -> fc\n{rest:path} -> {rest}\n", encoding="utf-8"
    )
    out = tmp_path / "small.onnx"
    words = ("--weights", tmp_path / "small.pth", "-o", out)
    assert "nothing for fc.weight" in exported(spec, *words, code=1)
    assert not out.exists()
    exported(spec, *words, "--map", tmp_path / "names.map")
    x = torch.rand(2, 3, 8, 6, generator=torch.Generator().manual_seed(0))
    (found,) = onnxruntime.InferenceSession(out).run(None, {"input": x.numpy()})
    with torch.no_grad():
        wanted = model.eval()(x).numpy()
    assert abs(found - wanted).max() <= 1e-5 * abs(wanted).max()


def test_a_map_of_nothing(spec: Path, tmp_path: Path) -> None:
    out = tmp_path / "small.onnx"
    said = exported(spec, "--map", "timm", "-o", out, code=2)
    assert "--map says what names mean in a file of --weights" in said
    assert not out.exists()
