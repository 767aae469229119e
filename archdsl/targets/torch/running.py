"""Running generated PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from archdsl.ir.graph import Graph

if TYPE_CHECKING:
    import numpy as np


class Running:
    """A generated nn.Module; see archdsl.targets.running."""

    def __init__(self, make: Callable[..., Any], graph: Graph, dtype: str) -> None:
        import torch

        self._torch = torch
        self._graph = graph
        self._dtype = getattr(torch, dtype)
        self.model = make().to(self._dtype)

    def about(self) -> str:
        return f"torch {self._torch.__version__.partition('+')[0]}"

    def load(self, state: Mapping[str, np.ndarray]) -> None:
        # A copy each: one made of an array would share its memory, which is read-only perhaps.
        tensors = {name: self._torch.tensor(array) for name, array in state.items()}
        self.model.load_state_dict(tensors, strict=True)

    def state(self) -> dict[str, np.ndarray]:
        """The weights and running figures as they are now."""
        return {name: _array(value) for name, value in self.model.state_dict().items()}

    def settle(self, inputs: Sequence[np.ndarray]) -> None:
        """Gives batch norms running figures by which these inputs' values stay near 1 in size.

        With any others they grow or vanish from layer to layer as in no trained net. All channels
        of a layer are scaled by one figure, of which each keeps its own share. By figures of their
        own those that come out weak would be made strong again in every layer, and their rounding
        with them: in MobileNetV1 by 1.3 a block, until PyTorch with and without oneDNN differed by
        2e-5 of the largest output, and by 8e-7 with one figure. It is the mean square, not the
        variance: what random layers give varies little beside its mean, and to subtract that would
        leave little more than rounding.
        """
        hooks = [
            module.register_forward_pre_hook(self._settled)
            for module in self.model.modules()
            if isinstance(module, self._torch.nn.modules.batchnorm._BatchNorm)
        ]
        try:
            self.outputs(inputs)
        finally:
            for hook in hooks:
                hook.remove()

    def _settled(self, module: Any, args: tuple[Any, ...]) -> None:
        (x,) = args
        square = (x**2).mean() + 1e-3
        module.running_mean.mul_(square.sqrt())
        module.running_var.mul_(square)

    def outputs(self, inputs: Sequence[np.ndarray]) -> list[np.ndarray]:
        self.model.eval()
        self.model.training = bool(self._graph.aux)  # only itself: its side heads, nothing dropped
        with self._torch.no_grad():
            return [_array(value) for value in _listed(self.model(*self._tensors(inputs)))]

    def layers(self, inputs: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
        found: dict[str, np.ndarray] = {}
        paths = {node.path for node in self._graph}
        hooks = []
        for name, module in self.model.named_modules():
            if name in paths:

                def keep(_: Any, __: Any, value: Any, name: str = name) -> None:
                    found[name] = _array(value)

                hooks.append(module.register_forward_hook(keep))
        try:
            self.outputs(inputs)
        finally:
            for hook in hooks:
                hook.remove()
        return found

    def gradients(
        self,
        inputs: Sequence[np.ndarray],
        wanted: Sequence[np.ndarray],
        factors: Sequence[float],
    ) -> dict[str, np.ndarray]:
        if not any(True for _ in self.model.parameters()):
            return {}
        for module in self.model.modules():
            dropout = isinstance(module, self._torch.nn.modules.dropout._DropoutNd)
            if dropout or type(module).__name__ == "DropPath":
                module.p = 0.0
        self.model.train()
        outputs = _listed(self.model(*self._tensors(inputs)))
        terms = zip(outputs, self._tensors(wanted), factors, strict=True)
        loss = sum(factor * ((out - want) ** 2).mean() / 2 for out, want, factor in terms)
        self.model.zero_grad()
        loss.backward()
        return {
            name: _array(self._torch.zeros_like(p) if p.grad is None else p.grad)
            for name, p in self.model.named_parameters()
        }

    def _tensors(self, arrays: Sequence[np.ndarray]) -> list[Any]:
        return [self._torch.tensor(array, dtype=self._dtype) for array in arrays]


def _listed(made: Any) -> list[Any]:
    return list(made) if isinstance(made, tuple) else [made]


def _array(value: Any) -> np.ndarray:
    found: np.ndarray = value.detach().numpy().copy()
    return found
