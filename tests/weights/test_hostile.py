"""Files of weights that are not what they seem: each is an error of its own, soon, and nothing
outside the file is read."""

from __future__ import annotations

import json
import pickle
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from archdsl.cli.group import cli
from archdsl.driver import run
from archdsl.driver.request import Request
from archdsl.driver.weights import Conversion, fitted
from archdsl.weights.files import read
from archdsl.weights.stored import Unusable

torch = pytest.importorskip("torch")
np = pytest.importorskip("numpy")

TENSORS: dict[str, Callable[[], Any]] = {
    "its layout is sparse_coo": lambda: torch.zeros(4, 3, 3, 3).to_sparse(),
    "its layout is sparse_csr": lambda: torch.zeros(4, 3).to_sparse_csr(),
    "the meta device": lambda: torch.empty(4, 3, device="meta"),
    "is 2147483648x1048576, and the file keeps 1 numbers": lambda: torch.zeros(1).expand(
        2**31, 2**20
    ),
    "is 1048576x1048576": lambda: torch.zeros(2**21).as_strided((2**20, 2**20), (1, 1)),
    "is no plain tensor": lambda: torch.quantize_per_tensor(torch.zeros(4), 1.0, 0, torch.qint8),
}


@pytest.mark.parametrize("said", TENSORS)
@pytest.mark.filterwarnings("ignore")
def test_tensors_that_are_no_plain_ones(said: str, tmp_path: Path) -> None:
    file = tmp_path / "a.pth"
    torch.save({"conv.weight": TENSORS[said](), "conv.bias": torch.zeros(4)}, file)
    with pytest.raises(Unusable, match=said):
        read(file)


def test_repeated_numbers_are_read(tmp_path: Path) -> None:
    """A grey kernel for three channels: torch keeps one and says that it is repeated."""
    grey = torch.rand(4, 1, 3, 3)
    torch.save({"conv.weight": grey.expand(4, 3, 3, 3)}, tmp_path / "a.pth")
    (entry,) = read(tmp_path / "a.pth")
    assert np.array_equal(entry.array, np.repeat(grey.numpy(), 3, 1))


def test_no_warning_of_torchs(tmp_path: Path) -> None:
    (tmp_path / "a.pth").write_bytes(pickle.dumps({"a": [1]}, protocol=4))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(Unusable):
            read(tmp_path / "a.pth")


# ---------------------------------------------------------------------------------- HDF5


def _in_itself(file: Any, other: Path) -> None:
    group = file.create_group("layers")
    group["again"], group["self"] = file["/"], group


def _soft(file: Any, other: Path) -> None:
    import h5py

    file["s"] = h5py.SoftLink("/s")


def _external(file: Any, other: Path) -> None:
    import h5py

    file["layers"] = h5py.ExternalLink(str(other), "/layers")


def _external_array(file: Any, other: Path) -> None:
    import h5py

    group = file.create_group("layers/dense/vars")
    group.attrs["name"] = "dense"
    group["0"] = h5py.ExternalLink(str(other), "/layers/dense/vars/0")


def _raw_data_elsewhere(file: Any, other: Path) -> None:
    group = file.create_group("layers/dense/vars")
    group.attrs["name"] = "dense"
    group.create_dataset("0", (4,), "f4", external=[(str(other), 0, 16)])


def _virtual(file: Any, other: Path) -> None:
    import h5py

    group = file.create_group("layers/dense/vars")
    group.attrs["name"] = "dense"
    layout = h5py.VirtualLayout((4,), "f4")
    layout[:] = h5py.VirtualSource(str(other), "layers/dense/vars/0", (4,))
    group.create_virtual_dataset("0", layout)


def _vast(file: Any, other: Path) -> None:
    group = file.create_group("layers/dense/vars")
    group.attrs["name"] = "dense"
    group.create_dataset("0", (2**20, 2**30), "f4", chunks=(64, 64))


def _no_numbers(file: Any, other: Path) -> None:
    group = file.create_group("layers/dense/vars")
    group.attrs["name"] = "dense"
    group["0"] = "words"


def _deep(file: Any, other: Path) -> None:
    group = file
    for _ in range(2000):
        group = group.create_group("a")


