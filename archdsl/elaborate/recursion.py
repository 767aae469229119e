"""Blocks that use themselves, at once, through others or through an argument: errors.

What the file says is seen without elaborating: `check`. A block that is handed to itself,
`A(A, 3)` with `block A(B, n) { .. B(B, n - 1) }`, is seen where it is used: `Uses`. Blocks within
blocks as their arguments say it, `Twice(Twice(conv))`, are no recursion: each has less to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from archdsl.diagnostics import Diagnostics, Label, Span
from archdsl.elaborate import codes
from archdsl.elaborate.files import Module
from archdsl.elaborate.mentions import mentions
from archdsl.elaborate.problems import Problem
from archdsl.ir.structure import Known
from archdsl.ir.values import BlockValue, OpValue
from archdsl.syntax import tree

_HELP = "repeat a body with `repeat` or `for`: blocks can't be recursive"


def check(module: Module, diagnostics: Diagnostics) -> None:
    """Reports each circle of blocks once."""
    blocks = {
        name: value.block
        for name, value in module.declared.items()
        if isinstance(value, BlockValue) and value.home is module and not value.bound
    }
    uses = {name: _mentioned(block, blocks) for name, block in blocks.items()}
    done: set[str] = set()
    for start in blocks:
        if start not in done:
            _visit(start, blocks, uses, done, diagnostics)


def _visit(
    start: str,
    blocks: dict[str, tree.Block],
    uses: dict[str, dict[str, Span]],
    done: set[str],
    diagnostics: Diagnostics,
) -> None:
    path = [start]
    rest = [list(uses[start])]
    while path:
        if not rest[-1]:
            done.add(path.pop())
            rest.pop()
            continue
        following = rest[-1].pop(0)
        if following in path:
            circle = [*path[path.index(following) :], following]
            _report(circle, blocks, uses, diagnostics)
        elif following not in done:
            path.append(following)
            rest.append(list(uses[following]))


def _report(
    circle: list[str],
    blocks: dict[str, tree.Block],
    uses: dict[str, dict[str, Span]],
    diagnostics: Diagnostics,
) -> None:
    if len(circle) == 2:
        message = f"the block `{circle[0]}` uses itself"
    else:
        message = f"these blocks use each other in a circle: {' -> '.join(circle)}"
    diagnostics.error(
        codes.RECURSION,
        message,
        uses[circle[-2]][circle[-1]],
        secondary=[Label(blocks[circle[-1]].name_span, f"`{circle[-1]}` is declared here")],
        help=_HELP,
    )


def _mentioned(block: tree.Block, blocks: dict[str, tree.Block]) -> dict[str, Span]:
    """The blocks of the file that a block names, each with where."""
    found: dict[str, Span] = {}
    hidden = {param.name for param in block.params}
    for name, span in mentions(block.params, block.body):
        if name in blocks and name not in hidden:
            found.setdefault(name, span)
    return found


class Uses:
    """The blocks that are being elaborated within each other, outermost first."""

    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._known: dict[int, tuple[object, _Made]] = {}
        self._numbers: dict[object, int] = {}

    @contextmanager
    def of(self, piece: tree.Use, block: tree.Block, given: Mapping[str, Known]) -> Iterator[None]:
        """While the block is elaborated that `piece` names; raises Problem for recursion.

        That is the same use within itself, of the same layers: only a condition could end it. Or
        the very block that the use stands in, and what it is given is no less.
        """
        made = self._made(block, tuple((name, known.value) for name, known in given.items()))
        new = _Open(id(piece), id(block), made)
        last = self._open[-1] if self._open else None
        if (last and last.block == new.block and last.made.size <= made.size) or new in self._open:
            raise Problem(
                codes.RECURSION,
                f"the block `{block.name}` uses itself",
                piece.span,
                label=f"`{piece.name}` is `{block.name}` here",
                secondary=[Label(block.name_span, f"`{block.name}` is declared here")],
                help=_HELP,
            )
        self._open.append(new)
        try:
            yield
        finally:
            self._open.pop()

    def _made(self, head: object, parts: Sequence[tuple[str, object]]) -> _Made:
        """Of a head with what it is given by name: a number that only the same layers have."""
        found = [(name, self._of(part)) for name, part in parts]
        layers = tuple((name, made.number) for name, made in found if made.size)
        key = (id(head), layers)
        number = self._numbers.setdefault(key, len(self._numbers) + 1)
        return _Made(number, 1 + sum(made.size for _, made in found))

    def _of(self, value: object) -> _Made:
        """A value's; what is no layer and has none in it has size 0. Looked at once."""
        if not isinstance(value, (BlockValue, OpValue, list, tuple)):
            return _Made(0, 0)
        known = self._known.get(id(value))
        if known is None:
            match value:
                case BlockValue():
                    made = self._made(value.block, value.bound)
                case OpValue():
                    made = self._made(value.op, value.bound)
                case _:
                    made = self._made(None, [(str(at), part) for at, part in enumerate(value)])
                    made = _Made(made.number, made.size - 1)
            known = self._known[id(value)] = (value, made)
        return known[1]


class _Made(NamedTuple):
    """What a value is made of: `number` is the same for the same, `size` counts layers."""

    number: int
    size: int


class _Open(NamedTuple):
    """A use by the identities of its place and its block."""

    use: int
    block: int
    made: _Made
