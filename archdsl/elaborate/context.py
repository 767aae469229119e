"""Where the elaboration stands: one `Run` for a net, one `Context` for each body in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from archdsl import limits
from archdsl.diagnostics import Diagnostics, Frame, Label, Span
from archdsl.elaborate import codes
from archdsl.elaborate.builder import Builder
from archdsl.elaborate.defaults import Flowing
from archdsl.elaborate.files import Module
from archdsl.elaborate.least import Least, too_large
from archdsl.elaborate.levels import Level, Naming
from archdsl.elaborate.names import count_words
from archdsl.elaborate.problems import Poisoned, Problem
from archdsl.elaborate.recursion import Uses
from archdsl.elaborate.references import unknown_label
from archdsl.elaborate.scope import NO_VALUE, POISON_VALUE, Meter, Scope, Variables
from archdsl.ir.attributes import attributes_of
from archdsl.ir.graph import AuxOutput
from archdsl.ir.shape import Shape
from archdsl.ir.structure import Expectation, Item
from archdsl.syntax import tree

Walk = Callable[["Context", tree.Body], tuple[Item, ...]]


@dataclass
class Run:
    """What the whole elaboration of a net shares.

    shapes: input shapes from outside, by label (None: of the only input)
    """

    diagnostics: Diagnostics
    walk: Walk
    builder: Builder = field(default_factory=Builder)
    meter: Meter = field(default_factory=Meter)
    shapes: Mapping[str | None, Shape] = field(default_factory=dict)
    inputs: list[tuple[str | None, int]] = field(default_factory=list)
    outputs: list[tuple[str | None, int]] | None = None
    aux: list[AuxOutput] = field(default_factory=list)
    expectations: list[Expectation] = field(default_factory=list)
    failed: bool = False
    broken: bool = False  # by what could not be read: reported with the syntax
    problems: int = 0  # reported, those said already too
    steps: int = 0
    depth: int = 0
    least: Least = field(default_factory=Least)
    uses: Uses = field(default_factory=Uses)
    _words: dict[int, tuple[object, Mapping[str, int]]] = field(default_factory=dict)

    def step(self, span: Span) -> None:
        self.steps += 1
        if self.steps > limits.now().steps:
            raise too_large(span)

    def room(self, rounds: int, body: tree.Body, home: Module, span: Span) -> None:
        """Refuses at once what must take more steps than are left."""
        least = self.least.of(body, home)
        if self.steps + rounds * (1 + least) > limits.now().steps:
            raise too_large(span)

    def words(self, piece: tree.Body | tree.Piece) -> Mapping[str, int]:
        """How often each word is written in a body; counted once."""
        found = self._words.get(id(piece))
        if found is None:
            found = self._words[id(piece)] = (piece, count_words(piece))
        return found[1]


class Cursor:
    """The flow: its current value, and the value that `in` is fixed to in a branch."""

    __slots__ = ("fixed", "value")

    def __init__(self, value: int, fixed: int | None = None) -> None:
        self.value = value
        self.fixed = fixed


@dataclass(slots=True)
class Context:
    """A body's surroundings.

    root:        the body is the net's own, or under its `if`, `for` and `repeat`
    in_loop:     in a loop that adds its items to this level
    conditional: in an `if`, loop or shortcut that does
    pending:     the expectations of the instance around
    """

    run: Run
    module: Module
    variables: Variables
    level: Level
    flowing: Flowing
    cursor: Cursor
    frames: tuple[Frame, ...] = ()
    pending: list[tuple[tree.Expect, Scope]] = field(default_factory=list)
    root: bool = False
    in_loop: bool = False
    conditional: bool = False
    aux: bool = False

    # ------------------------------------------------------------------ contexts within

    def _copy(self) -> Context:
        return Context(
            self.run,
            self.module,
            self.variables,
            self.level,
            self.flowing,
            self.cursor,
            self.frames,
            self.pending,
            self.root,
            self.in_loop,
            self.conditional,
            self.aux,
        )

    def with_variables(self, own: Mapping[str, object] | None = None) -> Context:
        inner = self._copy()
        inner.variables = Variables(self.variables, own)
        return inner

    def with_cursor(self, cursor: Cursor) -> Context:
        inner = self._copy()
        inner.cursor = cursor
        inner.root = False
        return inner

    def as_round(self, own: Mapping[str, object]) -> Context:
        inner = self.with_variables(own)
        inner.in_loop = inner.conditional = True
        return inner

    def as_conditional(self) -> Context:
        inner = self._copy()
        inner.conditional = True
        return inner

    def nested(self) -> Context:
        """For a form that adds no level, and in which a net's own items can't stand."""
        if not self.root:
            return self
        inner = self._copy()
        inner.root = False
        return inner

    def open(self, key: str, naming: Naming, piece: tree.Piece) -> Context:
        """A level of its own within this one."""
        words = self.run.words(piece) if naming == "name" else {}
        inner = self._copy()
        inner.level = Level(self.level.at(key), naming, words, self.level, strict=self.level.strict)
        inner.root = inner.in_loop = inner.conditional = False
        return inner

    # ------------------------------------------------------------------ what is asked

    def scope(self) -> Scope:
        at = self.cursor.value if self.cursor.fixed is None else self.cursor.fixed
        inflow = self.run.builder.nodes[at].shape if at >= 0 else None
        return Scope(
            self.module,
            self.variables,
            inflow,
            at == NO_VALUE,
            self._label_shape,
            self.level.visible,
            self.level.uncertain,
            self.flowing,
            self.run.meter,
        )

    def _label_shape(self, label: str) -> Shape | None:
        value = self.level.find(label)
        if value is None:
            raise KeyError(label)
        return self.run.builder.nodes[value].shape if value >= 0 else None

    def labelled(self, text: str, template: tree.Template) -> int:
        """The value of `@text`; raises Problem, or Poisoned where it may be missing by an error."""
        value = self.level.find(text)
        if value is None:
            raise unknown_label(text, template, self.scope())
        if value >= 0 and self.run.builder.nodes[value].aux and not self.aux:
            raise Problem(
                codes.FROM_AUX,
                f"`@{text}` is in a side head, which is absent at inference",
                template.span,
                help="take the value before `aux`",
            )
        return value

    @property
    def poisoned(self) -> bool:
        return self.cursor.value == POISON_VALUE

    def inflow(self, span: Span) -> int:
        """The current value; raises Problem where there is none yet, Poisoned for poison."""
        value = self.cursor.value
        if value >= 0:
            return value
        if value == POISON_VALUE:
            raise Poisoned
        label = self.run.inputs[0][0] if self.run.inputs else None
        if label is not None:
            raise Problem(
                codes.NOTHING_FLOWS,
                "nothing flows here yet: the net has several inputs",
                span,
                help=f"start with one of them: `@{label} -> ..`",
            )
        raise Poisoned  # a net without input, or without names for several: the resolver's

    # ------------------------------------------------------------------ reports

    def report(self, problem: Problem) -> None:
        self.run.failed = True
        self.run.problems += 1
        problem.report(self.run.diagnostics, self.frames)

    def origin(self, value: int, span: Span | None) -> list[Label]:
        """Where a value's shape comes from, unless that is in `span` itself.

        Layers that only pass a shape on are gone back over: it comes from the convolution.
        """
        nodes = self.run.builder.nodes
        node = nodes[value]
        while node.inputs and "c" not in attributes_of(type(node.op)):
            before = nodes[node.inputs[0]]
            if before.shape != node.shape:
                break
            node = before
        if span is not None and span.contains(node.span):
            return []
        here = self.frames[-1].path if self.frames else ""
        elsewhere = self.level.path.startswith(here) and not node.path.startswith(here)
        which = f", as {node.path}" if elsewhere else ""
        return [Label(node.span, f"{node.shape} comes from here{which}")]
