"""What a user sees for each code, to the letter.

<CODE>.arch, or <CODE>-2.arch and so on where one isn't enough, is a file; <CODE>.txt what `archdsl
check` says of it. Where it takes another command, <CODE>.cmd has its arguments. Cases without a
code are about the command line. files/ holds what others import.
"""

from __future__ import annotations

import os
import pickle
import re
import shlex
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from archdsl.cli.group import cli
from tests.errors.pages import page_codes

FOLDER = Path(__file__).parent
CASES = sorted({path.stem for path in FOLDER.iterdir() if path.suffix in (".arch", ".cmd", ".txt")})
# Seen from Python alone, guards that no known file reaches, or with frameworks: tests/verify, tests/export.
NOT_SHOWN = {"E209", "E399", "E501", "T201", "V101", "V102"}


def _forbidden(patch: pytest.MonkeyPatch) -> None:
    Path("F503.arch").touch()

    def refuse(*args: object) -> int:
        raise PermissionError

    patch.setattr("archdsl.driver.reading._open", refuse)  # root may read everything


def _pipe(patch: pytest.MonkeyPatch) -> None:
    os.mkfifo("F504.arch")


def _large(patch: pytest.MonkeyPatch) -> None:
    with open("F505.arch", "wb") as file:
        file.truncate(9 * 1024 * 1024)


def _closed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("archdsl.driver.reading.sys", SimpleNamespace(stdin=None))


def _mine(patch: pytest.MonkeyPatch) -> None:
    Path("train.py").write_text("print('mine')\n", encoding="utf-8")


def _no_graphviz(patch: pytest.MonkeyPatch) -> None:
    patch.setenv("PATH", "")
    patch.setitem(sys.modules, "pygraphviz", None)


def _no_recipes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("archdsl.targets.keras.emitter.KerasTarget.emit_recipe", raising=False)


LENET = {
    "conv1.weight": (6, 1, 5, 5),
    "conv1.bias": (6,),
    "conv2.weight": (16, 6, 5, 5),
    "conv2.bias": (16,),
    "linear1.weight": (120, 400),
    "linear1.bias": (120,),
    "linear2.weight": (84, 120),
    "linear2.bias": (84,),
    "linear3.weight": (10, 84),
    "linear3.bias": (10,),
}


def _lenet(patch: pytest.MonkeyPatch, file: str = "lenet.safetensors", *lacking: str) -> None:
    numpy = pytest.importorskip("numpy")
    safetensors = pytest.importorskip("safetensors.numpy")
    arrays = {k: numpy.zeros(v, "float32") for k, v in LENET.items() if k not in lacking}
    if file == "more.safetensors":
        arrays["linear4.weight"] = numpy.zeros((10, 10), "float32")
    safetensors.save_file(arrays, file)


def _part_of_lenet(patch: pytest.MonkeyPatch) -> None:
    _lenet(patch, "part.safetensors", "conv2.weight", "conv2.bias")


def _more_than_lenet(patch: pytest.MonkeyPatch) -> None:
    _lenet(patch, "more.safetensors")


def _unreal(patch: pytest.MonkeyPatch) -> None:
    _odd("unreal", "conv1.bias", "bool")


def _diverged(patch: pytest.MonkeyPatch) -> None:
    _odd("diverged", "conv2.weight", "float32", float("nan"))


def _odd(file: str, name: str, dtype: str, value: float = 1) -> None:
    numpy = pytest.importorskip("numpy")
    safetensors = pytest.importorskip("safetensors.numpy")
    arrays = {k: numpy.zeros(v, "float32") for k, v in LENET.items()}
    arrays[name] = numpy.full(LENET[name], value, dtype)
    safetensors.save_file(arrays, f"{file}.safetensors")


def _no_weights(patch: pytest.MonkeyPatch) -> None:
    Path("lenet.ckpt").touch()


def _pickle(patch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    Path("model.pth").write_bytes(pickle.dumps({"net": SimpleNamespace()}, protocol=2))


def _different(patch: pytest.MonkeyPatch) -> None:
    numpy = pytest.importorskip("numpy")
    pytest.importorskip("torch")
    _lenet(patch)
    outputs = {"torch": numpy.ones((1, 10)), "keras": numpy.zeros((1, 10))}
    patch.setattr("archdsl.weights.models.outputs", lambda target, *_: [outputs[target]])


def _no_torch(patch: pytest.MonkeyPatch) -> None:
    _lenet(patch)
    patch.setitem(sys.modules, "torch", None)


def _core_alone(patch: pytest.MonkeyPatch) -> None:
    _lenet(patch)
    Path("lenet.keras").touch()
    _hidden(patch, "numpy", "safetensors", "h5py")


def _no_safetensors(patch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    torch.save({name: torch.zeros(shape) for name, shape in LENET.items()}, "lenet.pth")
    _hidden(patch, "safetensors")


def _hidden(patch: pytest.MonkeyPatch, *names: str) -> None:
    for name in list(sys.modules):
        if name.partition(".")[0] in names:
            patch.setitem(sys.modules, name, None)
    for name in names:
        patch.setitem(sys.modules, name, None)


def _no_room(patch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **words: object) -> None:
        raise MemoryError

    patch.setattr("archdsl.driver.api.Net.verify", refuse)  # where there is room for much, too


PREPARED: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "F503": _forbidden,
    "F504": _pipe,
    "F505": _large,
    "F508": _closed,
    "F531": _mine,
    "F543": _no_graphviz,
    "R203": _no_recipes,
    "T203": _no_room,
    "V150": _lenet,
    "V151": _no_weights,
    "V151-2": _pickle,
    "V152": _part_of_lenet,
    "V153": _more_than_lenet,
    "V154": _lenet,
    "V155": _different,
    "V156": _lenet,
    "V156-2": _lenet,
    "V157": _lenet,
    "V158": _lenet,
    "V159": _no_torch,
    "V159-2": _core_alone,
    "V159-3": _no_safetensors,
    "V159-4": _core_alone,
    "V160": _unreal,
    "V161": _diverged,
}


def test_every_code_is_shown() -> None:
    assert {case.partition("-")[0] for case in CASES if re.match(r"[A-Z]\d", case)} == (
        page_codes() - NOT_SHOWN
    )


@pytest.mark.golden
@pytest.mark.parametrize("case", CASES)
def test_shown(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    shutil.copytree(FOLDER / "files", "files")
    if (FOLDER / f"{case}.arch").exists():
        shutil.copy(FOLDER / f"{case}.arch", tmp_path)
    command = FOLDER / f"{case}.cmd"
    args = ["check", f"{case}.arch"]
    if command.exists():
        args = shlex.split(command.read_text(encoding="utf-8"))
    if case in PREPARED:
        PREPARED[case](monkeypatch)
    result = CliRunner().invoke(cli, args, prog_name="archdsl")
    text = result.stderr + result.stdout
    code = case.partition("-")[0]
    if code in page_codes():
        assert f"[{code}]" in text
    assert "Traceback" not in text
    shown = FOLDER / f"{case}.txt"
    if request.config.getoption("--update-golden"):
        shown.write_bytes(text.encode())
        return
    assert shown.is_file(), f"tests/errors/{case}.txt is missing; `make golden` writes it"
    assert text == shown.read_text(encoding="utf-8")
