"""Calls of a framework: from lowerings (data, one a row) to one piece of code for all rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archdsl.ir import structure
from archdsl.ir.op import MISSING, Arg, Call, Lowering
from archdsl.targets.classes.dialect import Dialect
from archdsl.targets.layout import Doc, call
from archdsl.targets.outline.candidates import candidates
from archdsl.targets.outline.constants import Code
from archdsl.targets.outline.rows import Mismatch, Row, value_of
from archdsl.targets.outline.scope import Scope
from archdsl.targets.outline.unit import Unit
from archdsl.targets.symbolic import Ex, Lit, Seq
from archdsl.targets.written import literal, text


def lowering(dialect: Dialect, row: Row, layer: structure.Layer) -> Lowering:
    """The lowering of a row's layer; gaps were reported before emission began."""
    node = row.graph.nodes[layer.node]
    found = dialect.lower(row.graph, node)
    if found is None:
        raise AssertionError(f"no lowering of {node.op.keyword} for {dialect.target}")
    return found


def call_doc(
    unit: Unit,
    scope: Scope,
    rows: Sequence[Row],
    layers: Sequence[structure.Layer],
    calls: Sequence[Call],
) -> Doc:
    """`nn.Conv2d(in_channels, c, 3, stride, padding=1)`, right for every row.

    A function that stands as a module: its name, or `partial(f, slope=0.2)`.
    """
    found = arguments(unit, scope, rows, layers, calls)
    target = calls[0].target
    if not calls[0].inline:
        return call(target, found)
    return call("partial", [target, *found]) if found else target


def arguments(
    unit: Unit,
    scope: Scope,
    rows: Sequence[Row],
    layers: Sequence[structure.Layer],
    calls: Sequence[Call],
) -> list[Doc]:
    """A call's arguments: those that differ from the framework's default in some row."""
    first = calls[0]
    if any(_made(c) != _made(first) for c in calls):
        raise Mismatch("different calls at one place")
    written: list[Doc] = []
    positional = not first.inline  # the value is to come first
    for i, arg in enumerate(first.args):
        values = [_plain(c.args[i].value) for c in calls]
        if arg.default is not MISSING and all(_is_default(c.args[i]) for c in calls):
            positional = False
            continue
        default = arg.default if isinstance(arg.default, bool | int | float | str) else MISSING
        found = spread(candidates(arg, scope, layers[0]), values)
        ex = unit.settle(rows, values, found, arg.name, default)
        positional = positional and arg.positional
        written.append(text(ex) if positional else f"{arg.name}={text(ex)}")
    return written


def literals(calls: Sequence[Call]) -> list[str]:
    """A function's arguments in forward, where the constructor's names aren't seen."""
    if any(c != calls[0] for c in calls):
        raise Mismatch("a function's argument that differs")
    return [
        said(_plain(a.value)) if a.positional else f"{a.name}={said(_plain(a.value))}"
        for a in calls[0].args
        if a.default is MISSING or not _is_default(a)
    ]


def said(value: object) -> str:
    """A value in the code: a literal, or a piece of code that it is already."""
    return str(value) if isinstance(value, Code) else literal(value)


def spread(found: Iterator[Ex | None], values: Sequence[object]) -> Iterator[Ex | None]:
    """Each expression; `(k, k)` too, where sizes are wanted and `k` may be a number."""
    lengths = {len(v) if isinstance(v, tuple) else 0 for v in values}
    for ex in found:
        yield ex
        if ex is not None and len(lengths) == 1 and lengths != {0} and not isinstance(ex, Lit):
            yield Seq((ex,) * min(lengths), False)


def _made(c: Call) -> tuple[object, ...]:
    return (c.target, c.inline, *(a.name for a in c.args))


def _is_default(arg: Arg) -> bool:
    value = _plain(arg.value)
    return type(value) is type(arg.default) and value == arg.default


def _plain(value: object) -> object:
    return value_of(value)
