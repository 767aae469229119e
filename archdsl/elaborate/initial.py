"""Initialisers with arguments, `normal(0.01)`, and which weights they can start."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from archdsl.elaborate import calls, codes, coerce
from archdsl.elaborate.problems import Problem
from archdsl.elaborate.scope import Scope
from archdsl.elaborate.values import Value
from archdsl.ir.op import Op, OpError, Weight
from archdsl.ir.values import INITIALIZERS, Initializer
from archdsl.ops.codes import BAD_VALUE
from archdsl.syntax import tree

_MODES = ("fan_in", "fan_out")


def initializer(
    expr: tree.CallExpr,
    callee: Initializer,
    scope: Scope,
    evaluate: Callable[[tree.Expr, Scope], Value],
) -> Initializer:
    """The initialiser with these arguments; raises Problem where there can be none such."""
    name, signature = callee.name, calls.of_initializer(callee.name)
    given = dict(callee.args)
    bias: float | str = callee.bias
    args = calls.bind(signature, expr.args, _raise)
    if lacking := calls.missing(signature, (*given, *args), expr.span):
        raise lacking
    for key, arg in args.items():
        value = evaluate(arg.value, scope)
        try:
            if key == "bias":
                bias = _bias(value)
            else:
                given[key] = _argument(name, key, value)
        except coerce.Unfit as unfit:
            message = coerce.wants(name, key, unfit, value)
            raise Problem(unfit.code, message, arg.value.span, help=unfit.help) from None
    _check_order(name, given, args)
    return Initializer(name, tuple(given.items()), bias)


def _raise(problem: Problem) -> None:
    raise problem


def _bias(value: Value) -> float | str:
    return _number(value, 'a number or "fan_in"') if value != "fan_in" else "fan_in"


def _argument(name: str, key: str, value: Value) -> float | str:
    spec = INITIALIZERS[name]
    if isinstance(spec.params[key], str):
        if value in _MODES:
            return str(value)
        raise coerce.Unfit('"fan_in" or "fan_out"')
    found = _number(value, "a number")
    if key in spec.positive and found <= 0:
        raise coerce.Unfit("a number of more than 0", code=codes.OUT_OF_BOUNDS)
    if key in spec.unsigned and found < 0:
        raise coerce.Unfit("a number of at least 0", code=codes.OUT_OF_BOUNDS)
    return found


def _number(value: Value, wanted: str) -> float:
    try:
        return coerce.real(value)
    except coerce.Unfit as unfit:
        raise coerce.Unfit(
            wanted if unfit.code == codes.WRONG_KIND else unfit.wanted, code=unfit.code
        ) from None


def _check_order(name: str, given: dict[str, float | str], args: dict[str, tree.Arg]) -> None:
    ordered = INITIALIZERS[name].ordered
    if ordered is None:
        return
    low, high = (float(given[key]) for key in ordered)
    if low > high:
        at = args.get(ordered[1]) or args[ordered[0]]
        raise Problem(
            codes.OUT_OF_BOUNDS,
            f"{name}'s `{ordered[1]}` wants a number of at least its `{ordered[0]}`, "
            f"{low:g}, got {high:g}",
            at.value.span,
        )


def check_start(op: Op, weights: Iterable[Weight]) -> None:
    """Raises OpError where an op's initialiser can't start its weights."""
    init = getattr(op, "init", None)
    if not isinstance(init, Initializer):
        return
    by_fans = INITIALIZERS[init.name].by_fans
    if not by_fans and init.bias != "fan_in":
        return
    for weight in weights:
        if weight.name == "weight" and len(weight.shape) < 2:
            what = init.name if by_fans else 'bias="fan_in"'
            raise OpError(
                BAD_VALUE,
                f"{what} counts what comes in and goes out, and {op.keyword}'s weight has one axis",
                attribute="init",
                help="`ones`, `zeros`, `constant(..)` and `normal(..)` count neither",
            )
