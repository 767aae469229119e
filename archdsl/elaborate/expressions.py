"""The evaluator of expressions.

Input: an expression and a scope. Output: a value of the language. Raises Problem for what is
wrong with it and Poisoned where it depends on what is reported already; nothing else escapes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from archdsl.elaborate import arithmetic, codes, references
from archdsl.elaborate.functions import BY_NAME, FUNCTIONS, BadCall
from archdsl.elaborate.problems import Poisoned, Problem
from archdsl.elaborate.scope import Scope
from archdsl.elaborate.values import Value, is_number, show, whole
from archdsl.ir.shape import Shape
from archdsl.ir.values import Size
from archdsl.syntax import tree


def evaluate(expr: tree.Expr, scope: Scope) -> Value:
    """The value; raises Problem or Poisoned."""
    meter = scope.meter
    meter.work += 1
    if meter.work & 0xFFF == 0:
        meter.look(0, expr.span)
    return _RULES[type(expr)](expr, scope)


def truth(expr: tree.Expr, scope: Scope, what: str) -> bool:
    """A condition's value: `what` is the word for it in the message."""
    value = evaluate(expr, scope)
    if not isinstance(value, bool):
        help_text = "compare it: `x > 0`, `act != none`" if not isinstance(value, tuple) else ""
        raise Problem(
            codes.NOT_A_TRUTH_VALUE,
            f"{what} wants `true` or `false`, got {show(value)}",
            expr.span,
            help=help_text,
        )
    return value


def shape_of(expr: tree.ShapeExpr, scope: Scope) -> Shape:
    """A written shape, `{res}x{res}x3`."""
    sizes: list[int] = []
    for part in expr.parts:
        value = part if isinstance(part, int) else evaluate(part, scope)
        span = expr.span if isinstance(part, int) else part.span
        number = whole(value)
        if number is None:
            raise Problem(codes.WRONG_KIND, f"a shape wants whole numbers, got {show(value)}", span)
        if number < 1:
            raise Problem(
                codes.OUT_OF_BOUNDS, f"a shape wants numbers of at least 1, got {number}", span
            )
        sizes.append(int(arithmetic.bounded(number, span)))
    return Shape(tuple(sizes[:-1]), sizes[-1])


def text_of(template: tree.Template, scope: Scope) -> str:
    """A label's text."""
    parts: list[str] = []
    for part in template.parts:
        if isinstance(part, str):
            parts.append(part)
            continue
        value = evaluate(part, scope)
        number = whole(value)
        if number is not None:
            parts.append(str(number))
        elif isinstance(value, str):
            parts.append(value)
        else:
            raise Problem(
                codes.LABEL_VALUE,
                f"a label wants whole numbers or strings, got {show(value)}",
                part.span,
            )
    return "".join(parts)


# ---------------------------------------------------------------------------------- the rules


def _literal(expr: tree.Number | tree.String | tree.Boolean, scope: Scope) -> Value:
    value = expr.value
    if isinstance(expr, tree.Number):
        return arithmetic.bounded(expr.value, expr.span)
    return value


def _size(expr: tree.Size, scope: Scope) -> Value:
    return Size(expr.sizes)


def _list(expr: tree.ListExpr, scope: Scope) -> Value:
    scope.meter.spend(len(expr.items), expr.span)
    return scope.meter.made([evaluate(item, scope) for item in expr.items], expr.span)


def _tuple(expr: tree.TupleExpr, scope: Scope) -> Value:
    return scope.meter.made(tuple([evaluate(item, scope) for item in expr.items]), expr.span)


def _comprehension(expr: tree.Comprehension, scope: Scope) -> Value:
    rows = rows_of(evaluate(expr.iterable, scope), expr.iterable, "a comprehension")
    scope.meter.spend(len(rows), expr.span)
    made = [
        evaluate(expr.body, scope.inside(unpack(expr.target, row, at, expr.iterable)))
        for at, row in enumerate(rows)
    ]
    return scope.meter.made(made, expr.span)


def rows_of(value: Value, expr: tree.Expr, what: str) -> list[Value]:
    """What a loop goes over."""
    if isinstance(value, (list, tuple)) and not isinstance(value, Shape):
        return list(value)
    help_text = ""
    if whole(value) is not None:
        help_text = f"`range({show(value)})` counts from 0"
    raise Problem(
        codes.NOT_ROWS, f"{what} wants a list, got {show(value)}", expr.span, help=help_text
    )


def unpack(target: tree.Target, row: Value, at: int, rows: tree.Expr) -> dict[str, Value]:
    """A loop's variables for one row."""
    if target.single:
        return {target.names[0]: row}
    span = rows.span
    if isinstance(rows, tree.ListExpr) and at < len(rows.items):
        span = rows.items[at].span
    count = len(target.names)
    if not isinstance(row, (tuple, list)) or isinstance(row, Shape):
        raise Problem(
            codes.NOT_ROWS, f"row {at + 1} is {show(row)}, no row of {count} values", span
        )
    if len(row) != count:
        noun = "value" if len(row) == 1 else "values"
        raise Problem(codes.NOT_ROWS, f"row {at + 1} has {len(row)} {noun} for {count} names", span)
    return dict(zip(target.names, row, strict=True))


def _unary(expr: tree.Unary, scope: Scope) -> Value:
    if expr.op == "not":
        return not truth(expr.operand, scope, "`not`")
    value = evaluate(expr.operand, scope)
    negated = arithmetic.negate(value, expr.span)  # refuses what has no sign
    return negated if expr.op == "-" else value


