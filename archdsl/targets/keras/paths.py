"""Names of layers: the paths of the graph's nodes, as f-strings that are right in every row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

from archdsl.ir import structure
from archdsl.targets.keras.names import layer_name
from archdsl.targets.outline import survey
from archdsl.targets.outline.rows import Mismatch, Row
from archdsl.targets.symbolic import Bin, Ex, Lit, Sym, evaluate, simplify
from archdsl.targets.written import text

Part: TypeAlias = str | Ex


@dataclass(frozen=True, slots=True)
class Path:
    """A dotted path in parts, some of them computed; written as the layer's name."""

    parts: tuple[Part, ...] = ()

    def then(self, key: Sequence[Part]) -> Path:
        dot = (".",) if self.parts else ()
        return Path((*self.parts, *dot, *key))

    def value(self, names: Mapping[str, object]) -> str:
        return "".join(p if isinstance(p, str) else str(evaluate(p, names)) for p in self.parts)

    def written(self) -> str:
        """`name`, `"conv1"` or `f"{name}_conv1"`."""
        parts = [_constant(p) for p in self.parts]
        if all(isinstance(p, str) for p in parts):
            return f'"{"".join(str(p) for p in parts)}"'
        if len(parts) == 1:
            (only,) = parts
            return text(only) if isinstance(only, Sym) and only.name == "name" else _braced(parts)
        return _braced(parts)


def _constant(part: Part) -> Part:
    if isinstance(part, Lit):
        return str(part.value)
    return layer_name(part) if isinstance(part, str) else part


def _braced(parts: Sequence[Part]) -> str:
    found = "".join(p if isinstance(p, str) else f"{{{text(p)}}}" for p in parts)
    if found.count('"') or "\\" in found:
        raise Mismatch("quotes within a name")  # one string in another: not before Python 3.12
    return f'f"{found}"'


@dataclass
class Level:
    """A level of names that layers are being written in.

    counter: a running variable that holds the next item's number; added: how many items since
             it was last brought up to date
    """

    prefix: Path
    positional: bool
    loops: tuple[str, ...] = ()
    counter: str | None = None
    added: int = 0

    def inner(self, key: Sequence[Part], *, positional: bool) -> Level:
        return Level(self.prefix.then(key), positional, self.loops)


_NUMBERED = re.compile(r"(.*?)(\d+)", re.DOTALL)


def numbered(
    level: Level, rows: Sequence[Row], keys: Sequence[str], fixed: Sequence[Part] | None
) -> Sequence[Part]:
    """A key that is another in each row: as its label has it, else text and a number."""
    if len(set(keys)) == 1:
        return (keys[0],)
    if fixed is not None and _is(Path(tuple(fixed)), rows, keys):
        return fixed
    found = [_NUMBERED.fullmatch(k) for k in keys]
    matches = [m for m in found if m is not None]
    if len(matches) < len(found) or len({m[1] for m in matches}) != 1:
        raise Mismatch("names that no expression gives")
    numbers = [int(m[2]) for m in matches]
    head = (matches[0][1],) if matches[0][1] else ()
    for ex in _numbers(level, rows, numbers):
        if _is(Path((*head, ex)), rows, keys):
            return (*head, ex)
    raise Mismatch("numbers that no expression gives")


def _is(path: Path, rows: Sequence[Row], keys: Sequence[str]) -> bool:
    try:
        return all(path.value(r.names) == k for r, k in zip(rows, keys, strict=True))
    except (LookupError, ArithmeticError, TypeError, ValueError):
        return False


def _numbers(level: Level, rows: Sequence[Row], numbers: Sequence[int]) -> Iterator[Ex]:
    for count in (1, 2):
        for names in combinations(reversed(level.loops), count):
            yield from _affine(rows, numbers, names)
    if level.counter is not None:
        yield simplify(Bin("+", Sym(level.counter), Lit(level.added)))


def _affine(rows: Sequence[Row], numbers: Sequence[int], names: Sequence[str]) -> Iterator[Ex]:
    """`2 * i + 1`, where two rows that differ in one variable only tell its factor."""
    places = [tuple(_whole(r.names.get(n)) for n in names) for r in rows]
    by_place = dict(zip(places, numbers, strict=True))
    total: Ex = Lit(0)
    rest, start = numbers[0], places[0]
    for axis, name in enumerate(names):
        factor = _slope(by_place, axis)
        rest -= factor * start[axis]
        if factor:
            term = simplify(Bin("*", Lit(factor), Sym(name)))
            total = simplify(Bin("+", total, term))
    sign = "-" if rest < 0 else "+"
    yield simplify(Bin(sign, total, Lit(abs(rest))))


def _slope(by_place: Mapping[tuple[int, ...], int], axis: int) -> int:
    for one, number in by_place.items():
        for step in (1, 2):
            other = (*one[:axis], one[axis] + step, *one[axis + 1 :])
            if other in by_place:
                return (by_place[other] - number) // step
    return 0


def _whole(value: object) -> int:
    return value if isinstance(value, int) else -1


def count(items: Sequence[structure.Item]) -> int:
    """How many items of a level these are, with those that form no level counted through."""
    total = 0
    for item in items:
        if getattr(item, "key", None) is not None:
            total += 1
        else:
            total += count(list(survey.children(item)))
    return total


def first_number(items: Sequence[structure.Item]) -> int | None:
    """The number of the first item of a level."""
    for item in items:
        key = getattr(item, "key", None)
        if isinstance(key, str):
            return int(key) if key.isdigit() else None
        found = first_number(list(survey.children(item)))
        if found is not None:
            return found
    return None


def automatic(target: str) -> str:
    """What Keras calls a layer that has no name of its own: `layers.ReLU` is `re_lu`."""
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", target.removeprefix("layers."))
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()
