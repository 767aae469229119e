"""Files of PyTorch: safetensors, and state dicts that torch.save wrote. Nothing is unpickled."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archdsl.weights.stored import Entry, Stored, Unusable, first_line
from archdsl.weights.unreadable import unreadable

if TYPE_CHECKING:
    import numpy as np

# what training tools put before every name
_PREFIXES = ("_orig_mod.", "module.")
# where checkpoints keep the weights among other things
_WITHIN = ("state_dict", "model_state_dict", "model_state", "model", "weights", "params")
_SAVED, _ENDINGS = "file that torch.save wrote", (".pth", ".pt")
# numbers that may be there by repeating others (`expand`), in all of a file
_REPEATED = 1 << 26


def read_safetensors(path: Path) -> Stored:
    """Raises Unusable."""
    from safetensors import SafetensorError, deserialize

    try:
        found = deserialize(path.read_bytes())  # type: ignore[no-untyped-call]
    except (SafetensorError, struct.error):
        raise unreadable(path, "safetensors file", (".safetensors",)) from None
    arrays: dict[str, np.ndarray] = {}
    for name, tensor in sorted(found):
        arrays[name] = _array(tensor["dtype"], tensor["shape"], bytes(tensor["data"]), name)
    return _stored(arrays, {name for name, tensor in found if tensor["dtype"] == "BF16"})


def _array(dtype: str, shape: list[int], data: bytes, name: str) -> np.ndarray:
    import numpy as np

    if dtype == "BF16":  # the upper half of a float32
        wide = np.frombuffer(data, "<u2").astype("<u4") << 16
        return wide.view("<f4").reshape(shape)
    kinds = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2"}
    kinds |= {"I8": "i1", "U8": "u1", "BOOL": "?"}
    if dtype not in kinds:
        raise Unusable(f"`{name}` is of the type {dtype}, which is not read")
    return np.frombuffer(data, kinds[dtype]).reshape(shape)


def read_pickled(path: Path) -> Stored:
    """A state dict that torch.save wrote, read by `torch.load(weights_only=True)`: any other
    object in it is refused. Raises Unusable."""
    from pickle import UnpicklingError

    import torch

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch tells of pickles that it then refuses
            found = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        if error.errno:
            raise
        raise unreadable(path, _SAVED, _ENDINGS) from None
    except UnpicklingError:
        with path.open("rb") as file:
            first = file.read(1)
        if first not in (b"\x80", b"P"):  # no pickle, and no archive of one
            raise unreadable(path, _SAVED, _ENDINGS) from None
        raise Unusable(
            "it holds more than tensors, and loading that could run any code",
            "save the state dict alone: torch.save(model.state_dict(), ..), or as safetensors",
        ) from None
    except Exception:  # whatever a file's bytes make torch stumble over
        raise unreadable(path, _SAVED, _ENDINGS) from None
    state = _state_within(found)
    return _stored(_arrays(state), {n for n, t in state.items() if t.dtype == torch.bfloat16})


def _state_within(found: Any) -> dict[str, Any]:
    import torch

    for _ in range(3):
        if isinstance(found, Mapping):
            tensors = {str(k): v for k, v in found.items() if isinstance(v, torch.Tensor)}
            if tensors:
                return tensors
            found = next((found[key] for key in _WITHIN if key in found), None)
    raise Unusable("it holds no state dict", "save one: torch.save(model.state_dict(), ..)")


def _arrays(state: Mapping[str, Any]) -> dict[str, np.ndarray]:
    room = _REPEATED
    found: dict[str, np.ndarray] = {}
    for name, tensor in state.items():
        try:
            room -= max(tensor.numel() - _kept(tensor), 0)
            if room < 0:
                size = "x".join(map(str, tensor.shape))
                raise Unusable(f"`{name}` is {size}, and the file keeps {_kept(tensor)} numbers")
            found[name] = _numpy(tensor)
        except (RuntimeError, TypeError, ValueError) as error:
            raise Unusable(
                f"`{name}` is no plain tensor: {first_line(error)}",
                "save dense tensors: `tensor.to_dense()` makes one of a sparse one",
            ) from None
    return found


def _kept(tensor: Any) -> int:
    """How many numbers the file has for a tensor; raises ValueError where it isn't dense."""
    import torch

    if tensor.is_meta:
        raise ValueError("it was on the meta device, which keeps no numbers")
    if tensor.layout != torch.strided:
        raise ValueError(f"its layout is {str(tensor.layout).removeprefix('torch.')}")
    size: int = tensor.untyped_storage().nbytes() // tensor.element_size()
    return size


def _numpy(tensor: Any) -> np.ndarray:
    import torch

    whole = tensor.detach().resolve_conj().resolve_neg()
    if whole.dtype == torch.bfloat16:
        whole = whole.float()
    array: np.ndarray = whole.contiguous().numpy()
    return array


def _stored(arrays: dict[str, np.ndarray], halves: Collection[str]) -> Stored:
    """halves: which were bfloat16, a type that numpy doesn't have."""
    notes = []
    kinds = {id(arrays[name]): "bfloat16" for name in halves}
    for prefix in _strippable(arrays):
        arrays = {name.removeprefix(prefix): array for name, array in arrays.items()}
        notes.append(f"`{prefix}` was stripped from the names")
    layers: dict[str, tuple[Entry, ...]] = {}
    for name, array in arrays.items():
        layer, dot, last = name.rpartition(".")
        kind = kinds.get(id(array), "")
        entry = Entry(layer if dot else name, last if dot else "", name, array, kind)
        layers[entry.layer] = (*layers.get(entry.layer, ()), entry)
    if not arrays:
        raise Unusable("there are no weights in it")
    return Stored("torch", layers, tuple(notes))


def _strippable(arrays: Mapping[str, object]) -> list[str]:
    """The prefixes that every name begins with, outermost first."""
    found: list[str] = []
    names = list(arrays)
    while names:
        prefix = next((p for p in _PREFIXES if all(n.startswith(p) for n in names)), None)
        if prefix is None:
            break
        found.append(prefix)
        names = [n.removeprefix(prefix) for n in names]
    return found


def write_safetensors(path: Path, state: Mapping[str, np.ndarray]) -> None:
    import numpy as np
    from safetensors.numpy import save_file

    whole = {name: np.array(array, order="C") for name, array in state.items()}
    save_file(whole, path, metadata={"format": "pt"})


def write_pickled(path: Path, state: Mapping[str, np.ndarray]) -> None:

    import numpy as np
    import torch

    tensors = {name: torch.from_numpy(np.array(array)) for name, array in state.items()}
    torch.save(tensors, path)
