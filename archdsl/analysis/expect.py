"""What a file expects of itself: every `expect` compared with the figures found.

Input: an elaborated net. Output: a diagnostic for each expectation that doesn't hold. The net is
not changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from archdsl.analysis import codes
from archdsl.analysis.cost import Totals, totals
from archdsl.diagnostics import Diagnostics, Frame, Severity
from archdsl.elaborate import Problem, Scope, elaborate_part, evaluate
from archdsl.elaborate.arithmetic import binary
from archdsl.elaborate.mentions import nodes as nodes_of
from archdsl.elaborate.problems import Poisoned
from archdsl.elaborate.references import FIGURES
from archdsl.elaborate.values import Value, is_number, show, whole
from archdsl.ir import structure
from archdsl.ir.shape import Shape
from archdsl.ir.values import BlockValue, OpValue, Size
from archdsl.syntax import tree

TOLERANCE = Fraction(1, 100)  # of `~`, of the right side

_FIGURE = re.compile(rf"\b(?:{'|'.join(sorted(FIGURES))})\b")
_PartOf = Callable[[str, tuple[Value, ...]], Value]
_Found = tuple[Totals, Sequence[Shape]]  # the figures, and the shapes that come out


class _Number(int):
    """A figure of the net, which called with a block and a shape is that of a part."""

    name: str
    part_of: _PartOf

    def __call__(self, args: tuple[Value, ...]) -> Value:
        return self.part_of(self.name, args)


def check_expectations(net: structure.Net, diagnostics: Diagnostics) -> None:
    """Reports the expectations of `net` and its blocks that don't hold."""
    known: dict[int | None, _Found] = {}
    skipped: list[structure.Expectation] = []
    for found in net.expectations:
        if found.changed:
            skipped.append(found)
            continue
        key = None if found.instance is None else id(found.instance)
        if key not in known:
            known[key] = _figures(net, found.instance)
        try:
            _check(found, known[key], diagnostics)
        except Problem as problem:
            problem.report(diagnostics, _frames(found))
        except Poisoned:
            pass
    # What a variant of the file changes is said there: the net that it varies has its own figures.
    skipped = [found for found in skipped if set(found.changed) <= set(net.changed)]
    if skipped:
        names = ", ".join(dict.fromkeys(f"`{name}`" for it in skipped for name in it.changed))
        one = len(skipped) == 1
        diagnostics.error(
            codes.SKIPPED,
            f"{'an expectation' if one else f'{len(skipped)} expectations'} of {net.name} "
            f"{'was' if one else 'were'} not checked: {names} set from outside",
            skipped[0].syntax.span,
            severity=Severity.NOTE,
        )


def _figures(net: structure.Net, instance: structure.Instance | None) -> _Found:
    """The figures of the net, or of a block instance in it."""
    graph = net.graph
    if instance is None:
        results = [value for _, value in graph.outputs]
        nodes = graph.nodes
    else:
        results = [instance.output]
        nodes = graph.nodes[instance.first : instance.last]
        if all(node.aux for node in nodes):  # a side head speaks of itself
            nodes = tuple(replace(node, aux=False) for node in nodes)
    return totals(graph, nodes, results), [graph.nodes[value].shape for value in results]


def _part_of(found: structure.Expectation, diagnostics: Diagnostics) -> _PartOf:
    """The function that gives the figures of parts in this expectation."""
    span = found.syntax.span

    def part_of(name: str, args: tuple[Value, ...]) -> Value:
        part, shape = args if len(args) == 2 else (None, None)
        inflow = _shape(shape)
        if not isinstance(part, (BlockValue, OpValue)):
            raise Problem(
                codes.BAD_PART,
                f"{name}(..) wants a block or an op, and the shape that goes in",
                span,
                help=f"write `{name}(Block(64), 28x28x192)`",
            )
        if inflow is None:
            raise _no_shape(found, name, shape)
        assert isinstance(found.scope, Scope)
        made = elaborate_part(found.scope, part, inflow, diagnostics, span)
        if made is None:
            raise Poisoned
        figures, _ = _figures(made, None)
        return int(getattr(figures, name))

    return part_of


