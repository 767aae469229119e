"""Weights that an export takes: those of the net, of files that hold nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import archdsl
from archdsl.export.state import BadWeights, read_state

torch = pytest.importorskip("torch")

NET = archdsl.loads("net N { input 4x4x2 conv(3, 3x3) -> layer_scale(1e-6) -> bn }").net()
STATE = {
    "conv.weight": (3, 2, 3, 3),
    "conv.bias": (3,),
    "layer_scale": (3, 1, 1),
    **{f"bn.{name}": (3,) for name in ("weight", "bias", "running_mean", "running_var")},
}


def tensors() -> dict[str, torch.Tensor]:
    draws = torch.Generator().manual_seed(0)
    return {name: torch.rand(shape, generator=draws) for name, shape in STATE.items()}


@pytest.mark.parametrize("ending", [".pth", ".safetensors"])
def test_every_weight_is_read(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"net{ending}"
    if ending == ".pth":
        torch.save({f"module.{name}": tensor for name, tensor in tensors().items()}, path)
    else:
        from safetensors.torch import save_file

        save_file(tensors(), path)
    state = read_state(path, NET.graph)
    assert state.keys() == STATE.keys()
    for name, tensor in tensors().items():
        np.testing.assert_array_equal(state[name], tensor.numpy())
        assert state[name].flags.writeable


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"conv.bias": torch.zeros(4)}, "conv.bias"),
        ({"conv.bias": torch.zeros(3).to_sparse()}, "no plain tensor"),
        ({"conv.bias": torch.zeros(3, device="meta")}, "meta device"),
        ({"conv.more": torch.zeros(3)}, "the net has no `conv.more`"),
        ({"conv.bias": [1, 2, 3]}, ""),
    ],
)
def test_what_is_none_of_the_nets_weights(
    changed: dict[str, object], said: str, tmp_path: Path
) -> None:
    torch.save(tensors() | changed, tmp_path / "net.pth")
    with pytest.raises(BadWeights, match=said):
        read_state(tmp_path / "net.pth", NET.graph)


def test_what_is_no_file_of_weights(tmp_path: Path) -> None:
    (tmp_path / "net.pth").write_bytes(b"\x80\x04K\x01.")
    (tmp_path / "net.bin").write_bytes(b"")
    for name, said in {
        "net.pth": "",
        "net.bin": "ends with none",
        "no.pth": "no such file",
    }.items():
        with pytest.raises(BadWeights, match=said):
            read_state(tmp_path / name, NET.graph)
