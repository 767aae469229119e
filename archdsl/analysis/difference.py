"""What changed between two nets: layers added, removed, changed, renamed; and the figures.

Input: the cost reports of two nets. Output: a `Difference`. Layers that kept
their path, op and attributes are the same; between these, layers are matched by op and attributes
along the nets, so that a new name reads as one; and what is left by its path.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from archdsl.analysis.cost import CostReport, CostRow
from archdsl.analysis.view import without_repeats
from archdsl.ir.graph import Graph, Node
from archdsl.ir.values import INITIALIZERS, Initializer
from archdsl.ops.custom import Custom
from archdsl.records import record

FIGURES = ("params", "macs", "flops", "activations", "depth", "peak_memory")
_MOST = 4_000_000  # pairs of layers that are looked at for a match

_Pair = tuple[int, int]


@record
class Change:
    """A layer with other attributes: name, before, after; and its output's shape."""

    before: str
    after: str
    op: str
    attributes: tuple[tuple[str, str, str], ...]
    shapes: tuple[str, str]


@record
class Rename:
    """Layers that are the same under another name: what their paths began with, and how many."""

    before: str
    after: str
    layers: int


@record
class Difference:
    """
    added, removed: layers, whole blocks in one row
    changed: attributes or wiring differ; reshaped: nothing but the shape does
    figures: of each net, by name, where they differ
    """

    added: tuple[CostRow, ...]
    removed: tuple[CostRow, ...]
    changed: tuple[Change, ...]
    reshaped: tuple[Change, ...]
    renamed: tuple[Rename, ...]
    figures: tuple[tuple[str, int, int], ...]

    @property
    def any(self) -> bool:
        return bool(
            self.added or self.removed or self.changed or self.reshaped or self.renamed
        ) or any(before != after for _, before, after in self.figures)


def difference(before: CostReport, after: CostReport) -> Difference:
    one, two = before.net.graph, after.net.graph
    pairs = _matched(one, two)
    left = {a for a, _ in pairs}
    right = {b for _, b in pairs}
    twin = dict(pairs)
    changes = [_change(one.nodes[a], two.nodes[b], one, two, twin) for a, b in pairs]
    found = [change for change in changes if change is not None]
    return Difference(
        added=_folded(after, [n.id for n in two if n.id not in right]),
        removed=_folded(before, [n.id for n in one if n.id not in left]),
        changed=tuple(change for change in found if change.attributes),
        reshaped=tuple(change for change in found if not change.attributes),
        renamed=_renamed([(one.nodes[a].path, two.nodes[b].path) for a, b in pairs]),
        figures=tuple(
            (name, getattr(before.totals, name), getattr(after.totals, name)) for name in FIGURES
        ),
    )


def marks(one: Graph, two: Graph) -> tuple[dict[int, str], dict[int, str]]:
    """What became of the nodes of each graph, by their ids; those that are the same are absent.

    `removed` and `added`; `changed` and `reshaped`, of both, as in `Difference`.
    """
    pairs = _matched(one, two)
    twin = dict(pairs)
    kept = set(twin.values())
    before = {node.id: "removed" for node in one if node.id not in twin}
    after = {node.id: "added" for node in two if node.id not in kept}
    for a, b in pairs:
        change = _change(one.nodes[a], two.nodes[b], one, two, twin)
        if change is not None:
            before[a] = after[b] = "changed" if change.attributes else "reshaped"
    return before, after


# --------------------------------------------------------------------------- matching


def _content(node: Node) -> tuple[object, ...]:
    op = node.op
    if isinstance(op, Custom):
        return (op.name,)
    return (op.keyword, *(str(op.value(name)) for name in op.attributes()))


def _matched(one: Graph, two: Graph) -> list[_Pair]:
    """Pairs in order: what has kept its name and its attributes, and between these the rest."""
    left = [(node.path, _content(node)) for node in one]
    right = [(node.path, _content(node)) for node in two]
    found: list[_Pair] = []
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            found += zip(range(i, j), range(k, m), strict=True)
        elif tag == "replace":
            found += _between(one, two, (i, j), (k, m))
    return found


def _between(one: Graph, two: Graph, first: _Pair, second: _Pair) -> list[_Pair]:
    """By what layers are; where that fails too, by their paths."""
    (i, j), (k, m) = first, second
    left = [_content(node) for node in one.nodes[i:j]]
    right = [_content(node) for node in two.nodes[k:m]]
    head = _shared(left, right)
    tail = _shared(left[head:][::-1], right[head:][::-1])
    found = [(i + at, k + at) for at in range(head)]
    left, right = left[head : len(left) - tail], right[head : len(right) - tail]
    a, c = i + head, k + head
    if len(left) * len(right) > _MOST:
        found += _by_path(one, two, range(a, a + len(left)), range(c, c + len(right)))
    else:
        matcher = SequenceMatcher(None, left, right, autojunk=False)
        for tag, p, q, r, s in matcher.get_opcodes():
            if tag == "equal":
                found += zip(range(a + p, a + q), range(c + r, c + s), strict=True)
            elif tag == "replace":
                found += _by_path(one, two, range(a + p, a + q), range(c + r, c + s))
    return found + [(j - tail + at, m - tail + at) for at in range(tail)]


