"""Files of Keras, read without Keras: `.weights.h5`, `.keras`, and HDF5 of older versions."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archdsl.weights.stored import Entry, Stored, Unusable, first_line

if TYPE_CHECKING:
    import numpy as np

_VARIABLES = "vars"


def read_hdf5(path: Path) -> Stored:
    """`.weights.h5`, or `.h5` as Keras 2 wrote it. Raises Unusable."""
    return _read(path)


def read_archive(path: Path) -> Stored:
    """`.keras`: the weights within. Raises Unusable."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if "model.weights.h5" not in names:
                raise Unusable("it is no model that Keras saved: it has no model.weights.h5")
            data = archive.read("model.weights.h5")
            config = archive.read("config.json") if "config.json" in names else b"{}"
    except zipfile.BadZipFile:
        raise Unusable("it is no .keras file: those are zip archives") from None
    return _read(io.BytesIO(data), _names_of(config))


def _read(file: Path | io.BytesIO, names: dict[str, str] | None = None) -> Stored:
    try:
        import h5py
    except ModuleNotFoundError:
        raise Unusable("h5py is not installed", 'pip install "archdsl[keras]"') from None
    try:
        with h5py.File(file, "r") as found:
            old = found.get("model_weights", found)
            entries = _old(old) if "layer_names" in old.attrs else _new(found, names or {})
    except OSError as error:
        raise Unusable(f"it is no HDF5 file: {first_line(error)}") from None
    layers: dict[str, tuple[Entry, ...]] = {}
    for entry in entries:
        layers[entry.layer] = (*layers.get(entry.layer, ()), entry)
    if not layers:
        raise Unusable("there are no weights of layers in it")
    return Stored("keras", layers)


def _new(file: Any, names: dict[str, str]) -> list[Entry]:
    """Keras 3: layers/<class>_<n>/vars/<number>, the layer's own name beside them."""
    found: list[Entry] = []
    seen: dict[str, str] = {}

    def visit(group: Any, path: str) -> None:
        for key, inner in group.items():
            place = f"{path}/{key}" if path else key
            if not hasattr(inner, "keys"):
                continue
            if key != _VARIABLES:
                visit(inner, place)
                continue
            if not path.startswith("layers/") or not len(inner):
                continue  # the optimizer's, the metrics'
            name = _text(inner.attrs.get("name", "")) or names.get(path, "")
            if not name:
                raise Unusable(
                    f"it doesn't say the name of its layer {path.removeprefix('layers/')}",
                    "save it with a newer Keras, or the whole model as .keras",
                )
            if seen.setdefault(name, path) != path:
                raise Unusable(f"two of its layers are called {name}")
            numbers = sorted(inner.keys(), key=lambda k: (len(k), k))
            found.extend(Entry(name, n, f"{name}/{n}", _array(inner[n])) for n in numbers)

    visit(file, "")
    return found


def _names_of(config: bytes) -> dict[str, str]:
    """Where each layer of a flat model is in its file: by its class, counted."""
    try:
        layers = json.loads(config)["config"]["layers"]
        pairs = [(layer["class_name"], layer["config"]["name"]) for layer in layers]
    except (ValueError, KeyError, TypeError):
        return {}
    found: dict[str, str] = {}
    counts: dict[str, int] = {}
    for kind, name in pairs:
        word = _snake(kind)
        n = counts.get(word, 0)
        counts[word] = n + 1
        found[f"layers/{word}_{n}" if n else f"layers/{word}"] = name
    return found


def _snake(name: str) -> str:
    """As Keras makes a file's names of its classes'."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def _old(file: Any) -> list[Entry]:
    """Keras 2: <layer>/<variable>:0, listed in attributes. Published weights are such files."""
    found = []
    for layer in map(_text, file.attrs["layer_names"]):
        for key in map(_text, file[layer].attrs["weight_names"]):
            name = key.rpartition("/")[2].partition(":")[0]
            found.append(Entry(layer, name, f"{layer}/{name}", _array(file[layer][key])))
    return found


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _array(data: Any) -> np.ndarray:
    import numpy as np

    found = np.array(data)
    if data.attrs.get("dtype") == "bfloat16":  # kept as two bytes without a type
        wide = found.view("<u2").astype("<u4") << 16
        return wide.view("<f4").reshape(found.shape)
    return found
