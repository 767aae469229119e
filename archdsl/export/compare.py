"""What a file gives beside what its model gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from archdsl.export import BOUND, NotExported
from archdsl.ir.graph import Graph

if TYPE_CHECKING:
    import numpy as np


def drawn(graph: Graph, batch: int, *, channels_last: bool) -> list[np.ndarray]:
    """Inputs of a standard normal, in float32, always the same."""
    import numpy as np

    generator = np.random.default_rng(batch)
    shapes = [graph.nodes[value].shape for _, value in graph.inputs]
    sizes = [s.channels_last if channels_last else s.channels_first for s in shapes]
    return [generator.standard_normal((batch, *s), dtype=np.float32) for s in sizes]


def require_equal(runtime: str, given: Sequence[np.ndarray], wanted: Sequence[np.ndarray]) -> None:
    """Raises NotExported where the shapes or the numbers aren't the same."""
    import numpy as np

    shapes = [a.shape for a in given], [a.shape for a in wanted]
    if shapes[0] != shapes[1]:
        raise NotExported(f"{runtime} gives outputs of {shapes[0]}, the model {shapes[1]}")
    for ours, theirs in zip(given, wanted, strict=True):
        largest = float(np.abs(theirs).max())
        if not np.isfinite(largest):
            raise NotExported("the model's own outputs are not finite numbers")
        difference = float(np.abs(ours - theirs).max()) / (largest or 1.0)
        if not difference <= BOUND:
            raise NotExported(
                f"{runtime} gives outputs that differ by {difference:.1e} of the largest, "
                f"more than {BOUND:g}"
            )
