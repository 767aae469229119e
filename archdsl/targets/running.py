"""Running the models of a target: what `archdsl verify` needs of one.

A target that can be verified has a module `archdsl.targets.<target>.running` with a class
`Running`. Everything that goes in and comes out is of numpy, as PyTorch has it: names of weights by
path, their layouts, maps with the channels first, whatever the framework has inside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from archdsl.ir.graph import Graph

if TYPE_CHECKING:
    import numpy as np


class Running(Protocol):
    """One net in one framework and precision."""

    def __init__(self, make: Callable[..., Any], graph: Graph, dtype: str) -> None:
        """
        make:  the net's class or function, of the generated module
        dtype: "float32" or "float64", of the weights and of all that is computed
        """
        ...

    def about(self) -> str:
        """The framework and its version: "keras 3.15.1 on tensorflow 2.21.0"."""
        ...

    def load(self, state: Mapping[str, np.ndarray]) -> None:
        """Takes the weights of a state_dict, each by its name."""
        ...

    def outputs(self, inputs: Sequence[np.ndarray]) -> list[np.ndarray]:
        """In eval mode: the outputs in the graph's order, then those of the side heads."""
        ...

    def layers(self, inputs: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
        """In eval mode: what layers give, by path, of as many as the framework can tell apart."""
        ...

    def gradients(
        self,
        inputs: Sequence[np.ndarray],
        wanted: Sequence[np.ndarray],
        factors: Sequence[float],
    ) -> dict[str, np.ndarray]:
        """In training mode, nothing dropped: gradients of the weights, by their names.

        They are those of the sum of factor * mean((output - wanted) ** 2) / 2 over all outputs.
        """
        ...


def running(target: str) -> type[Running]:
    """The class of a target; raises LookupError where it can't be run."""
    name = f"archdsl.targets.{target}.running"
    try:
        found: type[Running] = import_module(name).Running
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise LookupError(target) from None
    return found
