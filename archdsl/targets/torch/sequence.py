"""Lines of modules: groups, labelled loops and `seq` blocks as nn.Sequential.

A line becomes entries (a module, a condition, a loop); entries become one expression where they
can (comprehensions for repeats), else statements that fill a list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from archdsl.ir import structure
from archdsl.syntax import tree
from archdsl.targets.layout import INDENT, Brackets, Doc, call, lay_out
from archdsl.targets.outline.names import safe
from archdsl.targets.outline.rows import Mismatch, Row, same_type, value_of
from archdsl.targets.outline.unit import Scope
from archdsl.targets.symbolic import Bin, Ex, Lit, Seq, Sym, simplify, text

if TYPE_CHECKING:
    from archdsl.targets.torch.body import BodyWriter


@dataclass(frozen=True, slots=True)
class One:
    """A module. key: its name in the sequence; None in a loop, where each round has another."""

    doc: Doc
    key: str | None


@dataclass(frozen=True, slots=True)
class When:
    """Modules that are there only under a condition."""

    test: Ex
    then: tuple[Entry, ...]
    other: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Many:
    """The same module again and again: `*[doc for _ in range(count)]`."""

    doc: Doc
    count: Ex


@dataclass(frozen=True, slots=True)
class Loop:
    """A `for` statement; before: `channels = 3`, after: `channels = c` in each round."""

    header: str
    rows: Doc
    before: str | None
    entries: tuple[Entry, ...]
    after: str | None


Entry: TypeAlias = One | When | Many | Loop


@dataclass
class Line:
    """Entries of a line, and the rows at its end."""

    entries: list[Entry] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


class LineWriter:
    """Walks a body that is a line and makes its entries."""

    def __init__(self, owner: BodyWriter) -> None:
        self.owner = owner
        self.unit = owner.unit
        self._loops: list[str] = []  # running variables of the loops that are being written

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
            doc, key, line.rows = self.owner.module(stage, line.rows, scope, present)
            line.entries.append(One(doc, key))

    def _optional(self, stage: tree.Stage, line: Line, scope: Scope) -> None:
        """A layer whose op is a parameter, `none` in some rows."""
        some = [r for r in line.rows if id(stage) in r.items]
        items = [r.items[id(stage)] for r in some]
        test = self.owner.presence(stage, line.rows)
        channels = scope.channels
        doc, key, after = self.owner.module(stage, some, scope, items)
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
            arms.append(tuple(self.body(body, taken, inner).entries) if taken and body else ())
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
        for attempt in (self._comprehension, self._statement, self._unrolled):
            trial = scope.inner()
            try:
                with self.unit.trial():
                    entries = attempt(stage, line.rows, loops, trial)
            except Mismatch:
                continue
            line.entries += entries
            if isinstance(trial.channels, Sym):
                after = [r.with_names({trial.channels.name: r.shape.channels}) for r in after]
            same = {row.shape.channels for row in after}
            plain: list[Ex | None] = [Lit(same.pop())] if len(same) == 1 and not self._loops else []
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
        entries = self._round(piece.body, first, self._bound(piece, first, scope))
        rest = rounds(rows, loops, start=1)
        if not rest:
            return entries
        scope.channels = self.owner.known_channels(rest, [self._last.channels])
        again = self._round(piece.body, rest, self._bound(piece, rest, scope))
        if scope.channels != self._last.channels:
            scope.channels = self._last.channels
        if not all(isinstance(e, One) for e in again) or len(again) != 1:
            raise Mismatch("more than a module a round")
        assert isinstance(again[0], One)
        doc = again[0].doc
        counts: list[object] = [len(one.rounds) for one in loops]
        count = self.unit.settle(
            rows, counts, [scope.convert(piece.count)], "repeats"
        )
        if len(entries) == 1 and isinstance(entries[0], One) and entries[0].doc == doc:
            return [Many(doc, count)]
        left = simplify(Bin("-", count, Lit(1)))
        return [*entries, One(doc, None) if left == Lit(1) else Many(doc, left)]

    def _round(self, body: tree.Body, rows: list[Row], scope: Scope) -> list[Entry]:
        entries = self.body(body, rows, scope).entries
        self._last = scope
        if any(isinstance(e, One) and e.key and not e.key.isdigit() for e in entries):
            raise Mismatch("rounds with names of their own")
        return [One(e.doc, None) if isinstance(e, One) else e for e in entries]

    def _bound(self, piece: tree.Repeat | tree.For, rows: Sequence[Row], scope: Scope) -> Scope:
        """Loop variables as their values, where they are the same in all rows."""
        found = scope.inner()
        for name in variables(piece):
            values = [row.names[safe(name)] for row in rows]
            same = all(type(v) is type(values[0]) and v == values[0] for v in values)
            plain = isinstance(values[0], bool | int | float | str | tuple | list)
            found.local[name] = Lit(values[0]) if same and plain else None
        return found

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
            entries = self._round(piece.body, every, inner)
        if running is not None:
            if inner.channels != Sym(running):
                after = _updated(running, self._said(inner.channels))
            scope.channels = Sym(running)
        header, table = self._header(piece, rows, loops, scope, self.unit.state.used)
        return [Loop(header, table, before, tuple(entries), after)]

    @contextmanager
    def _running(self, every: Sequence[Row], start: Ex | None) -> Iterator[str | None]:
        """A variable for the channels, where they differ from round to round.

        A loop within a loop goes on with the outer one's.
        """
        channels: list[object] = [row.shape.channels for row in every]
        if isinstance(start, Sym) and start.name in self._loops:
            yield start.name
            return
        if start is not None and self.unit.try_settle(every, channels, [start]) is not None:
            yield None
            return
        name = self.owner.fresh("channels")
        self._loops.append(name)
        try:
            yield name
        finally:
            self._loops.pop()
            self.owner.forget(name)

    def _said(self, ex: Ex | None) -> Ex:
        if ex is None:
            raise Mismatch("channels that can't be said")
        return self.unit.use(ex)

    def _header(
        self,
        piece: tree.Repeat | tree.For,
        rows: Sequence[Row],
        loops: Sequence[structure.Loop],
        scope: Scope,
        used: set[str],
    ) -> tuple[str, Doc]:
        """`for t, c in ` and the table; names that nothing uses get an underscore."""

        def shown(name: str) -> str:
            return safe(name) if safe(name) in used else f"_{name}"  # linters know this mark

        index = piece.index
        if isinstance(piece, tree.Repeat):
            counts: list[object] = [len(one.rounds) for one in loops]
            count = self.unit.settle(rows, counts, [scope.convert(piece.count)], "repeats")
            name = shown(index) if index and safe(index) in used else "_"
            return f"for {name} in ", f"range({text(count)})"
        names = piece.target.names
        tables: list[object] = [
            [
                value_of(r.values[names[0]])
                if piece.target.single
                else tuple(value_of(r.values[n]) for n in names)
                for r in one.rounds
            ]
            for one in loops
        ]
        table = self.unit.settle(rows, tables, [scope.convert(piece.rows)], "rows")
        target = ", ".join(shown(n) for n in names)
        if not piece.target.single and len(names) == 1:
            target += ","
        doc = table_doc(table)
        if index and safe(index) in used:
            inner = target if piece.target.single else f"({target})"
            return f"for {safe(index)}, {inner} in ", call("enumerate", [doc])
        return f"for {target} in ", doc

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
            inner = self._bound(piece, turn, scope)
            entries += self.body(piece.body, turn, inner).entries
            scope.channels = inner.channels
        return entries


def _updated(name: str, ex: Ex) -> str:
    if isinstance(ex, Bin) and ex.op == "+" and ex.left == Sym(name):
        return f"{name} += {text(ex.right)}"
    return f"{name} = {text(ex)}"


def _transparent(items: Sequence[structure.Item]) -> bool:
    """Groups without a key add their items to the line."""
    return all(isinstance(i, structure.Group) and i.key is None for i in items)


def variables(piece: tree.Repeat | tree.For) -> list[str]:
    names = list(piece.target.names) if isinstance(piece, tree.For) else []
    return [*names, piece.index] if piece.index else names


def rounds(
    rows: Sequence[Row],
    loops: Sequence[structure.Loop],
    start: int = 0,
    stop: int | None = None,
) -> list[Row]:
    """A row for each turn of each row's loop, with the loop's variables as names."""
    return [
        row.inside(turn.items, turn.input).with_names(
            {safe(n): value_of(v) for n, v in turn.values.items()}
        )
        for row, one in zip(rows, loops, strict=True)
        for turn in one.rounds[start:stop]
    ]


def table_doc(table: Ex) -> Doc:
    """A table of a loop: a row a line where it doesn't fit on one."""
    if isinstance(table, Lit) and isinstance(table.value, list):
        return Brackets("", tuple(text(Lit(v)) for v in table.value), brackets="[]")
    if isinstance(table, Seq) and table.is_list:
        return Brackets("", tuple(text(i) for i in table.items), brackets="[]")
    return text(table)


