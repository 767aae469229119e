"""Why a file can't be read, by what it begins with: what the libraries say of it is for their own
authors."""

from __future__ import annotations

import zipfile
from collections.abc import Collection
from pathlib import Path

from archdsl.weights.stored import Unusable

_AGAIN = "copy or download it again"
_SAVE = "save weights alone: torch.save(model.state_dict(), ..), or model.save_weights(..) of Keras"
_HDF5 = (".weights.h5", ".h5", ".hdf5")
_TORCH = (".pth", ".pt")
_TEXTS = {
    b"version https://git-lfs": ("a pointer of Git LFS to the file", "git lfs pull fetches it"),
    b"<!doctype html": ("a web page", _AGAIN),
    b"<html": ("a web page", _AGAIN),
}


def unreadable(path: Path, what: str, endings: Collection[str]) -> Unusable:
    """What is wrong with a file that can't be read as what its name says.

    what: a file of the format, for the message; endings: the format's
    """
    with path.open("rb") as file:
        head = file.read(256)
    if not head:
        return Unusable("it is empty", _AGAIN)
    for begin, (said, help) in _TEXTS.items():
        if head.lower().startswith(begin):
            return Unusable(f"it is {said}", help)
    found = _format(path, head)
    if found is None:
        return Unusable(f"it is no {what}", "look into it: a download may have failed")
    said, theirs = found
    if set(theirs) & set(endings):
        return Unusable("it is cut short or damaged", _AGAIN)
    return Unusable(f"it is {said}", f"rename it to end with {theirs[0]}" if theirs else _SAVE)


def _format(path: Path, head: bytes) -> tuple[str, tuple[str, ...]] | None:
    """What a file is, and the endings of such; without any, archdsl can't read it."""
    if head.startswith(b"\x89HDF\r\n\x1a\n"):
        return "an HDF5 file, as Keras writes them", _HDF5
    if head[8:9] == b"{" and int.from_bytes(head[:8], "little") < 1 << 27:
        return "a safetensors file", (".safetensors",)
    if head.startswith(b"PK\x03\x04"):
        return _archive(path)
    if head[:1] == b"\x80" and head[1:2] <= b"\x05":  # a pickle; torch.save wrote them bare once
        return "a file that torch.save wrote", _TORCH
    return None


def _archive(path: Path) -> tuple[str, tuple[str, ...]]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError):
        return "a zip archive, cut short or damaged", (*_TORCH, ".keras")
    if "model.weights.h5" in names:
        return "a model that Keras saved", (".keras",)
    if any(name.endswith("/constants.pkl") for name in names):
        return "a TorchScript program", ()
    if any(name.endswith("/data.pkl") for name in names):
        return "a file that torch.save wrote", _TORCH
    return "a zip archive without weights that torch.save or Keras wrote", ()
