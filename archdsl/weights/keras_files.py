"""Files of Keras, read without Keras: `.weights.h5`, `.keras`, and HDF5 of older versions."""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from archdsl.weights.stored import Entry, Stored, Unusable, first_line
from archdsl.weights.unreadable import unreadable

if TYPE_CHECKING:
    import numpy as np

_MODEL = "model that Keras saved"
_WITH_KERNEL = frozenset(
    ("Dense", *(f"{kind}{n}D" for kind in ("Conv", "DepthwiseConv") for n in (1, 2, 3)))
)
_VARIABLES = "vars"
_PACKED = 1100  # how much smaller HDF5's filters make an array at most, rounded up


def read_hdf5(path: Path) -> Stored:
    """`.weights.h5`, or `.h5` as Keras 2 wrote it. Raises Unusable."""
    try:
        return _read(path)
    except OSError as error:
        if error.errno:
            raise
        raise unreadable(path, "HDF5 file", (".weights.h5", ".h5", ".hdf5")) from None


def read_archive(path: Path) -> Stored:
    """`.keras`: the weights within. Raises Unusable."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if "model.weights.h5" not in names:
                raise unreadable(path, _MODEL, (".keras",))
            data = archive.read("model.weights.h5")
            config = archive.read("config.json") if "config.json" in names else b"{}"
    except (zipfile.BadZipFile, zlib.error, EOFError):
        raise unreadable(path, _MODEL, (".keras",)) from None
    except RuntimeError as error:  # encrypted, of another method
        raise Unusable(f"its archive can't be read: {first_line(error)}") from None
    try:
        return _read(io.BytesIO(data), _layers_of(config))
    except OSError:
        raise Unusable(
            "the model.weights.h5 within it is no HDF5 file, or a damaged one",
            "save the model again, or copy it again",
        ) from None


def _read(file: Path | io.BytesIO, layers: Mapping[str, _Layer] | None = None) -> Stored:
    """Raises Unusable, and OSError where it is no HDF5."""
    import h5py

    try:
        with h5py.File(file, "r") as found:
            named = found.get("model_weights", getlink=True) is not None
            old = _at(found, "model_weights") if named else found
            entries = _old(old) if "layer_names" in old.attrs else _new(found, layers or {})
    except (RuntimeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unusable(f"it is no file of Keras's weights: {first_line(error)}") from None
    by_layer: dict[str, tuple[Entry, ...]] = {}
    for entry in entries:
        by_layer[entry.layer] = (*by_layer.get(entry.layer, ()), entry)
    if not by_layer:
        raise Unusable("there are no weights of layers in it")
    return Stored("keras", by_layer)


def _new(file: Any, layers: Mapping[str, _Layer]) -> list[Entry]:
    """Keras 3: layers/<class>_<n>/vars/<number>, the layer's own name beside them."""
    found: list[Entry] = []
    seen: dict[str, str] = {}
    for path, variables in _groups(file):
        if not path.startswith("layers/") or not len(variables):
            continue  # the optimizer's, the metrics'
        layer = layers.get(path, _Layer(""))
        name = _text(variables.attrs.get("name", "")) or layer.name
        if not name:
            raise Unusable(
                f"it doesn't say the name of its layer {path.removeprefix('layers/')}",
                "save it with a newer Keras, or the whole model as .keras",
            )
        if seen.setdefault(name, path) != path:
            raise Unusable(f"two of its layers are called {name}")
        numbers = sorted(variables.keys(), key=lambda k: (len(k), k))
        told = layer.name == name and len(layer.arrays) == len(numbers)
        for n, word in zip(numbers, layer.arrays if told else numbers, strict=True):
            data = _at(variables, n)
            found.append(Entry(name, n, f"{name}/{word}", _array(data), _kept(data)))
    return found


