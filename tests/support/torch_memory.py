"""What PyTorch really holds: what autograd saves, and the bytes alive while a network runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.autograd.graph import saved_tensors_hooks
from torch.multiprocessing.reductions import StorageWeakRef
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


def _own(module: torch.nn.Module) -> set[int]:
    """The pieces of memory that weights and buffers are in."""
    return {t.untyped_storage()._cdata for t in [*module.parameters(), *module.buffers()]}


def saved_bytes(module: torch.nn.Module, inputs: Sequence[torch.Tensor]) -> int:
    """Bytes that autograd keeps after a forward pass of training, each piece of memory once."""
    own = _own(module)
    found: dict[int, Any] = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        piece = tensor.untyped_storage()
        if piece._cdata not in own:
            found[piece._cdata] = piece
        return tensor

    module.train()
    with saved_tensors_hooks(pack, lambda tensor: tensor):
        module(*inputs)
    return sum(piece.nbytes() for piece in found.values())


class _Alive(TorchDispatchMode):
    """Looks after each operation at what is still alive, and keeps the most."""

    def __init__(self, ignored: set[int]) -> None:
        super().__init__()
        self.ignored = ignored
        self.alive: dict[int, tuple[StorageWeakRef, int]] = {}
        self.peak = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        out = func(*args, **(kwargs or {}))
        for leaf in tree_leaves((args, out)):
            if isinstance(leaf, torch.Tensor):
                piece = leaf.untyped_storage()
                if piece._cdata not in self.ignored:
                    self.alive[piece._cdata] = StorageWeakRef(piece), piece.nbytes()
        self.alive = {at: it for at, it in self.alive.items() if not it[0].expired()}
        self.peak = max(self.peak, sum(size for _, size in self.alive.values()))
        return out


def _peak(module: torch.nn.Module, call: Callable[[], object], ignored: set[int]) -> int:
    with torch.no_grad(), _Alive(_own(module) | ignored) as mode:
        call()
    return mode.peak


class _Owner(torch.fx.Interpreter):
    """Frees each value after its last use, the inputs too: it computes on copies of its own."""

    def placeholder(self, target: Any, args: Any, kwargs: Any) -> Any:
        return super().placeholder(target, args, kwargs).clone()


def peak_bytes(module: torch.nn.Module, inputs: Sequence[torch.Tensor]) -> int:
    """The most bytes alive at inference, each value of the exported graph freed after its last
    use; without the weights and without the caller's own inputs."""
    module.eval()
    graph = torch.export.export(module, tuple(inputs)).module()
    theirs = {x.untyped_storage()._cdata for x in inputs}
    run = _Owner(graph, garbage_collect_values=True).run
    return _peak(graph, lambda: run(*inputs), theirs)


def eager_peak_bytes(module: torch.nn.Module, inputs: Sequence[torch.Tensor]) -> int:
    """The same of the module as it is called: a local variable holds its value until it is
    assigned again."""
    module.eval()
    return _peak(module, lambda: module(*inputs), set())
