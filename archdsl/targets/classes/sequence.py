"""Lines of modules: groups, labelled loops and `seq` blocks as nn.Sequential.

A line becomes entries (a module, a condition, a loop); entries become one expression where they
can (comprehensions for repeats), else statements that fill a list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from archdsl.ir import structure
from archdsl.syntax import tree
from archdsl.targets.classes.entries import Entry, Loop, Many, One, When
from archdsl.targets.classes.loop_text import (
    after_all,
    computed_key,
    loop_header,
    updated,
    updated_within,
)
from archdsl.targets.classes.places import Attributes
from archdsl.targets.outline.loops import bound, rounds, variables
from archdsl.targets.outline.names import safe
from archdsl.targets.outline.rows import Mismatch, Row, same_type
from archdsl.targets.outline.scope import Scope
from archdsl.targets.symbolic import Bin, Ex, Later, Lit, Sym, simplify
from archdsl.targets.written import text

if TYPE_CHECKING:
    from archdsl.targets.classes.body import BodyWriter


@dataclass
class Line:
    """Entries of a line, and the rows at its end."""

    entries: list[Entry] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


class LineWriter:
    """Walks a body that is a line and makes its entries."""

    def __init__(self, owner: BodyWriter, *, named: bool = False) -> None:
        self.named = named  # children have names of their own: only an expression can say them
        self.owner = owner
        self.unit = owner.unit
        self._depth = 0  # of the statements around what is being written

    def body(self, body: tree.Body, rows: list[Row], scope: Scope) -> Line:
        line = Line(rows=rows)
        for item in body.items:
            if isinstance(item, tree.Let):
                line.rows = self.owner.let(item, line.rows, scope, local=False)
            elif isinstance(item, tree.Chain):
                for stage in item.stages:
                    self.stage(stage, line, scope)
        return line

    def stage(self, stage: tree.Stage, line: Line, scope: Scope) -> None:
        found = [row.items.get(id(stage)) for row in line.rows]
        present = [item for item in found if item is not None]
        if not present:
            return
        kind = same_type(found)
        if len(present) < len(found):
            self._optional(stage, line, scope)
            return
        if kind is structure.Loop:
            line.rows = self.loop(stage, line, scope, present)
        elif kind is structure.Choice:
            line.rows = self.choice(stage, line, scope, present)
        elif kind is structure.Group and _transparent(present):
            line.rows = self.nested(stage, line, scope, present)
        elif kind is structure.Skip:
            return
        else:
            entry, line.rows = self._one(stage, line.rows, scope, present)
            line.entries.append(entry)

    def _one(
        self,
        stage: tree.Stage,
        rows: list[Row],
        scope: Scope,
        items: Sequence[structure.Item],
    ) -> tuple[One, list[Row]]:
        """One module; within a loop, with the statements that it needs before it."""
        computed = computed_key(self.unit, stage, rows, scope, items) if self.named else None
        places = self.owner.places
        if not self._depth or not isinstance(places, Attributes):
            doc, key, after = self.owner.children.module(
                stage, rows, scope, items, named=bool(computed)
            )
            return One(doc, computed or key, bool(computed)), after
        with places.apart(self._depth) as setup:
            doc, key, after = self.owner.children.module(
                stage, rows, scope, items, named=bool(computed)
            )
        return One(doc, computed or key, bool(computed), tuple(setup)), after

    def _optional(self, stage: tree.Stage, line: Line, scope: Scope) -> None:
        """A layer whose op is a parameter, `none` in some rows."""
        some = [r for r in line.rows if id(stage) in r.items]
        items = [r.items[id(stage)] for r in some]
        test = self.owner.children.presence(stage, line.rows)
        channels = scope.channels
        doc, key, after = self.owner.children.module(stage, some, scope, items)
        by_id = {id(b): a for a, b in zip(after, some, strict=True)}
        line.rows = [by_id.get(id(r), r) for r in line.rows]
        if scope.channels != channels:
            raise Mismatch("an optional layer that changes the channels")
        line.entries.append(When(test, (One(doc, key),), ()))

    def nested(
        self, stage: tree.Stage, line: Line, scope: Scope, items: Sequence[structure.Item]
    ) -> list[Row]:
        """A form that adds its items to this line's: an unlabelled group."""
        inner = [
            row.inside(item.items)
            for row, item in zip(line.rows, items, strict=True)
            if isinstance(item, structure.Group)
        ]
        assert isinstance(stage.piece, tree.Group)
        found = self.body(stage.piece.body, inner, scope)
        line.entries += found.entries
        return self.owner.advance(line.rows, items)

    # ------------------------------------------------------------------ conditions

    def choice(
        self, stage: tree.Stage, line: Line, scope: Scope, items: Sequence[structure.Item]
    ) -> list[Row]:
        assert isinstance(stage.piece, tree.If)
        choices = [item for item in items if isinstance(item, structure.Choice)]
        arms: list[tuple[Entry, ...]] = []
        channels: list[Ex | None] = []
        for arm, body in (("then", stage.piece.then), ("other", stage.piece.other)):
            taken = [
                row.inside(choice.items)
                for row, choice in zip(line.rows, choices, strict=True)
                if choice.taken == arm
            ]
            inner = scope.inner()
            self._depth += 1
            arms.append(tuple(self.body(body, taken, inner).entries) if taken and body else ())
            self._depth -= 1
            channels.append(inner.channels)
        tests = [choice.taken == "then" for choice in choices]
        after = self.owner.advance(line.rows, items)
        if all(tests) or not any(tests):
            line.entries += arms[0] if tests[0] else arms[1]
            scope.channels = channels[0] if tests[0] else channels[1]
            return after
        test = self.owner.condition(stage.piece.condition, line.rows, tests, scope)
        line.entries.append(When(test, arms[0], arms[1]))
        self.owner.join_channels(scope, after, test, channels[0], channels[1])
        return after

    # ------------------------------------------------------------------ loops

    def loop(
        self, stage: tree.Stage, line: Line, scope: Scope, items: Sequence[structure.Item]
    ) -> list[Row]:
        """A comprehension, a `for` statement, or the rounds one by one: the first that is right."""
        loops = [item for item in items if isinstance(item, structure.Loop)]
        after = self.owner.advance(line.rows, items)
        if not any(one.rounds for one in loops):
            return after
        attempts = [self._comprehension, self._statement, self._unrolled]
        depth = self._depth
        for attempt in attempts[1:] if self.named else attempts:
            trial = scope.inner()
            self._depth = depth
            try:
                with self.unit.trial():
                    entries = attempt(stage, line.rows, loops, trial)
            except Mismatch:
                continue
            line.entries += entries
            after = self.owner.counted(trial.channels, after)
            same = {row.shape.channels for row in after}
            inside = bool(self.owner.loops)
            plain: list[Ex | None] = [Lit(same.pop())] if len(same) == 1 and not inside else []
            scope.channels = self.owner.known_channels(after, [*plain, trial.channels])
            return after
        raise Mismatch("a loop whose rounds differ")

    def _comprehension(
        self,
        stage: tree.Stage,
        rows: Sequence[Row],
        loops: Sequence[structure.Loop],
        scope: Scope,
    ) -> list[Entry]:
        """The first round, then the others, all alike."""
        piece = stage.piece
        if not isinstance(piece, tree.Repeat) or any(not one.rounds for one in loops):
            raise Mismatch("no comprehension")
        first = rounds(rows, loops, stop=1)
        entries = self._round(piece.body, first, bound(self.unit, piece, first, scope, 0))
        rest = rounds(rows, loops, start=1)
        if not rest:
            scope.channels = self._last.channels
            return entries
        scope.channels = self.owner.known_channels(rest, [self._last.channels])
        again, counter = self._again(piece, rest, scope)
        if scope.channels != self._last.channels:
            scope.channels = self._last.channels
        if not all(isinstance(e, One) and not e.setup for e in again) or len(again) != 1:
            raise Mismatch("more than a module a round")
        assert isinstance(again[0], One)
        doc = again[0].doc
        counts: list[object] = [len(one.rounds) for one in loops]
        count = self.unit.settle(rows, counts, [scope.convert(piece.count)], "repeats")
        if counter:
            return [*entries, Many(doc, count, counter)]
        if len(entries) == 1 and isinstance(entries[0], One) and entries[0].doc == doc:
            return [Many(doc, count)]
        left = simplify(Bin("-", count, Lit(1)))
        return [*entries, One(doc, None) if left == Lit(1) else Many(doc, left)]

    def _again(
        self, piece: tree.Repeat, rest: list[Row], scope: Scope
    ) -> tuple[list[Entry], str | None]:
        """The rounds after the first, all alike; or alike but for their number, which is named."""
        inner = bound(self.unit, piece, rest, scope)
        try:
            with self.unit.trial():
                return self._round(piece.body, rest, inner), None
        except Mismatch:
            if piece.index is None:
                raise
        counter = safe(piece.index)
        self.unit.state.used.discard(counter)
        inner = scope.inner(**{piece.index: Later(counter)})
        entries = self._round(piece.body, rest, inner)
        return entries, counter if counter in self.unit.state.used else None

    def _round(self, body: tree.Body, rows: list[Row], scope: Scope) -> list[Entry]:
        entries = self.body(body, rows, scope).entries
        self._last = scope
        if self.named:
            if any(isinstance(e, One) and not e.computed for e in entries):
                raise Mismatch("rounds with the same names")
            return entries
        if any(isinstance(e, One) and e.key and not e.key.isdigit() for e in entries):
            raise Mismatch("rounds with names of their own")
        return [replace(e, key=None) if isinstance(e, One) else e for e in entries]

    def _statement(
        self,
        stage: tree.Stage,
        rows: Sequence[Row],
        loops: Sequence[structure.Loop],
        scope: Scope,
    ) -> list[Entry]:
        piece = stage.piece
        assert isinstance(piece, tree.Repeat | tree.For)
        if len(loops) == 1 and len(loops[0].rounds) < 2:
            raise Mismatch("not worth a loop")
        names = [safe(n) for n in variables(piece)]
        self.unit.state.used -= set(names)
        every = rounds(rows, loops)
        inner = scope.inner(**{n: Sym(safe(n)) for n in variables(piece)})
        start = scope.channels
        before = after = None
        with self._running(every, start) as running:
            if running is not None:
                every = [r.with_names({running: r.shape.channels}) for r in every]
                inner.channels = Sym(running)
                if start != Sym(running):
                    before = f"{running} = {text(self._said(start))}"
            self._depth += 1
            entries = self._round(piece.body, every, inner)
            self._depth -= 1
        if not entries:
            raise Mismatch("nothing in the loop")
        if running is not None:
            if inner.channels != Sym(running):
                left = self._said(inner.channels)
                after = None if updated_within(running, left, entries) else updated(running, left)
                if not self.owner.loops:
                    self.owner.sums[running] = after_all(piece, running, start, left, scope)
            scope.channels = Sym(running)
        header, table = loop_header(self.unit, piece, rows, loops, scope)
        return [Loop(header, table, before, tuple(entries), after)]

    @contextmanager
    def _running(self, every: Sequence[Row], start: Ex | None) -> Iterator[str | None]:
        """A variable for the channels, where they differ from round to round.

        A loop within a loop goes on with the outer one's.
        """
        channels: list[object] = [row.shape.channels for row in every]
        if isinstance(start, Sym) and start.name in self.owner.loops:
            yield start.name
            return
        if start is not None and self.unit.try_settle(every, channels, [start]) is not None:
            yield None
            return
        name = self.owner.fresh("channels")
        self.owner.loops.append(name)
        self.owner.ran.add(name)
        try:
            yield name
        finally:
            self.owner.loops.pop()
            self.owner.forget(name)

    def _said(self, ex: Ex | None) -> Ex:
        if ex is None:
            raise Mismatch("channels that can't be said")
        return self.unit.use(ex)

    def _unrolled(
        self,
        stage: tree.Stage,
        rows: Sequence[Row],
        loops: Sequence[structure.Loop],
        scope: Scope,
    ) -> list[Entry]:
        piece = stage.piece
        assert isinstance(piece, tree.Repeat | tree.For)
        counts = {len(one.rounds) for one in loops}
        if len(counts) != 1:
            raise Mismatch("loops of different lengths")
        entries: list[Entry] = []
        for i in range(counts.pop()):
            turn = rounds(rows, loops, start=i, stop=i + 1)
            inner = bound(self.unit, piece, turn, scope, i)
            entries += self.body(piece.body, turn, inner).entries
            scope.channels = inner.channels
        return entries


def _transparent(items: Sequence[structure.Item]) -> bool:
    """Groups without a key add their items to the line."""
    return all(isinstance(i, structure.Group) and i.key is None for i in items)
