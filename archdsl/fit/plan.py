"""A net's body as a plan that finds the pieces which a candidate is made of.

Input: the syntax tree of a body. Output: steps that go over it as the elaborator does: lets,
defaults, loops, conditions and groups are decided anew for each candidate, by questions that
remember their answers. Every other stage is a piece: the elaborator makes it alone, once for each
of the shapes, arguments and defaults that it can tell apart. So all that is known of layers and
blocks is the elaborator's, and what it says of a piece is remembered.

A body whose stages refer to labels outside themselves is no row of pieces: `NotInRow`.
"""

from __future__ import annotations

from collections.abc import Sequence

from archdsl import limits
from archdsl.analysis.facts import Known
from archdsl.diagnostics import Diagnostics
from archdsl.elaborate import codes, expressions, segments
from archdsl.elaborate.body import late_defaults
from archdsl.elaborate.builder import Made
from archdsl.elaborate.defaults import Flowing
from archdsl.elaborate.files import Module
from archdsl.elaborate.levels import Naming
from archdsl.elaborate.mentions import nodes
from archdsl.elaborate.problems import Problem
from archdsl.elaborate.scope import Scope, Variables
from archdsl.elaborate.values import show, whole
from archdsl.fit.parts import Part, Seconds, part_of
from archdsl.fit.questions import Question, failed, free
from archdsl.fit.state import State, Step
from archdsl.fit.telling import Tellings
from archdsl.fit.values import Failed, Numbers
from archdsl.ir.shape import Shape
from archdsl.syntax import tree

__all__ = ["NotInRow", "Plan"]


class NotInRow(Exception):
    """A value is used past the stage that follows it."""


