"""The forms of a flow: residual, gate, branches, references, conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from archdsl.ir import structure
from archdsl.ir.op import Call
from archdsl.syntax import tree
from archdsl.targets.classes import calls
from archdsl.targets.classes.calls import said
from archdsl.targets.classes.flow import Flow
from archdsl.targets.classes.merges import gate, join, merge
from archdsl.targets.classes.residuals import key_of, residual
from archdsl.targets.layout import flat
from archdsl.targets.outline.candidates import channels_after
from archdsl.targets.outline.constants import Code
from archdsl.targets.outline.loops import bound, rounds
from archdsl.targets.outline.names import safe
from archdsl.targets.outline.rows import Mismatch, Row, value_of
from archdsl.targets.outline.scope import Scope
from archdsl.targets.symbolic import Ex
from archdsl.targets.written import text

if TYPE_CHECKING:
    from archdsl.targets.classes.body import BodyWriter

Writer: TypeAlias = Callable[
    ["BodyWriter", tree.Stage, list[Row], Scope, Flow, Sequence[structure.Item]], list[Row]
]


@dataclass(frozen=True, slots=True)
class Factory:
    """What an op parameter is given: `nn.ReLU`, `partial(nn.BatchNorm2d, eps=0.001)`.

    channels: it is to be called with the number of channels
    function: it stands as a module by itself, and isn't called to make one
    given:    further arguments of the call, by name
    """

    code: Code
    channels: bool
    function: bool
    given: tuple[str, ...]


def factory(module: Call) -> Factory:
    """A module as a callable."""
    places = [i for i, a in enumerate(module.args) if a.of == "in.c"]
    if len(places) > 1 or any(not a.positional for a in module.args[: sum(places)]):
        raise Mismatch("an op that needs more than the channels")
    bound = []
    given = []
    for i, arg in enumerate(module.args):
        value = value_of(arg.value)
        if isinstance(value, Code) and value == arg.name:  # the constructor's own, as it is
            given.append(f"{arg.name}={value}")
        elif i not in places and value != arg.default:
            before = bool(places) and i < places[0]
            bound.append(said(value) if before else f"{arg.name}={said(value)}")
    written = f"partial({', '.join([module.target, *bound])})" if bound else module.target
    return Factory(Code(written), bool(places), module.inline, tuple(given))


def function(
    writer: BodyWriter,
    rows: list[Row],
    scope: Scope,
    flow: Flow,
    items: Sequence[structure.Item],
    lowered: Sequence[Call],
) -> list[Row]:
    """A function that a person writes in forward: `torch.flatten(x, 1)`."""
    layers = [i for i in items if isinstance(i, structure.Layer)]
    writer.units.require(lowered[0])
    after = channels_after(writer.unit, scope, rows, layers)
    flow.apply(lowered[0].target, *calls.literals(lowered))
    scope.channels = after
    return writer.advance(rows, items)


def parameter(
    writer: BodyWriter,
    stage: tree.Stage,
    rows: list[Row],
    scope: Scope,
    flow: Flow,
    items: Sequence[structure.Item],
) -> list[Row]:
    """A lone parameter times the value: `self.layer_scale * x`."""
    layers = [i for i in items if isinstance(i, structure.Layer)]
    dialect = writer.units.dialect
    found = [calls.lowering(dialect, r, la).parameter for r, la in zip(rows, layers, strict=True)]
    known = [f for f in found if f is not None]
    initial = writer.unit.settle(
        rows, [k[0] for k in known], _source(scope, layers[0], "init"), "init"
    )
    channels = writer.unit.settle(rows, [k[1][0] for k in known], [scope.channels], "channels")
    ones = {k[1][1:] for k in known}
    if len(ones) != 1:
        raise Mismatch("maps of different rank")
    doc = dialect.parameter(initial, channels, ones.pop())
    access = writer.places.put_parameter(layers[0].key, doc)
    source = flow.flush()
    flow.set(f"{dialect.parameter_value(access)} * {source}", loose=True)
    return writer.advance(rows, items)


def _source(scope: Scope, layer: structure.Layer, attribute: str) -> list[Ex | None]:
    known = layer.sources.get(attribute)
    return [scope.convert(known.expr)] if known is not None and known.expr is not None else []


def reference(
    writer: BodyWriter,
    stage: tree.Stage,
    rows: list[Row],
    scope: Scope,
    flow: Flow,
    items: Sequence[structure.Item],
) -> list[Row]:
    first = items[0]
    assert isinstance(first, structure.Ref)
    flow.current, flow.pending, flow.calls = writer.named[first.value], False, 0
    after = writer.advance(rows, items)
    candidates = [writer.channels.get(first.value), scope.channels]
    scope.channels = writer.known_channels(after, candidates)
    if scope.is_fixed:
        scope.fixed = scope.channels
    return after


def skip(
    writer: BodyWriter,
    stage: tree.Stage,
    rows: list[Row],
    scope: Scope,
    flow: Flow,
    items: Sequence[structure.Item],
) -> list[Row]:
    return rows


def loop(
    writer: BodyWriter,
    stage: tree.Stage,
    rows: list[Row],
    scope: Scope,
    flow: Flow,
    items: Sequence[structure.Item],
) -> list[Row]:
    """A loop among named children: each round has names of its own, so it is written out."""
    piece = stage.piece
    assert isinstance(piece, tree.Repeat | tree.For)
    loops = [i for i in items if isinstance(i, structure.Loop)]
    counts = {len(one.rounds) for one in loops}
    if len(counts) != 1:
        raise Mismatch("loops of different lengths")
    for i in range(counts.pop()):
        turn = rounds(rows, loops, start=i, stop=i + 1)
        inner = bound(writer.unit, piece, turn, scope, i)
        ends = writer.body(piece.body, turn, inner, flow)
        if flow.depth == 0:
            writer.end_statement(ends, flow)
        scope.channels = inner.channels
    return writer.advance(rows, items)


def choice(
    writer: BodyWriter,
    stage: tree.Stage,
    rows: list[Row],
    scope: Scope,
    flow: Flow,
    items: Sequence[structure.Item],
) -> list[Row]:
    """An `if`: just the arm taken where all rows take the same, else a stored flag."""
    piece = stage.piece
    assert isinstance(piece, tree.If)
    choices = [i for i in items if isinstance(i, structure.Choice)]
    after = writer.advance(rows, items)
    tests = [c.taken == "then" for c in choices]
    if all(tests) or not any(tests):
        body = piece.then if tests[0] else piece.other
        if body is not None:
            inner = [r.inside(c.items) for r, c in zip(rows, choices, strict=True)]
            local = scope.inner()
            writer.body(body, inner, local, flow)
            scope.channels = writer.known_channels(after, [local.channels])
        return after
    test = writer.condition(piece.condition, rows, tests, scope)
    flag = writer.places.reserve(_flag(choices))
    writer.places.emit(f"self.{flag} = {text(test)}")
    flow.flush(flow.variable)
    channels: list[Ex | None] = []
    for arm, body, header, test_of_arm in (
        ("then", piece.then, f"if self.{flag}:", f"if self.{flag}:"),
        ("other", piece.other, "else:", f"if not self.{flag}:"),
    ):
        local = scope.inner()
        if body is not None:
            inner = [
                r.inside(c.items) for r, c in zip(rows, choices, strict=True) if c.taken == arm
            ]
            flow.emit(header)
            arm_flow = flow.indented()
            with writer.places.under(test_of_arm):
                writer.body(body, inner, local, arm_flow)
            arm_flow.flush(flow.variable)
        channels.append(local.channels)
    flow.current, flow.pending = flow.variable, False
    writer.join_channels(scope, after, test, channels[0], channels[1])
    return after


def _flag(choices: Sequence[structure.Choice]) -> str:
    """A name for a condition: what it decides about."""
    items = next((c.items for c in choices if c.items), ())
    key = next((k for k in map(key_of, items) if k is not None and k.isidentifier()), None)
    return f"has_{key}" if key else "condition"


def aux(
    writer: BodyWriter,
    stage: tree.Stage,
    rows: list[Row],
    scope: Scope,
    flow: Flow,
    items: Sequence[structure.Item],
) -> list[Row]:
    """A side head: computed in training only."""
    assert isinstance(stage.piece, tree.Aux)
    first = items[0]
    assert isinstance(first, structure.Aux)
    body = [
        r.inside(i.items) for r, i in zip(rows, items, strict=True) if isinstance(i, structure.Aux)
    ]
    with _in_training(writer, first, flow) as inner:
        writer.body(stage.piece.body, body, scope.start_branch(), inner)
    return rows


def labelled_aux(
    writer: BodyWriter,
    stage: tree.Stage,
    rows: list[Row],
    scope: Scope,
    flow: Flow,
    items: Sequence[structure.Item],
) -> list[Row]:
    """`h: aux { .. }`: its body is one child, and the head is still the net's."""
    assert isinstance(stage.piece, tree.Aux)
    child = replace(stage, piece=tree.Group(stage.piece.body, stage.piece.span))
    heads = [h for i in items if isinstance(i, structure.Group) and (h := head_of(i))]
    bodies = [
        replace(i, syntax=child, items=h.items, input=h.input, output=h.output)
        for i, h in zip(items, heads, strict=True)
        if isinstance(i, structure.Group)
    ]
    inside = [r.inside([b]) for r, b in zip(rows, bodies, strict=True)]
    with _in_training(writer, heads[0], flow) as inner:
        writer.stage(child, inside, scope.start_branch(), inner)
    return rows


def head_of(item: structure.Item) -> structure.Aux | None:
    """The side head that the item is, with its label as a level of its own."""
    if not isinstance(item, structure.Group) or len(item.items) != 1:
        return None
    (only,) = item.items
    return only if isinstance(only, structure.Aux) and item.syntax is only.syntax else None


@contextmanager
def _in_training(writer: BodyWriter, head: structure.Aux, flow: Flow) -> Iterator[Flow]:
    """The flow of a side head, whose value the net gives out."""
    name = safe(head.label) if head.label.isidentifier() else f"aux{len(writer.aux) + 1}"
    flow.flush()
    flow.emit(f"if {writer.units.dialect.training}:")
    inner = Flow(flow.lines, flat(flow.current), name, flow.indent + 1, flow.depth + 1)
    yield inner
    inner.flush(name)
    writer.aux.append(name)


WRITERS: dict[type[structure.Item], Writer] = {
    structure.Residual: residual,
    structure.Gate: gate,
    structure.Merge: merge,
    structure.Join: join,
    structure.Ref: reference,
    structure.Skip: skip,
    structure.Loop: loop,
    structure.Choice: choice,
    structure.Aux: aux,
}