def _binary(expr: tree.Binary, scope: Scope) -> Value:
    if expr.op == "and":
        return truth(expr.left, scope, "`and`") and truth(expr.right, scope, "`and`")
    if expr.op == "or":
        return truth(expr.left, scope, "`or`") or truth(expr.right, scope, "`or`")
    left = evaluate(expr.left, scope)
    right = evaluate(expr.right, scope)
    return arithmetic.binary(expr.op, left, right, expr.span, scope.meter)


def _conditional(expr: tree.Conditional, scope: Scope) -> Value:
    return evaluate(expr.then if truth(expr.test, scope, "`if`") else expr.other, scope)


def _sequence(expr: tree.Expr, scope: Scope) -> list[Value] | tuple[Value, ...]:
    value = evaluate(expr, scope)
    if isinstance(value, list):
        return value
    if isinstance(value, tuple) and not isinstance(value, Shape):
        return value
    raise Problem(
        codes.NOT_INDEXED, f"{show(value)} is no list: it has no parts to take", expr.span
    )


def _index(expr: tree.Index, scope: Scope) -> Value:
    sequence = _sequence(expr.value, scope)
    index = _position(expr.index, scope)
    length = len(sequence)
    if not -length <= index < length:
        noun = "value" if length == 1 else "values"
        raise Problem(
            codes.OUT_OF_RANGE,
            f"index {show(index)} is out of range: the list has {length} {noun}",
            expr.index.span,
            notes=["positions go from 0"] if index == length else (),
        )
    return sequence[index]


def _slice(expr: tree.SliceExpr, scope: Scope) -> Value:
    sequence = _sequence(expr.value, scope)
    start = None if expr.start is None else _position(expr.start, scope)
    stop = None if expr.stop is None else _position(expr.stop, scope)
    part = sequence[start:stop]
    scope.meter.spend(len(part), expr.span)
    scope.meter.made(part, expr.span)
    return Size(part) if isinstance(sequence, Size) else part  # type: ignore[arg-type]


def _position(expr: tree.Expr, scope: Scope) -> int:
    value = evaluate(expr, scope)
    number = whole(value)
    if number is None:
        raise Problem(
            codes.NOT_INDEXED, f"an index wants a whole number, got {show(value)}", expr.span
        )
    return number


def _attr(expr: tree.Attr, scope: Scope) -> Value:
    if isinstance(expr.value, tree.RefExpr):
        shape = references.label_shape(expr.value.label, scope, text_of)
        return references.part(shape, expr.attr, f"@{_shown(expr.value.label)}", expr)
    value = evaluate(expr.value, scope)
    if isinstance(value, Shape):
        return references.part(value, expr.attr, "it", expr)
    raise Problem(
        codes.NO_SUCH_PART,
        f"{show(value)} has no `.{expr.attr}`: only `in` and `@label` have parts",
        expr.span,
    )


def _shown(label: tree.Template) -> str:
    return label.literal or "..."


def _ref(expr: tree.RefExpr, scope: Scope) -> Value:
    references.label_shape(expr.label, scope, text_of)
    name = _shown(expr.label)
    raise Problem(
        codes.NO_SUCH_PART,
        f"@{name} is a value of the flow, not of an expression",
        expr.span,
        help=f"its sizes are `@{name}.c`, `@{name}.h`, `@{name}.w`",
    )


def _call(expr: tree.CallExpr, scope: Scope) -> Value:
    special = scope.extra.get(expr.name)
    if callable(special):
        result: Value = special(tuple(evaluate(arg.value, scope) for arg in expr.args))
        return result
    if expr.name in FUNCTIONS and references.find(expr.name, scope) is references.MISSING:
        return _function(expr, scope)
    return references.partial(expr, scope, evaluate)


def _function(expr: tree.CallExpr, scope: Scope) -> Value:
    values: list[Value] = []
    names = BY_NAME.get(expr.name, ())
    for arg in expr.args:
        if arg.name is not None and (arg.slash or arg.name not in names[len(values) :]):
            raise references.no_argument(expr.name, arg, names)
        values.append(evaluate(arg.value, scope))
    scope.meter.look(sum(len(v) for v in values if isinstance(v, (list, tuple))), expr.span)
    try:
        result = FUNCTIONS[expr.name](*values)
    except BadCall as bad:
        at = bad.argument
        span = expr.span if at is None or at >= len(expr.args) else expr.args[at].value.span
        raise Problem(bad.code, bad.message, span) from None
    if is_number(result):
        return arithmetic.bounded(result, expr.span)
    if isinstance(result, list):
        scope.meter.spend(len(result), expr.span)
    return result


_RULES: dict[type, Callable[[Any, Scope], Value]] = {
    tree.Number: _literal,
    tree.String: _literal,
    tree.Boolean: _literal,
    tree.Size: _size,
    tree.Name: references.name,
    tree.InAttr: references.inflow,
    tree.RefExpr: _ref,
    tree.ListExpr: _list,
    tree.TupleExpr: _tuple,
    tree.Comprehension: _comprehension,
    tree.Unary: _unary,
    tree.Binary: _binary,
    tree.Conditional: _conditional,
    tree.Index: _index,
    tree.SliceExpr: _slice,
    tree.Attr: _attr,
    tree.CallExpr: _call,
}

__all__ = ["Poisoned", "Problem", "evaluate", "rows_of", "shape_of", "text_of", "truth", "unpack"]