# ------------------------------------------------------------------------------- as code


def is_expression(entries: Sequence[Entry]) -> bool:
    return all(isinstance(e, One | Many) for e in entries)


def sequential(entries: Sequence[Entry]) -> Doc:
    """`nn.Sequential(...)` of entries that need no statement."""
    if _named(entries):
        pairs = [
            Brackets("", (f'"{e.key}"', e.doc)) for e in entries if isinstance(e, One)
        ]
        inner = Brackets("OrderedDict", (Brackets("", tuple(pairs), brackets="[]", explode=True),))
        return call("nn.Sequential", [inner])
    parts = list(as_parts(entries))
    return call("nn.Sequential", parts, explode=len(parts) > 2)


def _named(entries: Sequence[Entry]) -> bool:
    """Whether the keys are other than the positions that nn.Sequential gives by itself."""
    keys = [e.key for e in entries if isinstance(e, One)]
    if any(k is None for k in keys) or len(keys) != len(entries):
        return False
    return keys != [str(i) for i in range(len(keys))]


def as_parts(entries: Sequence[Entry]) -> list[Doc]:
    parts: list[Doc] = []
    for entry in entries:
        if isinstance(entry, One):
            parts.append(entry.doc)
        elif isinstance(entry, Many):
            loop = f"for _ in range({text(entry.count)})"
            parts.append(Brackets("*", (entry.doc, loop), brackets="[]", loop=True))
    return parts