class Plan:
    """Makes the steps of one net's body, and remembers what they find."""

    def __init__(
        self, home: Module, numbers: Numbers, shape: Shape | None, seconds: Seconds | None
    ) -> None:
        self.home = home
        self.shape = shape
        self.numbers = numbers
        self.tellings = Tellings(home, numbers)
        self.flowing: list[Flowing] = []
        self.made: dict[object, Made] = {}
        self.facts: Known = {}
        self.seconds = seconds
        self.pieces = 0  # elaborated so far

    # ------------------------------------------------------------------ bodies

    def body(self, body: tree.Body, visible: Sequence[str], naming: Naming) -> Step:
        """The steps of a body, in order; defaults hold in it alone."""
        seen = list(visible)
        steps: list[Step] = []
        late = late_defaults(body)
        if late:
            steps.append(self._defaults(late, seen))
        begun = False
        for item in body.items:
            match item:
                case tree.Chain():
                    begun = True
                    steps += [self._stage(stage, seen, naming) for stage in item.stages]
                case tree.Let():
                    steps.append(self._let(item, seen))
                    seen.append(item.name)
                case tree.Defaults() | tree.Init() if not begun:
                    steps.append(self._defaults([item], seen))
                case tree.Input():
                    steps.append(self._input(item, seen))
                case tree.Output():
                    raise NotInRow
                case _:
                    pass  # an expectation is not of candidates
        if not any(isinstance(item, tree.Defaults | tree.Init) for item in body.items):
            return _row(steps)

        def scoped(state: State) -> None:
            before = state.defaults
            for step in steps:
                step(state)
            state.defaults = before

        return scoped

    def _input(self, item: tree.Input, visible: Sequence[str]) -> Step:
        if item.label is not None:
            raise NotInRow
        question = Question(self.numbers, self.home, item.shape, visible)
        given = None if self.shape is None else self.numbers.of(self.shape)

        def step(state: State) -> None:
            written = question.ask(state.env, -1)
            state.shape = state.start = written if given is None else given

        return step

    def _let(self, item: tree.Let, visible: Sequence[str]) -> Step:
        question = Question(self.numbers, self.home, item.value, visible)
        name = item.name

        def step(state: State) -> None:
            state.env[name] = question.ask(state.env, state.shape)

        return step

    def _defaults(self, items: Sequence[tree.Defaults | tree.Init], visible: Sequence[str]) -> Step:
        names = free(visible, *items)
        flows = any(isinstance(node, tree.InAttr) for node in nodes(*items))
        known: dict[object, int | Failed] = {}

        def make(state: State) -> int | Failed:
            diagnostics = Diagnostics()
            scope = self._scope(names, state)
            found = segments.defaults(self.flowing[state.defaults], items, scope, diagnostics)
            if diagnostics.failed:
                return failed(diagnostics)
            self.flowing.append(found)
            return len(self.flowing) - 1

        def step(state: State) -> None:
            asked = (state.defaults, state.shape if flows else -1)
            key = (asked, *[state.env[name] for name in names])
            found = known.get(key)
            if found is None:
                found = known[key] = make(state)
            if isinstance(found, Failed):
                raise found
            state.defaults = found

        return step

    def _scope(self, names: Sequence[str], state: State) -> Scope:
        values = self.numbers.values
        inflow = values[state.shape] if state.shape >= 0 else None
        assert inflow is None or isinstance(inflow, Shape)
        own = {name: values[state.env[name]] for name in names}
        return Scope(self.home, Variables(None, own), inflow, inflow is None)

    # ------------------------------------------------------------------ stages

    def _stage(self, stage: tree.Stage, visible: Sequence[str], naming: Naming) -> Step:
        inner: Naming = "position" if stage.label is not None else naming
        match stage.piece:
            case tree.Group():
                made = self.body(stage.piece.body, visible, "position")
            case tree.Repeat():
                made = self._repeat(stage.piece, visible, inner)
            case tree.For():
                made = self._for(stage.piece, visible, inner)
            case tree.If():
                made = self._if(stage.piece, visible, inner)
            case _:
                return self._piece(stage, visible, naming)
        if stage.shape is None:
            return made
        wanted = Question(self.numbers, self.home, stage.shape, visible)
        code, values = codes.OTHER_SHAPE, self.numbers.values
        place = f"{stage.span.source.name}:{stage.span.line}"

        def asserted(state: State) -> None:
            made(state)
            expected = wanted.ask(state.env, state.shape)
            if expected != state.shape:
                said = f"expected {values[expected]}, found {values[state.shape]}"
                raise Failed(code, said, place)

        return asserted

    def _repeat(self, piece: tree.Repeat, visible: Sequence[str], naming: Naming) -> Step:
        count = Question(self.numbers, self.home, piece.count, visible)
        index, numbers = piece.index, self.numbers
        inside = [*visible, *([index] if index is not None else [])]
        body = self.body(piece.body, inside, naming)
        rounds: dict[int, list[int]] = {}

        def step(state: State) -> None:
            asked = count.ask(state.env, state.shape)
            numbered = rounds.get(asked)
            if numbered is None:
                times = self._times(asked, piece)
                numbered = rounds[asked] = [numbers.of(i) for i in range(times)]
            if index is None:
                for _ in numbered:
                    body(state)
                return
            env = state.env
            for number in numbered:
                env[index] = number
                body(state)

        return step

    def _times(self, asked: int, piece: tree.Repeat) -> int:
        value = self.numbers.values[asked]
        times = whole(value)
        place = f"{piece.span.source.name}:{piece.span.line}"
        if times is None or times < 0:
            code = codes.WRONG_KIND if times is None else codes.OUT_OF_BOUNDS
            raise Failed(code, f"`repeat` wants a whole number, got {show(value)}", place)
        if times > limits.now().nodes:
            raise Failed(codes.NET_TOO_LARGE, f"`repeat` goes {times:,} times", place)
        return times

    def _for(self, piece: tree.For, visible: Sequence[str], naming: Naming) -> Step:
        rows = Question(self.numbers, self.home, piece.rows, visible)
        names = list(piece.target.names)
        if piece.index is not None:
            names.append(piece.index)
        body = self.body(piece.body, [*visible, *names], naming)
        rounds: dict[int, list[list[tuple[str, int]]] | Failed] = {}

        def step(state: State) -> None:
            asked = rows.ask(state.env, state.shape)
            found = rounds.get(asked)
            if found is None:
                found = rounds[asked] = self._rows(piece, asked)
            if isinstance(found, Failed):
                raise found
            for values in found:
                state.env.update(values)
                body(state)

        return step

    def _rows(self, piece: tree.For, asked: int) -> list[list[tuple[str, int]]] | Failed:
        found = []
        try:
            rows = expressions.rows_of(self.numbers.values[asked], piece.rows, "`for`")
            for at, row in enumerate(rows):
                values = expressions.unpack(piece.target, row, at, piece.rows)
                if piece.index is not None:
                    values[piece.index] = at
                found.append([(name, self.numbers.of(value)) for name, value in values.items()])
        except Problem as problem:
            diagnostics = Diagnostics()
            problem.report(diagnostics)
            return failed(diagnostics)
        return found

    def _if(self, piece: tree.If, visible: Sequence[str], naming: Naming) -> Step:
        condition = Question(self.numbers, self.home, piece.condition, visible)
        then = self.body(piece.then, visible, naming)
        other = self.body(piece.other, visible, naming) if piece.other is not None else None
        values = self.numbers.values
        place = f"{piece.span.source.name}:{piece.span.line}"

        def step(state: State) -> None:
            value = values[condition.ask(state.env, state.shape)]
            if value is True:
                then(state)
            elif value is not False:
                said = f"`if` wants `true` or `false`, got {show(value)}"
                raise Failed(codes.NOT_A_TRUTH_VALUE, said, place)
            elif other is not None:
                other(state)

        return step

    # ------------------------------------------------------------------ pieces

    def _piece(self, stage: tree.Stage, visible: Sequence[str], naming: Naming) -> Step:
        if not _closed(stage):
            raise NotInRow
        names = free(visible, stage)
        tell = self.tellings.of(stage, visible)
        near = tell.near
        known: dict[object, Part | Failed] = {}
        seen: dict[object, Part | Failed] = {}

        def step(state: State) -> None:
            glance = near(state)
            part = seen.get(glance)
            if part is None:
                key = tell.key(state)
                part = known.get(key)
                if part is None:
                    part = known[key] = self._alone(stage, naming, names, state)
                seen[glance] = part
            if isinstance(part, Failed):
                raise part
            state.shape = part.output
            state.parts.append(part)

        return step

    def _alone(
        self, stage: tree.Stage, naming: Naming, names: Sequence[str], state: State
    ) -> Part | Failed:
        """Elaborates a stage for the values that it sees."""
        diagnostics = Diagnostics()
        values = self.numbers.values
        inflow = values[state.shape]
        assert isinstance(inflow, Shape)
        own = {name: values[state.env[name]] for name in names}
        around = self.flowing[state.defaults]
        self.pieces += 1
        graph = segments.stage_alone(
            self.home, stage, naming, own, around, inflow, diagnostics, self.made
        )
        if graph is None:
            return failed(diagnostics)
        output = self.numbers.of(graph.nodes[graph.outputs[0][1]].shape)
        return part_of(graph, self.facts, output, self.seconds)


def _row(steps: list[Step]) -> Step:
    if len(steps) == 1:
        return steps[0]

    def run(state: State) -> None:
        for step in steps:
            step(state)

    return run


def _closed(stage: tree.Stage) -> bool:
    """Whether every reference in it is to a label of its own."""
    labels: set[str | None] = set()
    wanted: set[str | None] = set()
    for node in nodes(stage.piece):
        if isinstance(node, tree.Stage) and node.label is not None:
            labels.add(node.label.literal)
        elif isinstance(node, tree.Ref | tree.RefExpr):
            wanted.add(node.label.literal)
    return not wanted or (wanted <= labels and None not in wanted)
