"""What tells two candidates' pieces apart: of a stage, all that it may see, and what counts of it.

Whether an argument's value counts is indifferent.py's to say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter

from archdsl.elaborate import calls
from archdsl.elaborate.files import Module
from archdsl.elaborate.references import MISSING, find
from archdsl.elaborate.scope import Scope, Variables
from archdsl.fit.indifferent import Stands, stands_for
from archdsl.fit.questions import Environment, Question, free
from archdsl.fit.state import State
from archdsl.fit.values import Numbers
from archdsl.ir.values import BlockValue
from archdsl.records import record
from archdsl.syntax import tree

__all__ = ["Telling", "Tellings"]


@record
class Telling:
    """near: all that a piece may see, found at a glance; key: what counts of it, which takes longer
    to find. Pieces of the same glance have the same key."""

    near: Callable[[State], object]
    key: Callable[[State], object]


class Tellings:
    """Those of the stages of one file's nets."""

    def __init__(self, home: Module, numbers: Numbers) -> None:
        self._home = home
        self._numbers = numbers

    def of(self, stage: tree.Stage, visible: Sequence[str]) -> Telling:
        """What tells two candidates' pieces apart."""
        piece = stage.piece
        if isinstance(piece, tree.Use) and stage.shape is None and piece.args:
            return self._arguments(piece, piece.args, visible)
        parts = (piece,) if stage.shape is None else (piece, stage.shape)
        look = _look(free(visible, *parts))
        return Telling(look, look)

    def _arguments(
        self, piece: tree.Use, args: Sequence[tree.Arg], visible: Sequence[str]
    ) -> Telling:
        """Of a layer or block: what is called, and the values of its arguments that count."""
        asks = [Question(self._numbers, self._home, arg.value, visible).ask for arg in args]
        if piece.name in visible:  # a block or op as a value: its arguments by what it is
            return Telling(_look(free(visible, piece)), self._by_value(piece, asks))
        sorters = self._sorters(piece, find(piece.name, Scope(self._home, Variables())))

        def key(state: State) -> object:
            env, shape = state.env, state.shape
            found = [shape, state.defaults]
            for ask, sorter in zip(asks, sorters, strict=True):
                number = ask(env, shape)
                found.append(number if sorter is None else sorter(number))
            return tuple(found)

        sorted_: list[tuple[str, _Sorter]] = []
        rest: list[tree.Arg] = []
        for arg, sorter in zip(args, sorters, strict=True):
            if sorter is not None and isinstance(arg.value, tree.Name):
                sorted_.append((arg.value.name, sorter))
            else:
                rest.append(arg)
        names = free(visible, *rest)
        sorted_ = [(name, sorter) for name, sorter in sorted_ if name not in names]
        return Telling(_look(names, [s for s in sorted_ if s[0] in visible]), key)

    def _by_value(
        self, piece: tree.Use, asks: Sequence[Callable[[Environment, int], int]]
    ) -> Callable[[State], object]:
        forms: dict[int, list[_Sorter | None]] = {}
        name, values = piece.name, self._numbers.values

        def key(state: State) -> object:
            env, shape = state.env, state.shape
            callee = env[name]
            sorters = forms.get(callee)
            if sorters is None:
                sorters = forms[callee] = self._sorters(piece, values[callee])
            found = [shape, state.defaults, callee]
            for ask, sorter in zip(asks, sorters, strict=True):
                number = ask(env, shape)
                found.append(number if sorter is None else sorter(number))
            return tuple(found)

        return key

    def _sorters(self, piece: tree.Use, callee: object) -> list[_Sorter | None]:
        """For each argument, where only its kind counts: the number of what may stand for it."""
        args = piece.args or ()
        found: list[_Sorter | None] = [None] * len(args)
        if callee is MISSING or not isinstance(callee, BlockValue):
            return found
        bound = [key for key, _ in callee.bound]
        signature = calls.of_block(callee.block)
        given = calls.bind(signature, args, lambda problem: None, bound)
        for name, arg in given.items():
            stands = stands_for(callee, name)
            if stands is not None:
                found[args.index(arg)] = _Sorter(self._numbers, stands)
        return found


def _look(
    names: Sequence[str], sorted_: Sequence[tuple[str, _Sorter]] = ()
) -> Callable[[State], object]:
    """The shape, the defaults and the values of names; of some what stands for these."""
    if len(sorted_) == 1 and names:
        (name, sorter), pick = sorted_[0], itemgetter(*names)

        def with_one(state: State) -> object:
            env = state.env
            return state.shape, state.defaults, pick(env), sorter(env[name])

        return with_one
    if sorted_:

        def with_several(state: State) -> object:
            env = state.env
            plain = [env[name] for name in names]
            return (
                state.shape,
                state.defaults,
                *plain,
                *[sorter(env[name]) for name, sorter in sorted_],
            )

        return with_several
    if not names:
        return lambda state: (state.shape, state.defaults)
    pick = itemgetter(*names)
    return lambda state: (state.shape, state.defaults, pick(state.env))


class _Sorter:
    """From a value's number to that of what stands for it; remembered."""

    def __init__(self, numbers: Numbers, stands: Stands) -> None:
        self._numbers = numbers
        self._stands = stands
        self._known: dict[int, int] = {}

    def __call__(self, number: int) -> int:
        found = self._known.get(number)
        if found is None:
            value = self._stands(self._numbers.values[number])
            found = self._known[number] = self._numbers.of(value)
        return found
