"""Builds a net in PyTorch and in another target, copies the weights by name, compares numbers.

Outputs in eval mode in both precisions, and in double precision the gradients of one step in
training mode, with nothing dropped. Gradients in single precision can't be compared: PyTorch's
differ by 1e-2 of the largest from its own in double precision.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from archdsl.ir import structure
from archdsl.ir.graph import Graph, Node
from archdsl.ir.places import places_of
from archdsl.targets import state
from archdsl.targets.precision import Single, singles
from archdsl.targets.running import Running, running
from archdsl.targets.torch.running import Running as TorchRunning

if TYPE_CHECKING:
    import numpy as np

# Largest difference that passes, as a share of the largest output or gradient.
BOUNDS = {"float32": 1e-5, "float64": 1e-10}
REFERENCE = "torch"


@dataclass(frozen=True, slots=True)
class Measured:
    """One comparison of all outputs, or of all gradients.

    difference: the largest, as a share of the largest number compared
    place:      the output, or the weight whose gradient it is, where it was found
    """

    what: str
    dtype: str
    difference: float
    bound: float
    place: str

    @property
    def ok(self) -> bool:
        return self.difference <= self.bound  # false of nan too


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was found of a net.

    about:   both frameworks with their versions
    differs: the first layer whose outputs (or, from the end, gradients) differ, on a failure
    single:  what the target computes in float32 in this net, whatever comes in
    """

    net: str
    target: str
    about: tuple[str, str]
    batch: int
    seed: int
    measured: tuple[Measured, ...]
    differs: Node | None
    single: tuple[Single, ...]

    @property
    def ok(self) -> bool:
        return all(one.ok for one in self.measured)


def compare(
    net: structure.Net,
    target: str,
    makers: Mapping[str, Callable[..., Any]],
    *,
    seed: int = 0,
    batch: int = 2,
    dtypes: Sequence[str] = ("float32", "float64"),
    gradients: bool = True,
) -> Comparison:
    """
    makers:    for the reference and the target the net's class or function, of the generated module
    dtypes:    in which outputs are compared
    gradients: compare those of a step too, in float64 where that is one of dtypes

    Raises LookupError for a target that can't be run.
    """
    import numpy as np

    both = _Pair(net.graph, target, makers)
    generator = np.random.default_rng(seed + 1)

    def draw(values: Sequence[int]) -> list[np.ndarray]:
        shapes = [net.graph.nodes[v].shape.channels_first for v in values]
        return [generator.standard_normal((batch, *shape)) for shape in shapes]

    inputs = draw([value for _, value in net.graph.inputs])
    wanted = draw(_outputs(net.graph))
    single = tuple(singles(net.graph, target, both.backend))
    double = not any(one.bound is None for one in single)
    settled = both.reference("float64", state.drawn(net.graph, seed))
    settled.settle(inputs)
    found = settled.state()
    measured: list[Measured] = []
    differs: Node | None = None
    for dtype in dtypes if double else ("float32",):
        arrays = _as(found, dtype)
        ours = settled if dtype == "float64" else both.reference(dtype, arrays)
        theirs = both.other(dtype, arrays)
        typed = [x.astype(dtype) for x in inputs]
        one = _by_outputs(
            net.graph, ours.outputs(typed), theirs.outputs(typed), both.bound(dtype, "outputs")
        )
        measured.append(one)
        if not one.ok and differs is None:
            differs = _first(net.graph, ours.layers(typed), theirs.layers(typed), one.bound)
        if dtype == "float64" and gradients:
            factors = [1.0] * len(net.graph.outputs) + [a.weight for a in net.graph.aux]
            grads = [side.gradients(inputs, wanted, factors) for side in (ours, theirs)]
            steps = _by_gradients(grads[0], grads[1], both.bound(dtype, "gradients"))
            measured.append(steps)
            if not steps.ok and differs is None:
                differs = _last(net.graph, grads[0], grads[1], steps.bound)
        about = ours.about(), theirs.about()
    return Comparison(net.name, target, about, batch, seed, tuple(measured), differs, single)


