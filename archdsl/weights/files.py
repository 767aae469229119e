"""A file's format by its name, and reading it."""

from __future__ import annotations

from pathlib import Path

from archdsl.weights import keras_files, torch_files
from archdsl.weights.stored import Stored, Unusable

# what a name ends with -> the framework whose format it is
FORMATS = {
    ".safetensors": "torch",
    ".pth": "torch",
    ".pt": "torch",
    ".weights.h5": "keras",
    ".keras": "keras",
}
READ_ALONE = {".h5": "keras", ".hdf5": "keras"}  # as Keras 2 wrote them

_READERS = {
    ".safetensors": torch_files.read_safetensors,
    ".pth": torch_files.read_pickled,
    ".pt": torch_files.read_pickled,
    ".keras": keras_files.read_archive,
    ".weights.h5": keras_files.read_hdf5,
    ".h5": keras_files.read_hdf5,
    ".hdf5": keras_files.read_hdf5,
}

PACKAGES = {
    ".safetensors": ("numpy", "safetensors"),
    ".pth": ("numpy",),
    ".pt": ("numpy",),
    ".keras": ("numpy", "h5py"),
    ".weights.h5": ("numpy", "h5py"),
    ".h5": ("numpy", "h5py"),
    ".hdf5": ("numpy", "h5py"),
}
"""What each format is read with, beside its framework."""


def format_of(name: str) -> str | None:
    """The longest of the known endings that the name has."""
    known = sorted((*FORMATS, *READ_ALONE), key=len, reverse=True)
    return next((suffix for suffix in known if name.lower().endswith(suffix)), None)


def read(path: Path) -> Stored:
    """What a file holds; raises Unusable and OSError."""
    suffix = format_of(path.name)
    if suffix is None:
        raise Unusable(
            "its name doesn't say its format", f"it ends with one of {', '.join(_READERS)}"
        )
    return _READERS[suffix](path)
