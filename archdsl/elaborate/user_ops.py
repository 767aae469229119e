"""A user's own op: `op Mish { torch = "pkg.Mish" .. }` to a value that is used like any op."""

from __future__ import annotations

from archdsl.diagnostics import Label, nearest
from archdsl.elaborate import codes, coerce
from archdsl.elaborate.expressions import evaluate, shape_of
from archdsl.elaborate.problems import Problem
from archdsl.elaborate.scope import Scope
from archdsl.elaborate.values import show, whole
from archdsl.ir.op import OpError
from archdsl.ir.shape import Shape
from archdsl.ir.values import OpValue
from archdsl.ops import Custom
from archdsl.syntax import tree

_FIELDS = {
    "torch": "torch_path",
    "keras": "keras_path",
    "shape": "output",
    "params": "parameters",
    "macs": "macs_count",
}


def make(decl: tree.OpDecl, scope: Scope) -> OpValue:
    """The op as a value; raises Problem."""
    values: dict[str, object] = {"name": decl.name}
    seen: dict[str, tree.OpField] = {}
    for field in decl.fields:
        if field.name not in _FIELDS:
            guess = nearest(field.name, _FIELDS)
            raise Problem(
                codes.UNKNOWN_ARGUMENT,
                f"an op's declaration has no `{field.name}`",
                field.span,
                help=f"did you mean `{guess}`?"
                if guess
                else "it has `torch`, `keras`, `shape`, `params` and `macs`",
            )
        if field.name in seen:
            first = Label(seen[field.name].span, "first given here")
            raise Problem(
                codes.GIVEN_TWICE, f"`{field.name}` is given twice", field.span, secondary=[first]
            )
        seen[field.name] = field
        values[_FIELDS[field.name]] = _value(field, scope)
    lacking = [name for name in ("shape", "params", "macs") if name not in seen]
    if lacking:
        raise Problem(
            codes.MISSING_ARGUMENT,
            f"`{decl.name}` says nothing of its {lacking[0]}",
            decl.name_span,
            help="the shape and the cost of an op of your own are declared, never guessed: "
            "`shape = in  params = 0  macs = 0`",
        )
    try:
        Custom.of(values)
    except OpError as error:
        at = seen.get(error.attribute or "")
        span = at.value.span if at else decl.name_span
        raise Problem(error.code, error.message, span, help=error.help) from None
    return OpValue(Custom, tuple(values.items()))


def _value(field: tree.OpField, scope: Scope) -> object:
    value = field.value
    if isinstance(value, tree.ShapeExpr):
        return shape_of(value, scope)
    if field.name == "shape" and isinstance(value, tree.InAttr) and value.attr == "":
        return None
    found = evaluate(value, scope)
    if field.name in ("torch", "keras"):
        if not isinstance(found, str):
            raise Problem(
                codes.WRONG_KIND,
                f"`{field.name}` wants the name of a class as a string, got {show(found)}",
                value.span,
            )
        return found
    if field.name == "shape":
        try:
            shape: Shape = coerce.shape(found)
        except coerce.Unfit as unfit:
            raise Problem(
                unfit.code, f"`shape` wants {unfit.wanted}, got {show(found)}", value.span
            ) from None
        return shape
    number = whole(found)
    if number is None or number < 0:
        raise Problem(
            codes.WRONG_KIND, f"`{field.name}` wants a whole number, got {show(found)}", value.span
        )
    return number
