"""What a file holds, brought to a net's places: by names alone, never by order and shape.

Input: what a file holds, a net's graph, the renaming of a map. Output: arrays by the net's names,
in PyTorch's layout, and what was done with each. What doesn't fit is an error.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archdsl.diagnostics import Diagnostics
from archdsl.elaborate.problems import Poisoned, Problem
from archdsl.ir.graph import Graph
from archdsl.ir.places import Place, places
from archdsl.targets.keras.names import layer_name
from archdsl.targets.keras.weights import WeightError, to_keras, to_torch, twins
from archdsl.weights import adapting, codes
from archdsl.weights.mapping import Renaming
from archdsl.weights.misfits import Misfits, Stranger
from archdsl.weights.oddities import Oddities
from archdsl.weights.stored import Entry, Stored

if TYPE_CHECKING:
    import numpy as np

_TRACKED = "num_batches_tracked"  # batch norm's count of batches: PyTorch's alone
_KERAS_NAMES = {"depthwise_kernel": "kernel", "pointwise_kernel": "kernel"}


@dataclass
class Fitted:
    """The weights of a net, and where they are from.

    state:   arrays by the net's names
    taken:   names that got an array of the file
    adapted: names whose array was changed beyond its layout, and how
    made:    names that the file has nothing for, and what is there now
    left:    the file's names that are not used, and why
    notes:   what was done to all of them
    fresh:   names that begin anew: a new head's
    """

    state: dict[str, np.ndarray] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    adapted: dict[str, str] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    fresh: list[str] = field(default_factory=list)


class _Fitting:
    def __init__(
        self,
        graph: Graph,
        stored: Stored,
        renaming: Renaming | None,
        head: bool,
        name: str,
        net: str,
    ) -> None:
        self.graph, self.stored, self.renaming, self.head = graph, stored, renaming, head
        self.file, self.net = name, net
        self.places = {place.name: place for place in places(graph)}
        self.paths = {place.node.path: place.node for place in self.places.values()}
        self.by_layer = {layer_name(path): path for path in self.paths}
        self.fitted = Fitted(notes=list(stored.notes))
        self.sources: dict[str, str] = {}
        self.strangers: list[Stranger] = []
        self.oddities = Oddities()
        self.shapes = Diagnostics()
        self.problems = Diagnostics()

    # ------------------------------------------------------------------ each array to its place

    def entries(self) -> None:
        for layer, entries in self.stored.layers.items():
            if self.stored.framework == "keras":
                self._keras_layer(layer, entries)
            else:
                for entry in entries:
                    self._torch_entry(entry)

    def _renamed(self, name: str) -> tuple[bool, str | None]:
        if self.renaming is None:
            return True, name
        try:
            return self.renaming.target(name)
        except Problem as problem:
            if self.renaming.is_shipped:  # past the last layer: of another net
                return False, None
            problem.report(self.problems)
        except Poisoned:
            pass
        return True, None

    def _torch_entry(self, entry: Entry) -> None:
        known, path = self._renamed(entry.layer) if entry.layer else (False, None)
        name = f"{path}.{entry.name}" if entry.name else path
        if self.renaming is not None and name not in self.places:
            whole, lone = self._renamed(entry.key)  # one that is a layer by itself
            if whole and lone in self.places:
                known, path, name = True, lone, lone
        if known and path is None:
            self.fitted.left[entry.key] = "the map leaves it out"
        elif not known or name not in self.places:
            if entry.name == _TRACKED:
                self.fitted.left[entry.key] = "the net keeps no such count"
            else:
                self.strangers.append(Stranger(entry, path))
        else:
            assert name is not None
            self._put(self.places[name], entry, entry.array)

    def _keras_layer(self, layer: str, entries: tuple[Entry, ...]) -> None:
        known, path = self._renamed(layer)
        if self.renaming is None:
            path = self.by_layer.get(layer)
        if known and path is None and self.renaming is not None:
            self.fitted.left |= {e.key: "the map leaves it out" for e in entries}
            return
        if not known or path not in self.paths:
            self.strangers += [Stranger(e, path) for e in entries]
            return
        assert path is not None
        node = self.paths[path]
        own = twins(self.graph, node)
        names = {place.weight.keras: place for place in own}
        for number, entry in enumerate(entries):
            word = _KERAS_NAMES.get(entry.name, entry.name)
            place = names.get(word)
            if entry.name.isdigit():
                place = own[number] if number < len(own) else None
            if place is None:
                if word == "count" or (node.op.keyword == "standardize" and number == len(own)):
                    self.fitted.left[entry.key] = "Keras's own count"
                else:
                    self.strangers.append(Stranger(entry, path))
                continue
            try:
                array = entry.array
                grouped = adapting.depthwise(array, place)
                if grouped is not None:
                    array = grouped
                    self.fitted.adapted[place.name] = (
                        "the kernel of a convolution in groups as a depthwise one"
                    )
                array = to_torch(self.graph, place, array)
            except (WeightError, ValueError):
                array = entry.array
                self._other_shape(place, entry, array)
                continue
            self._put(place, entry, array)

    def _put(self, place: Place, entry: Entry, array: np.ndarray) -> None:
        first = self.sources.setdefault(place.name, entry.key)
        if first != entry.key:
            self.problems.error(
                codes.TWO_FOR_ONE,
                f"{first} and {entry.key} of {self.file} would both be {place.name}",
                None,
            )
            return
        if self.oddities.is_unreal(entry, array, place):
            return
        found = adapting.number(array, place.weight.dtype)
        if found.shape != place.weight.shape:
            changed = adapting.reshaped(found, place, self.graph, self.head)
            if changed is None:
                self._other_shape(place, entry, found)
                return
            adapted, how = changed
            if adapted is None:
                self.fitted.fresh.append(place.name)
                self.fitted.made[place.name] = how
                self.fitted.left[entry.key] = "of other classes"
                return
            found = adapted
            self.fitted.adapted[place.name] = how
        self.oddities.look(entry, found, place)
        self.fitted.state[place.name] = found
        self.fitted.taken.append(place.name)

    def _other_shape(self, place: Place, entry: Entry, array: np.ndarray) -> None:
        there, here = entry.array.shape, place.weight.shape
        if self.stored.framework == "keras":
            import numpy as np

            empty = np.empty(place.weight.shape, "int8")
            here = to_keras(self.graph, place, empty).shape
        help = ""
        if adapting.by_head(array, place, self.graph):
            help = "--head begins a new head, and adapts the first layer to other channels"
        elif adapting.is_other_channels(array, place, self.graph):
            help = "--head adapts a first layer for one channel to more, and any to one, no other"
        self.shapes.error(
            codes.OTHER_SHAPE,
            f"{entry.key} is {_size(there)} in {self.file}, and {_size(here)} in the net"
            + (f", as {place.name}" if place.name != entry.key else ""),
            place.node.span,
            help=help,
        )

    # ------------------------------------------------------------------ what is left on either side

    def rest(self) -> None:
        import numpy as np

        lacking = [p for p in self.places.values() if p.name not in self.sources]
        without_aux = all(p in lacking for p in self.places.values() if p.aux)
        missing = []
        for place in lacking:
            if place.weight.name == _TRACKED:
                if not (place.aux and without_aux):
                    self.fitted.state[place.name] = np.zeros((), "int64")
                    self.fitted.made[place.name] = "0"
            elif place.aux and without_aux:
                self.fitted.made[place.name] = "nothing: the file has no side heads"
            elif self.head and adapting.is_head(place, self.graph):
                self.fitted.fresh.append(place.name)
                self.fitted.made[place.name] = "a new head: the file has none"
            else:
                missing.append(place.name)
        Misfits(
            self.graph,
            self.net,
            self.file,
            self.stored,
            self.renaming,
            self.places,
            self.strangers,
            missing,
            len(self.fitted.taken) + len(self.fitted.fresh),
            self.shapes,
        ).report(self.problems)
        self.oddities.report(self.file, self.problems)


def fit(
    graph: Graph,
    stored: Stored,
    name: str,
    diagnostics: Diagnostics,
    *,
    renaming: Renaming | None = None,
    head: bool = False,
    net: str = "the net",
) -> Fitted:
    """The net's weights out of what a file holds; what is wrong goes to `diagnostics`.

    name: the file's, for messages
    net:  its own, for them, and where shipped maps may have its names
    head: a head of other classes begins anew, and a first layer is adapted to other channels
    """
    fitting = _Fitting(graph, stored, renaming, head, name, net)
    fitting.entries()
    fitting.rest()
    for item in fitting.problems:
        diagnostics.add(item)
    _types(fitting.fitted, stored)
    return fitting.fitted


def _types(fitted: Fitted, stored: Stored) -> None:
    kinds = sorted({e.dtype for e in stored if e.array.dtype.kind == "f"} - {"float32"})
    if kinds:
        fitted.notes.append(f"made float32 of {' and '.join(kinds)}")


def _size(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape)) or "a single number"
