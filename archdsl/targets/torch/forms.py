"""The forms of a flow in `forward`: residual, gate, branches, references, conditions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import TYPE_CHECKING, TypeAlias

from archdsl.ir import structure
from archdsl.ir.op import Call
from archdsl.syntax import tree
from archdsl.targets.layout import Brackets, Doc, call, flat
from archdsl.targets.outline.names import safe
from archdsl.targets.outline.rows import Mismatch, Row, same_type, value_of
from archdsl.targets.outline.unit import Code, Scope
from archdsl.targets.symbolic import Bin, Ex, Lit, literal, simplify, text
from archdsl.targets.torch import calls
from archdsl.targets.torch.flow import Flow
from archdsl.targets.torch.sequence import rounds, variables

if TYPE_CHECKING:
    from archdsl.targets.torch.body import BodyWriter

Writer: TypeAlias = Callable[
    ["BodyWriter", tree.Stage, list[Row], Scope, Flow, Sequence[structure.Item]], list[Row]
]


def factory(module: Call) -> tuple[Code, bool]:
    """A module as a callable: `nn.ReLU`, `partial(nn.BatchNorm2d, eps=0.001)`.

    The second result: whether it is to be called with the number of channels.
    """
    places = [i for i, a in enumerate(module.args) if a.of == "in.c"]
    if len(places) > 1 or any(not a.positional for a in module.args[: sum(places)]):
        raise Mismatch("an op that needs more than the channels")
    bound = []
    for i, arg in enumerate(module.args):
        value = value_of(arg.value)
        if i in places or value == arg.default:
            continue
        before = bool(places) and i < places[0]
        bound.append(literal(value) if before else f"{arg.name}={literal(value)}")
    written = f"partial({', '.join([module.target, *bound])})" if bound else module.target
    return Code(written), bool(places)


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
    after = calls.channels_after(writer.unit, scope, rows, layers)
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
    found = [calls.lowering(r, la).parameter for r, la in zip(rows, layers, strict=True)]
    known = [f for f in found if f is not None]
    initial = writer.unit.settle(
        rows, [k[0] for k in known], _source(scope, layers[0], "init"), "init"
    )
    channels = writer.unit.settle(
        rows, [k[1][0] for k in known], [scope.channels], "channels"
    )
    ones = {k[1][1:] for k in known}
    if len(ones) != 1:
        raise Mismatch("maps of different rank")
    shape = ", ".join([text(channels), *(str(n) for n in ones.pop())])
    shape = f"({shape},)" if "," not in shape else f"({shape})"
    doc = call("nn.Parameter", [call("torch.full", [shape, text(initial)])])
    access = writer.places.put(layers[0].key, doc)
    source = flow.flush()
    flow.set(f"{access} * {source}", loose=True)
    return writer.advance(rows, items)


def _source(scope: Scope, layer: structure.Layer, attribute: str) -> list[Ex | None]:
    known = layer.sources.get(attribute)
    return [scope.convert(known.expr)] if known is not None and known.expr is not None else []


# ------------------------------------------------------------------------------- residual


def residual(
    writer: BodyWriter,
    stage: tree.Stage,
    rows: list[Row],
    scope: Scope,
    flow: Flow,
    items: Sequence[structure.Item],
) -> list[Row]:
    piece = stage.piece
    assert isinstance(piece, tree.Residual)
    found = [i for i in items if isinstance(i, structure.Residual)]
    inner = flow.nested()
    source = flat(inner.current)
    lines = len(inner.lines)
    local = scope.inner()
    body = [r.inside(i.items) for r, i in zip(rows, found, strict=True)]
    ends = writer.body(piece.body, body, local, inner)
    _drop_path(writer, rows, found, local, inner)
    if len(inner.lines) > lines:
        inner.flush()
    added = _shortcut(writer, piece, rows, found, scope, local, inner, source)
    after = writer.advance(rows, items)
    active: list[object] = [i.active for i in found]
    value = inner.operand()
    total = f"{source} + {value}" if added == source and inner.pending else f"{value} + {added}"
    if all(active):
        flow.set(total, loose=True)
    elif not any(active):
        flow.set(inner.current, loose=inner.loose)
    else:
        assert piece.condition is not None
        test = writer.condition(piece.condition, rows, [bool(a) for a in active], scope)
        flag = writer.places.reserve("use_residual")
        writer.places.emit(f"self.{flag} = {text(test)}")
        value = inner.flush()
        flow.set(f"{source} + {value} if self.{flag} else {value}", loose=True)
    candidates = [writer.known_channels(ends, [local.channels]), scope.channels]
    scope.channels = writer.known_channels(after, candidates)
    return after


def _drop_path(
    writer: BodyWriter,
    rows: Sequence[Row],
    found: Sequence[structure.Residual],
    scope: Scope,
    flow: Flow,
) -> None:
    """Stochastic depth after the body; a rate of 0 is the identity."""
    if not any(i.drop_node is not None for i in found):
        return
    rates: list[object] = []
    for one in found:
        value = value_of(one.drop_path.value) if one.drop_path is not None else 0.0
        rates.append(float(value) if isinstance(value, int | float) else 0.0)
    known = next(i.drop_path for i in found if i.drop_path is not None)
    sources = [scope.convert(known.expr)] if known.expr is not None else []
    rate = writer.unit.settle(rows, rates, sources, "drop_path")
    sample = next(
        row.graph.nodes[item.drop_node]
        for row, item in zip(rows, found, strict=True)
        if item.drop_node is not None
    )
    module = sample.op.torch((sample.shape,), sample.shape)
    assert module is not None
    assert module.module is not None
    writer.units.require(module.module)
    key = next(i.drop_key for i in found if i.drop_key is not None) or "drop_path"
    flow.apply(writer.places.put(key, call(module.module.target, [text(rate)]), "drop_path"))


def _shortcut(
    writer: BodyWriter,
    piece: tree.Residual,
    rows: Sequence[Row],
    found: Sequence[structure.Residual],
    scope: Scope,
    body_scope: Scope,
    flow: Flow,
    source: str,
) -> str:
    """What is added to the body: the input, its projection, or one of the two."""
    used = [i.shortcut is not None for i in found]
    if piece.shortcut is None or not any(used):
        return source
    some = [
        row.inside(item.shortcut)
        for row, item in zip(rows, found, strict=True)
        if item.shortcut is not None
    ]
    local = scope.start_branch()
    if all(used):
        branch = Flow(flow.lines, source, "shortcut", flow.indent, flow.depth + 1)
        writer.body(piece.shortcut, some, local, branch)
        return branch.operand()
    test = _projection_test(writer, piece, rows, used, scope, body_scope)
    stages = [s for c in piece.shortcut.items if isinstance(c, tree.Chain) for s in c.stages]
    items = [r.items[id(stages[0])] for r in some] if len(stages) == 1 else []
    if items and same_type(items) in (structure.Group, structure.Call, structure.Layer):
        doc_key = _key(items[0])
        if doc_key is not None:
            writer.places.emit(f"self.{doc_key}: nn.Module = nn.Identity()")
            with writer.places.under(f"if {text(test)}:"):
                doc, key, _ = writer.module(stages[0], some, local, items)
                access = writer.places.put(key, doc)
            return f"{access}({source})"
    flag = writer.places.reserve("project")
    writer.places.emit(f"self.{flag} = {text(test)}")
    with writer.places.under(f"if self.{flag}:"):
        branch = Flow(flow.lines, source, "shortcut", flow.indent, flow.depth + 1)
        before = len(flow.lines)
        writer.body(piece.shortcut, some, local, branch)
        if len(flow.lines) != before:
            raise Mismatch("a projection of several statements")
    flow.flush()
    flow.assign("shortcut", f"{flat(branch.current)} if self.{flag} else {source}")
    return "shortcut"


def _key(item: structure.Item) -> str | None:
    key = getattr(item, "key", None)
    return key if isinstance(key, str) else None


def _projection_test(
    writer: BodyWriter,
    piece: tree.Residual,
    rows: Sequence[Row],
    used: Sequence[bool],
    scope: Scope,
    body_scope: Scope,
) -> Ex:
    """`stride != 1 or in_channels != 4 * c`: from the body's strides and channels."""
    tests: list[Ex] = []
    for ex in _strides(piece.body, scope):
        test = Bin("!=", ex, Lit(1))
        if test not in tests:
            tests.append(test)
    before, after = scope.channels, body_scope.channels
    if before is not None and after is not None and before != after:
        tests.append(Bin("!=", before, after))
    # the fullest first: it is the reason, and right for arguments that nobody gave yet
    fullest: list[Ex | None] = [
        reduce(lambda a, b: Bin("or", a, b), tests[:n]) for n in range(len(tests), 0, -1)
    ]
    return writer.unit.settle(rows, list(used), [*fullest, *tests[1:]], "project")