def _no_shape(found: structure.Expectation, name: str, value: Value) -> Problem:
    """`macs(B, 0x0x0)`: at the shape, where it is plain which is meant."""
    calls = [
        node
        for node in nodes_of(found.syntax.left, found.syntax.right)
        if isinstance(node, tree.CallExpr) and node.name == name and len(node.args) == 2
    ]
    span = calls[0].args[1].value.span if len(calls) == 1 else found.syntax.span
    wanted = "a shape"
    if is_number(value) or isinstance(value, Size):
        wanted = "a shape with whole sizes of at least 1"
    return Problem(
        codes.BAD_PART,
        f"{name}(..) wants {wanted}, got {show(value)}",
        span,
        help=f"write `{name}(Block(64), 28x28x192)`",
    )


def _shape(value: Value) -> Shape | None:
    if isinstance(value, Shape):
        return value
    sizes = value if isinstance(value, tuple) else (value,)
    numbers = [number for number in map(whole, sizes) if number is not None and number > 0]
    if not numbers or len(numbers) != len(sizes):
        return None
    return Shape(tuple(numbers[:-1]), numbers[-1])


def _named(found: _Found, part_of: _PartOf) -> dict[str, Value]:
    """What the names in an `expect` stand for."""
    figures, outputs = found
    made: dict[str, Value] = {}
    for name in sorted(FIGURES - {"output"}):
        number = _Number(getattr(figures, name))
        number.name, number.part_of = name, part_of
        made[name] = number
    sizes = [Size(shape.channels_last) if shape.rank else shape.channels for shape in outputs]
    made["output"] = outputs[0] if len(outputs) == 1 else sizes
    return made


def _check(found: structure.Expectation, figures: _Found, diagnostics: Diagnostics) -> None:
    syntax, scope = found.syntax, found.scope
    assert isinstance(scope, Scope)
    known = _named(figures, _part_of(found, diagnostics))
    left = evaluate(syntax.left, scope, known, diagnostics)
    right = evaluate(syntax.right, scope, known, diagnostics)
    if left is None or right is None:
        return
    if syntax.op != "~":
        holds = bool(binary(syntax.op, left, right, syntax.span, scope.meter))
    elif is_number(left) and is_number(right):
        claim = Fraction(right)
        holds = abs(left - claim) <= abs(claim) * TOLERANCE
    else:
        message = f"`~` wants numbers, got {show(left)} and {show(right)}"
        raise Problem("E310", message, syntax.span)
    if holds:
        return
    sides = [(syntax.left, left), (syntax.right, right)]
    # What was found is the side that speaks of the net; the other may need its value said too.
    if not _FIGURE.search(syntax.left.span.text) and _FIGURE.search(syntax.right.span.text):
        sides.reverse()
    (_, value), (other, expected) = sides
    diagnostics.error(
        codes.NOT_MET,
        f"expected {_written(syntax.left)} {syntax.op} {_written(syntax.right)}, "
        f"found {number(value)}",
        syntax.span,
        label=_difference(value, expected, syntax.op),
        frames=_frames(found),
        notes=() if _literal(other) else (f"{_written(other)} is {number(expected)}",),
    )


def _literal(expr: tree.Expr) -> bool:
    return isinstance(expr, (tree.Number, tree.Size))


def _written(expr: tree.Expr) -> str:
    return " ".join(expr.span.text.split())


def _difference(left: Value, right: Value, op: str) -> str:
    """By how much it is missed."""
    if not is_number(left) or not is_number(right):
        return ""
    gap = Fraction(left) - Fraction(right)
    if not gap:
        return "they are equal"
    if op == "~" and right:
        share = abs(gap / right) * 100
        return f"{number(share)}% too {'many' if gap > 0 else 'few'}"
    size = abs(gap)
    return f"{number(size)} too {'many' if gap > 0 else 'few'}"


def number(value: Value) -> str:
    """A value as the language writes it: 25_557_032."""
    if isinstance(value, bool):
        return show(value)
    if isinstance(value, int):
        return f"{int(value):_}"
    if isinstance(value, Fraction):
        if value.denominator == 1:
            return f"{value.numerator:_}"
        return f"{float(value):_.6g}" if abs(value) < 10**6 else f"{float(value):_.1f}"
    return show(value)


def _frames(found: structure.Expectation) -> tuple[Frame, ...]:
    instance = found.instance
    if instance is None:
        return ()
    return (Frame(instance.path, instance.block.name, instance.block.name_span),)
