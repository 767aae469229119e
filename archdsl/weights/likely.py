"""Whose names a file has, where they are not the net's: what is said to help."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from archdsl.elaborate.problems import Poisoned, Problem
from archdsl.targets.keras.names import layer_name
from archdsl.weights.map_files import shipped_map
from archdsl.weights.mapping import NameMap, Renaming, Section, renaming
from archdsl.weights.shipped import MAPS
from archdsl.weights.stored import Stored

ANOTHER = "it is a file of another net, or of this one with other arguments: --set says them"
_NO_MAP = "the names are the net's own: it takes no --map"
_HALF = 0.5  # of a file's layers: the net's own map that finds so many in it is the right one
_MOST = 0.8  # another net's that finds so many, or has lines for them: it is such a file
_FEW = 3


def likely(stored: Stored, net: str, paths: Collection[str], used: Renaming | None) -> str:
    """What to do about a file whose names mean (nearly) nothing.

    net: its name, which the shipped maps have sections for; paths: its layers; used: a map that
    didn't help
    """
    layers = list(stored.layers)
    own = _own(stored, paths)
    if used is not None and _share(layers, own) >= _HALF:
        return _NO_MAP
    tried = (used.source.name, used.section.nets) if used is not None else None
    shipped = _maps(stored)
    for name, found in shipped:
        for section in _sections(found, net):
            if (found.source.name, section.nets) == tried:
                continue
            known = found.section(net) is section
            landed = _landed(renaming(found, section, layers), layers, paths)
            if landed >= (_HALF if known else _MOST):
                of = "" if known else f":{section.nets[0].replace('*', '')}"
                return f"--map {name}{of} has these names"
    prefix = layers[0].partition(".")[0] + "."
    inner = [layer.removeprefix(prefix) for layer in layers if layer.startswith(prefix)]
    if len(inner) >= _HALF * len(layers) and _share(inner, own) >= _HALF:
        return f"a map with the line `{prefix}{{name:path}} -> {{name}}` takes them, by --map FILE"
    shares = [
        (_known(section, layers), name, section)
        for name, found in shipped
        for section in found.sections
        if section is not found.section(net)
    ]
    share, name, section = max(shares, key=lambda one: one[0])
    if share >= _MOST:
        nets = ", ".join(section.nets[:_FEW])
        return f"its names are those that --map {name} reads for {nets}: it is of another net"
    return "it is a file of another net; if it is of this one, --map FILE says what its names mean"


def other_section(name: str, found: NameMap, stored: Stored, paths: Collection[str]) -> str | None:
    """What to do where a map has no names for a net: which of its nets the file may be of."""
    layers = list(stored.layers)
    if _share(layers, _own(stored, paths)) >= _HALF:
        return _NO_MAP
    for section in found.sections:
        if _landed(renaming(found, section, layers), layers, paths) >= _MOST:
            return f"--map {name}:{section.nets[0].replace('*', '')} finds them in this net"
    best = max(found.sections, key=lambda section: _known(section, layers))
    if _known(best, layers) >= _MOST:
        nets = ", ".join(best.nets[:_FEW])
        return f"the file's names are those for {nets}: it is of another net"
    return None


def _own(stored: Stored, paths: Collection[str]) -> Collection[str]:
    """The net's layers as a file of that framework calls them."""
    return {layer_name(path) for path in paths} if stored.framework == "keras" else paths


def _maps(stored: Stored) -> list[tuple[str, NameMap]]:
    """Those of the file's framework: arrays of the other would have another layout."""
    keras = stored.framework == "keras"
    return [(name, shipped_map(name)) for name in MAPS.names() if (name == "keras") == keras]


def _sections(found: NameMap, net: str) -> list[Section]:
    """The net's own first."""
    own = found.section(net)
    return ([own] if own else []) + [s for s in found.sections if s is not own]


def _share(layers: Sequence[str], paths: Collection[str]) -> float:
    return sum(layer in paths for layer in layers) / len(layers) if layers else 0.0


def _landed(names: Renaming, layers: Sequence[str], paths: Collection[str]) -> float:
    """The share of a file's layers that a map finds in the net."""
    found = 0
    for layer in layers:
        try:
            found += names.target(layer)[1] in paths
        except (Problem, Poisoned):  # of a net with fewer layers
            continue
    return found / len(layers)


def _known(section: Section, layers: Sequence[str]) -> float:
    """The share that has lines. Lines for any name, or for layers without names, are no sign."""
    rules = [r for r in section.rules if not {"auto", "path"} & set(r.kinds.values())]
    return sum(any(r.pattern.fullmatch(x) for r in rules) for x in layers) / len(layers)