def _strides(body: tree.Body, scope: Scope) -> list[Ex]:
    """The strides that are written in a body and aren't plain numbers."""
    found: list[Ex] = []
    for item in body.items:
        for stage in item.stages if isinstance(item, tree.Chain) else ():
            if isinstance(stage.piece, tree.Use):
                for arg in stage.piece.args or ():
                    ex = scope.convert(arg.value) if arg.name == "stride" else None
                    if ex is not None and not isinstance(ex, Lit):
                        found.append(ex)
            elif isinstance(stage.piece, tree.Group):
                found += _strides(stage.piece.body, scope)
    return found


# ------------------------------------------------------------------------------- the others


def gate(
    writer: BodyWriter,
    stage: tree.Stage,
    rows: list[Row],
    scope: Scope,
    flow: Flow,
    items: Sequence[structure.Item],
) -> list[Row]:
    assert isinstance(stage.piece, tree.Gate)
    inner = flow.nested()
    source = flat(inner.current)
    body = [
        r.inside(i.items) for r, i in zip(rows, items, strict=True) if isinstance(i, structure.Gate)
    ]
    writer.body(stage.piece.body, body, scope.start_branch(), inner)
    flow.set(f"{source} * {inner.operand()}", loose=True)
    return writer.advance(rows, items)