def _groups(file: Any) -> Iterator[tuple[str, Any]]:
    """The groups of variables, by the paths of what they belong to; each once, whatever its
    links say."""
    import h5py

    waiting = [("", file)]
    known = {file.id}
    while waiting:
        path, group = waiting.pop()
        if path.rpartition("/")[2] == _VARIABLES:
            yield path.rpartition("/")[0], group
            continue
        inner = [(f"{path}/{key}" if path else key, _at(group, key)) for key in group]
        groups = [(place, found) for place, found in inner if isinstance(found, h5py.Group)]
        for place, found in groups:
            if found.id in known:
                raise Unusable(f"{place} of it is in another place too")
            known.add(found.id)
        waiting += reversed(groups)


def _at(group: Any, path: str) -> Any:
    """What is within a group. Links that name a place are not followed: in a file of another's
    making they lead in circles, or to other files."""
    import h5py

    for part in path.split("/"):
        link = group.get(part, getlink=True)
        if link is None:
            raise KeyError(f"it has no {path}")
        if not isinstance(link, h5py.HardLink):
            other = isinstance(link, h5py.ExternalLink)
            where = "another file" if other else "another place"
            raise Unusable(f"{group.name.rstrip('/')}/{part} of it is a link to {where}")
        group = group[part]
    return group


class _Layer(NamedTuple):
    """A layer's own name, and what its arrays are called where its class is a usual one."""

    name: str
    arrays: tuple[str, ...] = ()


def _layers_of(config: bytes) -> dict[str, _Layer]:
    """Where each layer of a flat model is in its file: by its class, counted."""
    try:
        layers = json.loads(config)["config"]["layers"]
        known = [(str(layer["class_name"]), dict(layer["config"])) for layer in layers]
        names = [str(own["name"]) for _, own in known]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    found: dict[str, _Layer] = {}
    counts: dict[str, int] = {}
    for (kind, own), name in zip(known, names, strict=True):
        word = _snake(kind)
        n = counts.get(word, 0)
        counts[word] = n + 1
        found[f"layers/{word}_{n}" if n else f"layers/{word}"] = _Layer(name, _arrays(kind, own))
    return found


def _arrays(kind: str, own: Mapping[str, Any]) -> tuple[str, ...]:
    """What the arrays of a layer are called, in the order of its file."""
    if kind == "BatchNormalization":
        made = [("gamma", own.get("scale", True)), ("beta", own.get("center", True))]
        return (*(word for word, there in made if there), "moving_mean", "moving_variance")
    if kind in _WITH_KERNEL:
        return ("kernel", *["bias"] * bool(own.get("use_bias", True)))
    return ("alpha",) if kind == "PReLU" else ()


def _snake(name: str) -> str:
    """As Keras makes a file's names of its classes'."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def _old(file: Any) -> list[Entry]:
    """Keras 2: <layer>/<variable>:0, listed in attributes. Published weights are such files."""
    found = []
    for layer in map(_text, file.attrs["layer_names"]):
        group = _at(file, layer)
        for key in map(_text, group.attrs["weight_names"]):
            name = key.rpartition("/")[2].partition(":")[0]
            data = _at(group, key)
            found.append(Entry(layer, name, f"{layer}/{name}", _array(data), _kept(data)))
    return found


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _kept(data: Any) -> str:
    """The type, where numpy has none such: two bytes without a type are kept for it."""
    return "bfloat16" if _text(data.attrs.get("dtype", "")) == "bfloat16" else ""


def _array(data: Any) -> np.ndarray:
    """Raises Unusable where the numbers aren't in the file."""
    import h5py
    import numpy as np

    if not isinstance(data, h5py.Dataset) or data.dtype.kind not in "biufcV":
        raise Unusable(f"{data.name} of it is no array of numbers")
    if data.external or data.is_virtual:
        raise Unusable(f"the numbers of {data.name} are in another file")
    kept = data.id.get_storage_size()
    if data.nbytes > kept * _PACKED:
        size = "x".join(map(str, data.shape))
        raise Unusable(f"{data.name} of it is {size}, and the file keeps {kept} bytes for that")
    found = np.array(data)
    if _kept(data) and found.itemsize == 2:
        wide = found.view("<u2").astype("<u4") << 16
        return wide.view("<f4").reshape(found.shape)
    if found.dtype.kind == "V":
        raise Unusable(f"{data.name} of it is no array of numbers")
    return found
