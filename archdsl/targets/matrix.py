"""What each target does with each attribute of each op: as its framework's own layer, as one that
is emitted with the code, or not at all. Found by lowering an op for every attribute and every two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from archdsl.diagnostics import Source, Span
from archdsl.ir.attributes import attributes_of
from archdsl.ir.graph import Graph, Node
from archdsl.ir.op import Call, Kind, Op, OpError, TorchLowering
from archdsl.ir.shape import Shape
from archdsl.ops import OPS
from archdsl.ops.merge import Input
from archdsl.targets import NAMES, target
from archdsl.targets.gaps import STRUCTURAL, Lower

NATIVE, OWN, REFUSED = "yes", "own", "no"
_RANKS = {"vector": Shape((), 12), "1d": Shape((13,), 4)} | {
    "2d": Shape((13, 10), 4),
    "3d": Shape((7, 9, 6), 4),
}
_SPAN = Span(Source("matrix", ""), 0, 0)

# What must be given, and values of attributes that a kind's own wouldn't go with.
_NEEDED: dict[str, dict[str, object]] = {
    "maxpool": {"k": 3},
    "avgpool": {"k": 3},
    "upsample": {"factor": 2},
}
_VALUES: dict[tuple[str, str], tuple[object, ...]] = {
    ("maxpool", "to"): (),  # without k: rows of their own
    ("avgpool", "to"): (),
    ("maxpool", "k"): (),
    ("avgpool", "k"): (),
    ("upsample", "factor"): (3,),
    ("upsample", "to"): (),
    ("deconv", "output_pad"): (),  # goes with a pad of numbers alone
    ("lrn", "size"): (3,),
}
_WITHOUT: dict[str, tuple[dict[str, object], ...]] = {
    "maxpool": ({"to": 1}, {"to": 3}),
    "avgpool": ({"to": 1}, {"to": 3}),
    "upsample": ({"to": 26}, {"to": 29}, {"to": 29, "mode": "bilinear"}),
    "deconv": ({"stride": 2, "pad": 1, "output_pad": 1},),
}


@dataclass(frozen=True, slots=True)
class _ByRank:
    """A value that depends on how many axes there are."""

    shown: str
    first: object
    rest: object

    def at(self, rank: int) -> tuple[object, ...]:
        return (self.first, *(self.rest,) * (rank - 1))


_UNEQUAL = _ByRank("2x1", 2, 1)
_UNEVEN = _ByRank("(1, 0, ..)", (1, 0), (1, 0))


@dataclass(frozen=True, slots=True)
class Row:
    """attributes: as written, `stride=2`; found: target -> rank -> how."""

    op: str
    attributes: str
    found: Mapping[str, Mapping[str, str]]


def rows() -> Iterator[Row]:
    """For each op: at its defaults, each attribute, and two where they do worse than either."""
    ways = {name: lower for name in NAMES if (lower := getattr(target(name), "lower", None))}
    for keyword, kind in OPS.items():
        if keyword in STRUCTURAL:
            continue
        base = {n: _given(keyword, kind, n) for n in kind.required()} | _NEEDED.get(keyword, {})
        plain = _row(keyword, {}, base, ways)
        yield plain
        single = {
            (name, i): _row(keyword, {name: value}, base, ways)
            for name in kind.attributes()
            if name not in base or name in _NEEDED.get(keyword, {})
            for i, value in enumerate(_others(keyword, kind, name))
        }
        yield from (row for row in single.values() if any(row.found.values()))
        for some in _WITHOUT.get(keyword, ()):
            yield _row(keyword, some, {n: v for n, v in base.items() if n in kind.required()}, ways)
        for one, two in combinations([name for name, i in single if not i], 2):
            both = {name: _others(keyword, kind, name)[0] for name in (one, two)}
            row = _row(keyword, both, base, ways)
            if _worse(row, (plain, single[one, 0], single[two, 0])):
                yield row


def _worse(row: Row, than: tuple[Row, ...]) -> bool:
    order = (NATIVE, OWN, REFUSED)
    return any(
        order.index(how) > max(order.index(t.found[name].get(rank, NATIVE)) for t in than)
        for name, by_rank in row.found.items()
        for rank, how in by_rank.items()
    )


def _row(
    keyword: str, some: Mapping[str, object], base: Mapping[str, object], ways: Mapping[str, Lower]
) -> Row:
    found: dict[str, dict[str, str]] = {name: {} for name in ways}
    for rank, shape in _RANKS.items():
        graph = _graph(keyword, {**base, **some}, shape)
        if graph is not None:
            for name, lower in ways.items():
                found[name][rank] = _how(lower(graph, graph.nodes[-1]))
    return Row(keyword, ", ".join(f"{n}={_shown(v)}" for n, v in some.items()), found)


def _shown(value: object) -> str:
    if isinstance(value, _ByRank):
        return value.shown
    return str(value).lower() if isinstance(value, bool) else str(value)


def _graph(keyword: str, given: Mapping[str, object], shape: Shape) -> Graph | None:
    """A net of that one layer; None where it can't be."""
    values = {n: v.at(shape.rank) if isinstance(v, _ByRank) else v for n, v in given.items()}
    if not shape.rank and values != given:
        return None
    try:
        op = OPS[keyword].of(values).resolve((shape,))
        output = op.infer((shape,))
    except OpError:
        return None
    first = Node(0, "input", Input(shape=shape), (), shape, _SPAN)
    return Graph((first, Node(1, keyword, op, (0,), output, _SPAN)), ((None, 0),), ((None, 1),))


def _how(lowered: object) -> str:
    if lowered is None:
        return REFUSED
    if isinstance(lowered, TorchLowering):
        calls: tuple[object, ...] = (lowered.inline or lowered.module,)
    else:
        calls = lowered if isinstance(lowered, tuple) else (lowered,)
    return OWN if any(isinstance(c, Call) and c.helper for c in calls) else NATIVE


def _given(keyword: str, kind: type[Op], name: str) -> object:
    """A value for an attribute that must be given."""
    words = {"shape": Shape((), 12), "count": 4, "int": 1, "size": 3, "edges": 1, "number": 0.5}
    words |= {"numbers": 0.5}
    special: dict[tuple[str, str], object] = {
        ("slice", "to"): 3,
        ("channel_shuffle", "groups"): 2,
        ("groupnorm", "n"): 2,
    }
    return special.get((keyword, name), words[kind.attributes()[name].name])


def _others(keyword: str, kind: type[Op], name: str) -> tuple[object, ...]:
    """Values that are not the default, of an attribute's kind."""
    if (keyword, name) in _VALUES:
        return _VALUES[keyword, name]
    found: Kind = kind.attributes()[name]
    default = next(a.default for a in attributes_of(kind).values() if a.name == name)
    match found.name:
        case "bool":
            return (not default,)
        case "word":
            return tuple(word for word in found.words if word != default)
        case "size" if name in ("stride", "dilation"):
            return (2, _UNEQUAL)
        case "size" | "count" | "int":
            return (2,)
        case "pad":
            return ("same_tf", _UNEVEN)
        case "number" | "numbers":
            return (0.3,)
    return ()