def merge(
    writer: BodyWriter,
    stage: tree.Stage,
    rows: list[Row],
    scope: Scope,
    flow: Flow,
    items: Sequence[structure.Item],
) -> list[Row]:
    piece = stage.piece
    assert isinstance(piece, tree.Parallel)
    merges = [i for i in items if isinstance(i, structure.Merge)]
    source = flow.flush()
    ends: list[Flow] = []
    channels: list[Ex | None] = []
    for n, body in enumerate(piece.branches):
        branch_rows = [r.inside(m.branches[n].items) for r, m in zip(rows, merges, strict=True)]
        branch = Flow(flow.lines, source, _branch_name(body, n), flow.indent, flow.depth + 1)
        local = scope.start_branch()
        writer.body(body, branch_rows, local, branch)
        channels.append(local.channels)
        ends.append(branch)
    parts = [b.operand() for b in ends]
    if sum(len(p) for p in parts) > 60 or any(b.variable in flat(b.current) for b in ends):
        parts = [b.flush() if b.pending else flat(b.current) for b in ends]
    flow.set(_joined(piece.kind, parts), loose=piece.kind != "concat")
    after = writer.advance(rows, items)
    _join_channels(writer, piece.kind, after, scope, channels)
    return after


def _branch_name(body: tree.Body, n: int) -> str:
    """A variable for a branch: the label of its only item, else its number."""
    stages = [s for i in body.items if isinstance(i, tree.Chain) for s in i.stages]
    label = stages[-1].label.literal if stages and stages[-1].label else None
    return safe(label) if label and label.isidentifier() else f"branch{n + 1}"


def _joined(kind: str, parts: Sequence[str]) -> Doc:
    if kind == "concat":
        return call("torch.cat", [Brackets("", tuple(parts), brackets="[]"), "1"])
    return f" {'+' if kind == 'add' else '*'} ".join(parts)


def _join_channels(
    writer: BodyWriter,
    kind: str,
    rows: Sequence[Row],
    scope: Scope,
    channels: Sequence[Ex | None],
) -> None:
    candidates: list[Ex | None] = [scope.channels, *channels]
    known = [c for c in channels if c is not None]
    if kind == "concat" and len(known) == len(channels):
        total = known[0]
        for c in known[1:]:
            total = simplify(Bin("+", total, c))
        candidates = [total]
    scope.channels = writer.known_channels(rows, candidates)


def join(
    writer: BodyWriter,
    stage: tree.Stage,
    rows: list[Row],
    scope: Scope,
    flow: Flow,
    items: Sequence[structure.Item],
) -> list[Row]:
    assert isinstance(stage.piece, tree.Join)
    first = items[0]
    assert isinstance(first, structure.Join)
    names = [writer.named[v] for v in first.values]
    current = flow.flush() if stage.piece.kind != "concat" else flat(flow.current)
    kind = stage.piece.kind
    flow.set(_joined(kind, [current, *names]), loose=kind != "concat")
    after = writer.advance(rows, items)
    channels = [scope.channels, *(writer.channels.get(v) for v in first.values)]
    _join_channels(writer, kind, after, scope, channels)
    return after


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
        inner = scope.inner()
        for name in variables(piece):
            values = [row.names[safe(name)] for row in turn]
            same = all(type(v) is type(values[0]) and v == values[0] for v in values)
            simple = isinstance(values[0], bool | int | float | str | tuple | list)
            inner.local[name] = Lit(values[0]) if same and simple else None
        ends = writer.body(piece.body, turn, inner, flow)
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
    key = next((k for k in map(_key, items) if k is not None and k.isidentifier()), None)
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
    name = safe(first.label) if first.label.isidentifier() else f"aux{len(writer.aux) + 1}"
    flow.flush()
    flow.emit("if self.training:")
    inner = Flow(flow.lines, flat(flow.current), name, flow.indent + 1, flow.depth + 1)
    body = [
        r.inside(i.items) for r, i in zip(rows, items, strict=True) if isinstance(i, structure.Aux)
    ]
    writer.body(stage.piece.body, body, scope.start_branch(), inner)
    inner.flush(name)
    writer.aux.append(name)
    return rows


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
