"""The map of names that `--map` asks for, for a net and a file of weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archdsl.diagnostics import Diagnostics, nearest
from archdsl.driver.named import source_named
from archdsl.ir.places import places
from archdsl.weights import codes
from archdsl.weights.likely import other_section
from archdsl.weights.map_files import read_map
from archdsl.weights.mapping import NameMap, Renaming, renaming
from archdsl.weights.shipped import MAPS
from archdsl.weights.stored import Stored

if TYPE_CHECKING:
    from archdsl.ir import structure


def found_map(text: str, diagnostics: Diagnostics) -> NameMap | None:
    """The map of that name, or in that file; None, and errors, where there is none."""
    source = source_named(text, "map", MAPS, codes.NO_MAP, diagnostics)
    return read_map(source, diagnostics) if source is not None else None


def renaming_of(
    text: str | None, net: structure.Net, held: Stored, diagnostics: Diagnostics
) -> Renaming | None:
    """The names of a file by the map that is asked for, `timm` or `timm:MobileNetV2` or a file's
    name; None, and errors where a map is asked for, without one."""
    if text is None:
        return None
    of = net.name
    name, colon, other = text.partition(":")
    if colon and name in MAPS.names():
        text, of = name, other
    names = found_map(text, diagnostics)
    if names is None:
        return None
    section = names.section(of)
    if section is None:
        _no_section(text, of, names, net, held, diagnostics)
        return None
    return renaming(names, section, list(held.layers))


def _no_section(
    text: str,
    of: str,
    names: NameMap,
    net: structure.Net,
    held: Stored,
    diagnostics: Diagnostics,
) -> None:
    known = [n for s in names.sections for n in s.nets]
    if not known:
        diagnostics.error(
            codes.NO_MAP,
            f"the map {text} is empty",
            None,
            help="a line is `name there -> name here`",
        )
        return
    near = nearest(of, [n for n in known if "*" not in n])
    help = f"did you mean {near}?" if near else f"--map {text}:NET takes those for another net"
    if of == net.name:  # not a name that was mistyped
        paths = {place.node.path for place in places(net.graph)}
        help = other_section(text, names, held, paths) or (help if text not in MAPS.names() else "")
    diagnostics.error(
        codes.NO_MAP,
        f"the map {text} has no names for {of}",
        None,
        notes=[f"it has them for {', '.join(known[:20])}"],
        help=help or f"--map {text}:NET takes those for another net",
    )
