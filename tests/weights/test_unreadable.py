"""Files that can't be read: what is wrong is said in archdsl's words, with what to do."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from archdsl.weights.files import READ_ALONE, read
from archdsl.weights.stored import Unusable

torch = pytest.importorskip("torch")
h5py = pytest.importorskip("h5py")
safetensors = pytest.importorskip("safetensors.torch")

ENDINGS = (".safetensors", ".pth", ".pt", ".keras", ".weights.h5", *READ_ALONE)
NUMBERS = {"a.weight": torch.arange(400.0).reshape(20, 20)}


def _torch() -> bytes:
    file = io.BytesIO()
    torch.save(NUMBERS, file)
    return file.getvalue()


def _legacy() -> bytes:
    file = io.BytesIO()
    torch.save(NUMBERS, file, _use_new_zipfile_serialization=False)
    return file.getvalue()


def _hdf5() -> bytes:
    made = io.BytesIO()
    with h5py.File(made, "w") as file:
        group = file.create_group("layers/dense/vars")
        group.attrs["name"] = "dense"
        group["0"] = NUMBERS["a.weight"].numpy()
    return made.getvalue()


def _archive(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, _hdf5() if name.endswith(".h5") else b"{}")
    return file.getvalue()


def _keras() -> bytes:
    return _archive("metadata.json", "config.json", "model.weights.h5")


def _safetensors() -> bytes:
    return bytes(safetensors.save(NUMBERS))


def _refused(path: Path, content: bytes) -> tuple[str, str]:
    path.write_bytes(content)
    with pytest.raises(Unusable) as error:
        read(path)
    assert error.value.help
    for leaked in (r"\[enforce", "miniz", "zipfile", "Errno", "synchronously", "Error"):
        assert not re.search(leaked, str(error.value))
    return str(error.value), error.value.help


@pytest.mark.parametrize("ending", ENDINGS)
def test_empty(ending: str, tmp_path: Path) -> None:
    assert _refused(tmp_path / f"a{ending}", b"") == ("it is empty", "copy or download it again")


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    ("content", "said", "help"),
    [
        (b"# A readme\n\nof some length.\n", "it is no ", "look into it"),
        (b"<!DOCTYPE html><html>", "it is a web page", "download it again"),
        (
            b"version https://git-lfs.github.com/spec/v1\n",
            "it is a pointer of Git LFS",
            "git lfs pull",
        ),
    ],
    ids=["text", "page", "pointer"],
)
def test_texts(ending: str, content: bytes, said: str, help: str, tmp_path: Path) -> None:
    found = _refused(tmp_path / f"a{ending}", content)
    assert found[0].startswith(said)
    assert help in found[1]


@pytest.mark.parametrize(
    ("ending", "content"),
    [
        (".pth", _torch),
        (".pth", _legacy),
        (".keras", _keras),
        (".weights.h5", _hdf5),
        (".h5", _hdf5),
        (".safetensors", _safetensors),
    ],
)
def test_cut_short(ending: str, content: Callable[[], bytes], tmp_path: Path) -> None:
    whole = content()
    file = tmp_path / f"a{ending}"
    file.write_bytes(whole)
    read(file)
    said = _refused(file, whole[: len(whole) // 2])
    assert said == ("it is cut short or damaged", "copy or download it again")


@pytest.mark.parametrize(
    ("ending", "content", "said", "other"),
    [
        (".pth", _keras, "it is a model that Keras saved", ".keras"),
        (".pth", _safetensors, "it is a safetensors file", ".safetensors"),
        (".pt", _hdf5, "it is an HDF5 file, as Keras writes them", ".weights.h5"),
        (".safetensors", _torch, "it is a file that torch.save wrote", ".pth"),
        (".safetensors", _keras, "it is a model that Keras saved", ".keras"),
        (".keras", _torch, "it is a file that torch.save wrote", ".pth"),
        (".keras", _hdf5, "it is an HDF5 file, as Keras writes them", ".weights.h5"),
        (".weights.h5", _keras, "it is a model that Keras saved", ".keras"),
        (".h5", _legacy, "it is a file that torch.save wrote", ".pth"),
    ],
)
def test_under_anothers_name(
    ending: str, content: Callable[[], bytes], said: str, other: str, tmp_path: Path
) -> None:
    """And under the name that is proposed it is read."""
    file = tmp_path / f"a{ending}"
    assert _refused(file, content()) == (said, f"rename it to end with {other}")
    read(file.rename(tmp_path / f"b{other}"))


def test_a_model_with_broken_weights(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.keras", "w") as archive:
        archive.writestr("model.weights.h5", b"no")
    said, _ = _refused(tmp_path / "a.keras", (tmp_path / "a.keras").read_bytes())
    assert said == "the model.weights.h5 within it is no HDF5 file, or a damaged one"


@pytest.mark.parametrize("ending", [".keras", ".pth"])
def test_archives_of_something_else(ending: str, tmp_path: Path) -> None:
    said, _ = _refused(tmp_path / f"a{ending}", _archive("words.txt"))
    assert said == "it is a zip archive without weights that torch.save or Keras wrote"


@pytest.mark.filterwarnings("ignore")
def test_a_torchscript_program(tmp_path: Path) -> None:
    file = tmp_path / "a.pt"
    torch.jit.script(torch.nn.Linear(2, 2)).save(str(file))
    said, _ = _refused(file, file.read_bytes())
    assert said == "it is a TorchScript program"