def _old_link(file: Any, other: Path) -> None:
    import h5py

    file.attrs["layer_names"] = ["dense"]
    file["dense"] = h5py.ExternalLink(str(other), "/")


def _old_nothing(file: Any, other: Path) -> None:
    file.attrs["layer_names"] = 3


FILES = {
    "layers/again of it is in another place too": _in_itself,
    "/s of it is a link to another place": _soft,
    "/layers of it is a link to another file": _external,
    "vars/0 of it is a link to another file": _external_array,
    "the numbers of /layers/dense/vars/0 are in another file": _raw_data_elsewhere,
    "are in another file": _virtual,
    "is 1048576x1073741824, and the file keeps 0 bytes": _vast,
    "is no array of numbers": _no_numbers,
    "no weights of layers": _deep,
    "/dense of it is a link to another file": _old_link,
    "it is no file of Keras's weights": _old_nothing,
}


@pytest.mark.parametrize("said", FILES)
def test_hdf5_that_leads_elsewhere(said: str, tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "other.weights.h5", "w") as other:
        group = other.create_group("layers/dense/vars")
        group.attrs["name"] = "dense"
        group["0"] = np.zeros(4, "float32")
        other.attrs["weight_names"] = ["layers/dense/vars/0"]
    with h5py.File(tmp_path / "a.weights.h5", "w") as file:
        FILES[said](file, tmp_path / "other.weights.h5")
    with pytest.raises(Unusable, match=said):
        read(tmp_path / "a.weights.h5")


def test_an_archive_of_another_making(tmp_path: Path) -> None:
    """Its config nests deeper than Python reads, and its weights lie."""
    with zipfile.ZipFile(tmp_path / "a.keras", "w") as archive:
        archive.writestr("config.json", "[" * 100_000)
        archive.writestr("model.weights.h5", b"no")
    with pytest.raises(Unusable, match="no HDF5 file"):
        read(tmp_path / "a.keras")


def test_shown_as_an_error(tmp_path: Path) -> None:
    """By the command, with its code, and no traceback."""
    torch.save({"a": torch.zeros(1).expand(2**31, 2**20)}, tmp_path / "a.pth")
    found = CliRunner().invoke(
        cli, ["weights", "show", str(tmp_path / "a.pth"), "--output-format", "json"]
    )
    assert found.exit_code == 1
    assert [d["code"] for d in json.loads(found.stderr or found.output)["diagnostics"]] == ["V151"]


# ---------------------------------------------------------------------------------- the numbers

NET = "net N { input 8x8x3 conv: conv(4, 3x3) }"


def _checked(tmp_path: Path, weight: Any) -> list[tuple[str, str]]:
    """Codes and severities of what a net says to that weight; numpy's own warnings are errors."""
    (tmp_path / "n.arch").write_text(NET, encoding="utf-8")
    torch.save({"conv.weight": weight, "conv.bias": torch.zeros(4)}, tmp_path / "a.pth")
    found = run(Request(file=str(tmp_path / "n.arch")))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fitted(found, Conversion(tmp_path / "a.pth"))
    return [(d.code, d.severity.value) for d in found.diagnostics]


@pytest.mark.parametrize("dtype", ["complex64", "bool"])
def test_no_real_numbers(dtype: str, tmp_path: Path) -> None:
    weight = torch.ones(4, 3, 3, 3, dtype=getattr(torch, dtype))
    assert _checked(tmp_path, weight) == [("V160", "error")]


@pytest.mark.parametrize(
    "weight",
    [
        torch.ones(4, 3, 3, 3, dtype=torch.int32),
        torch.full((4, 3, 3, 3), float("nan")),
        torch.full((4, 3, 3, 3), 1e300, dtype=torch.float64),
    ],
    ids=["whole", "nan", "beyond float32"],
)
def test_odd_numbers(weight: Any, tmp_path: Path) -> None:
    assert _checked(tmp_path, weight) == [("V161", "warning")]


def test_usual_numbers(tmp_path: Path) -> None:
    assert _checked(tmp_path, torch.zeros(4, 3, 3, 3)) == []