class _Pair:
    """Makes the net in the reference and in the other target."""

    def __init__(self, graph: Graph, target: str, makers: Mapping[str, Callable[..., Any]]) -> None:
        self._graph = graph
        self._target = target
        self._running = running(target)
        self._makers = makers
        self.backend = _backend(target)

    def reference(self, dtype: str, weights: Mapping[str, np.ndarray]) -> TorchRunning:
        made = TorchRunning(self._makers[REFERENCE], self._graph, dtype)
        made.load(_as(weights, dtype))
        return made

    def other(self, dtype: str, weights: Mapping[str, np.ndarray]) -> Running:
        made = self._running(self._makers[self._target], self._graph, dtype)
        made.load(weights)
        return made

    def bound(self, dtype: str, what: str) -> float:
        """What passes, in this precision, with what is computed in float32 anyway."""
        met = singles(self._graph, self._target, self.backend) if dtype == "float64" else ()
        some = [one for one in met if what == "gradients" or not one.gradients]
        return max([BOUNDS[dtype], *(one.bound for one in some if one.bound is not None)])


def _backend(target: str) -> str:
    """The engine that a target runs on, where it has several."""
    if target != "keras":
        return ""
    import keras

    return str(keras.backend.backend())


def _outputs(graph: Graph) -> list[int]:
    return [value for _, value in graph.outputs] + [head.value for head in graph.aux]


def _as(arrays: Mapping[str, np.ndarray], dtype: str) -> dict[str, np.ndarray]:
    return {n: a.astype(dtype) if a.dtype.kind == "f" else a for n, a in arrays.items()}


def _by_outputs(
    graph: Graph, ours: Sequence[np.ndarray], theirs: Sequence[np.ndarray], bound: float
) -> Measured:
    """Each output against its own largest element; both of the shape that was inferred."""
    shapes = [graph.nodes[value].shape.channels_first for value in _outputs(graph)]
    labels = [label or "main" for label, _ in graph.outputs] + [a.label for a in graph.aux]
    worst, place = 0.0, labels[0]
    for label, shape, a, b in zip(labels, shapes, ours, theirs, strict=True):
        found = _share(a, b) if a.shape[1:] == shape else float("inf")
        if not found <= worst:
            worst, place = found, label
    return Measured("outputs", str(ours[0].dtype), worst, bound, place)


def _by_gradients(
    ours: Mapping[str, np.ndarray], theirs: Mapping[str, np.ndarray], bound: float
) -> Measured:
    """All gradients against the largest element of any."""
    import numpy as np

    largest = max((float(np.abs(g).max()) for g in ours.values() if g.size), default=0.0)
    worst, place = 0.0, ""
    for name, gradient in ours.items():
        found = _share(gradient, theirs.get(name), largest)
        if not found <= worst:
            worst, place = found, name
    return Measured("gradients", "float64", worst, bound, place)


def _share(ours: np.ndarray, theirs: np.ndarray | None, largest: float | None = None) -> float:
    """The largest difference by the largest number; infinity where shapes differ."""
    import numpy as np

    if theirs is None or ours.shape != theirs.shape:
        return float("inf")
    if not ours.size:
        return 0.0
    scale = float(np.abs(ours).max()) if largest is None else largest
    difference = float(np.abs(ours - theirs).max())
    return difference / scale if scale else difference


def _first(
    graph: Graph,
    ours: Mapping[str, np.ndarray],
    theirs: Mapping[str, np.ndarray],
    bound: float,
) -> Node | None:
    """The first layer, of those that both tell apart, whose output differs."""
    for node in graph:
        told = node.path in ours and node.path in theirs
        if told and not _share(ours[node.path], theirs[node.path]) <= bound:
            return node
    return None


def _last(
    graph: Graph,
    ours: Mapping[str, np.ndarray],
    theirs: Mapping[str, np.ndarray],
    bound: float,
) -> Node | None:
    """Gradients flow backwards: the last layer that differs is the first one."""
    import numpy as np

    largest = max((float(np.abs(g).max()) for g in ours.values() if g.size), default=0.0)
    for node in reversed(graph.nodes):
        for place in places_of(node, graph):
            name = place.name
            if name in ours and not _share(ours[name], theirs.get(name), largest) <= bound:
                return node
    return None