def statements(name: str, entries: Sequence[Entry], indent: int) -> list[str]:
    """Statements that make a list `name` of the modules."""
    lead: list[Entry] = []
    rest = list(entries)
    while rest and isinstance(rest[0], One | Many):
        lead.append(rest.pop(0))
    head = Brackets("", tuple(as_parts(lead)), brackets="[]", explode=len(lead) > 2)
    lines = lay_out(f"{name}: list[nn.Module] = ", head, indent)
    return lines + _fill(name, rest, indent)


def _fill(name: str, entries: Sequence[Entry], indent: int) -> list[str]:
    lines: list[str] = []
    run: list[Entry] = []

    def flush() -> None:
        if len(run) == 1 and isinstance(run[0], One):
            lines.extend(lay_out("", call(f"{name}.append", [run[0].doc]), indent))
        elif run:
            doc = Brackets("", tuple(as_parts(run)), brackets="[]", explode=len(run) > 2)
            lines.extend(lay_out(f"{name} += ", doc, indent))
        run.clear()

    margin = INDENT * indent
    for entry in entries:
        if isinstance(entry, One | Many):
            run.append(entry)
            continue
        flush()
        if isinstance(entry, When):
            then, other, test = entry.then, entry.other, text(entry.test)
            if not then:
                then, other, test = other, (), f"not {text(entry.test, 3)}"
            lines.append(f"{margin}if {test}:")
            lines += _fill(name, then, indent + 1)
            if other:
                lines.append(f"{margin}else:")
                lines += _fill(name, other, indent + 1)
        else:
            if entry.before:
                lines.append(f"{margin}{entry.before}")
            lines += lay_out(entry.header, entry.rows, indent, ":")
            lines += _fill(name, entry.entries, indent + 1)
            if entry.after:
                lines.append(f"{margin}{INDENT}{entry.after}")
    flush()
    return lines