def _shared(left: Sequence[object], right: Sequence[object]) -> int:
    """How many are equal from the start."""
    for at, (a, b) in enumerate(zip(left, right, strict=False)):
        if a != b:
            return at
    return min(len(left), len(right))


def _by_path(one: Graph, two: Graph, first: range, second: range) -> list[_Pair]:
    """Layers of one path and one op; what has no partner so, in order, by its op alone."""
    there = {(two.nodes[at].path, two.nodes[at].op.keyword): at for at in second}
    named = {
        at: there[key]
        for at in first
        if (key := (one.nodes[at].path, one.nodes[at].op.keyword)) in there
    }
    taken = set(named.values())
    free = [at for at in second if at not in taken]
    for at in first:
        if at in named:
            continue
        word = one.nodes[at].op.keyword
        partner = next((other for other in free if two.nodes[other].op.keyword == word), None)
        if partner is not None and len(first) == len(second):
            named[at] = partner
            free.remove(partner)
    return sorted(named.items())


# --------------------------------------------------------------------------- what differs


def _change(a: Node, b: Node, one: Graph, two: Graph, twin: dict[int, int]) -> Change | None:
    attributes: list[tuple[str, str, str]] = []
    if isinstance(a.op, Custom) or isinstance(b.op, Custom):
        if a.op != b.op:
            attributes.append(("declaration", str(a.op), str(b.op)))
    else:
        for name in a.op.attributes():
            old, new = _text(a.op.value(name)), _text(b.op.value(name))
            if old != new:
                attributes.append((name, old, new))
    if not _same_wires(a, b, twin):
        names = (", ".join(g.nodes[i].path for i in n.inputs) for g, n in ((one, a), (two, b)))
        before, after = names
        attributes.append(("input", before, after))
    shapes = str(a.shape), str(b.shape)
    if not attributes and shapes[0] == shapes[1]:
        return None
    return Change(a.path, b.path, b.op.keyword, tuple(attributes), shapes)


def _same_wires(a: Node, b: Node, twin: dict[int, int]) -> bool:
    """Whether they take the same values. A value that came or went says so itself."""
    if len(a.inputs) != len(b.inputs):
        return False
    known = set(twin.values())
    return all(
        twin.get(old, new) == new or new not in known
        for old, new in zip(a.inputs, b.inputs, strict=True)
    )


def _text(value: object) -> str:
    """As a file has it: 3x3, 1 for the same padding on all sides."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, Initializer):
        usual = INITIALIZERS[value.name].params
        given = [f"{name}={_text(it)}" for name, it in value.args if it != usual.get(name)]
        return value.name + (f"({', '.join(given)})" if given else "")
    if isinstance(value, tuple) and value and all(isinstance(part, tuple) for part in value):
        sides = {side for part in value for side in part}
        return str(sides.pop()) if len(sides) == 1 else str(value)
    if isinstance(value, tuple) and value and all(isinstance(part, int) for part in value):
        return "x".join(map(str, value))
    return "none" if value is None else str(value)


def _folded(report: CostReport, ids: Sequence[int]) -> tuple[CostRow, ...]:
    """Rows for these nodes; a level all of whose nodes are among them is one row."""
    rows = report.rows
    below: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        for level in _levels(row.path):
            below.setdefault(level, []).append(at)
    wanted, done = set(ids), set[int]()
    made: list[CostRow] = []
    for at in ids:
        if at in done:
            continue
        level = next(level for level in _levels(rows[at].path) if wanted.issuperset(below[level]))
        inside = below[level]
        alone = len(inside) == 1 and rows[at].path == level
        made.append(rows[at] if alone else report.fold(level, [rows[i] for i in inside]))
        done.update(inside)
    return tuple(without_repeats(made))


def _levels(path: str) -> Iterator[str]:
    """The levels of names that a path is in, the outermost first, and itself."""
    parts = path.split(".")
    return (".".join(parts[:depth]) for depth in range(1, len(parts) + 1))


def _renamed(pairs: Sequence[tuple[str, str]]) -> tuple[Rename, ...]:
    counted: dict[tuple[str, str], int] = {}
    for before, after in _stems(pairs):
        counted[before, after] = counted.get((before, after), 0) + 1
    return tuple(Rename(before, after, layers) for (before, after), layers in counted.items())


def _stems(pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """What differs of two paths, without the end that they share."""
    for before, after in pairs:
        if before == after:
            continue
        old, new = before.split("."), after.split(".")
        while len(old) > 1 and len(new) > 1 and old[-1] == new[-1]:
            old.pop()
            new.pop()
        yield ".".join(old), ".".join(new)
