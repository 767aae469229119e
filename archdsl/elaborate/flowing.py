"""`defaults { .. }` and `init { .. }` to tables of attribute values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from archdsl.diagnostics import Label, Span, nearest
from archdsl.elaborate import calls, codes, coerce, vocabulary
from archdsl.elaborate.defaults import Table, merge
from archdsl.elaborate.expressions import evaluate
from archdsl.elaborate.problems import Poisoned, Problem
from archdsl.elaborate.references import MISSING, check_attribute, find
from archdsl.elaborate.scope import Scope
from archdsl.elaborate.values import show
from archdsl.ir.op import Op
from archdsl.ir.values import OpValue
from archdsl.syntax import tree

Report = Callable[[Problem], None]
Item = tree.Defaults | tree.Init


def table_of(items: Iterable[Item], scope: Scope, report: Report) -> Table:
    """Op keyword -> attribute -> value; what is wrong is reported and left out."""
    table: dict[str, dict[str, object]] = {}
    items = tuple(items)
    set_twice(items, report)
    for item in items:
        if isinstance(item, tree.Defaults):
            for use in item.uses:
                _use(use, scope, report, table)
        else:
            for rule in item.rules:
                _rule(rule, scope, report, table)
    return table


def set_twice(items: Iterable[Item], report: Report) -> None:
    """Reports what the items of one scope set more than once: none of them is the nearest."""
    first: dict[tuple[str, str], Span] = {}
    for op, name, span in _set(items):
        if (op, name) not in first:
            first[op, name] = span
            continue
        report(
            Problem(
                codes.GIVEN_TWICE,
                f"{op}'s `{name}` is set twice in one scope",
                span,
                secondary=[Label(first[op, name], "first set here")],
                help="keep one of them, or set the other in the body that it is for",
            )
        )


def _set(items: Iterable[Item]) -> Iterator[tuple[str, str, Span]]:
    """The ops and attributes that the items speak of, each with where; of one use each once."""
    for item in items:
        if isinstance(item, tree.Init):
            yield from ((rule.op, "init", rule.span) for rule in item.rules)
            continue
        for use in item.uses:
            op = vocabulary.ops().get(use.name)
            if op is not None:
                bound = calls.bind(calls.of_op(op), use.args or (), lambda problem: None)
                yield from ((use.name, name, arg.span) for name, arg in bound.items())


def _use(use: tree.Use, scope: Scope, report: Report, table: dict[str, dict[str, object]]) -> None:
    try:
        op = op_named(tree.Name(use.name, use.name_span), scope, "defaults")
    except Problem as problem:
        report(problem)
        return
    if not use.args:
        report(
            Problem(
                codes.EMPTY_DEFAULT,
                f"this sets no default of {use.name}",
                use.span,
                help=f"say which: `{use.name}({_example(op)})`",
            )
        )
        return
    found: dict[str, object] = {}
    for name, arg in calls.bind(calls.of_op(op), use.args, report).items():
        try:
            value = evaluate(arg.value, scope)
            found[name] = check_attribute(OpValue(op), name, value, arg.value)
        except Problem as problem:
            report(problem)
        except Poisoned:
            pass
    merge(table, op.keyword, found)


def _example(op: type[Op]) -> str:
    names = [name for name in op.attributes() if name not in op.required()]
    return f"{names[0]}=.." if names else ".."


def _rule(
    rule: tree.InitRule, scope: Scope, report: Report, table: dict[str, dict[str, object]]
) -> None:
    try:
        op = initialised_op(rule, scope)
        value = evaluate(rule.value, scope)
        merge(table, op.keyword, {"init": coerce.initializer(value)})
    except coerce.Unfit as unfit:
        message = f"init wants {unfit.wanted}, got {show(value)}"
        report(Problem(unfit.code, message, rule.value.span, help=unfit.help))
    except Problem as problem:
        report(problem)
    except Poisoned:
        pass


def initialised_op(rule: tree.InitRule, scope: Scope) -> type[Op]:
    """The op that a rule speaks of; raises Problem."""
    op = op_named(tree.Name(rule.op, rule.op_span), scope, "init")
    kind = op.attributes().get("init")
    if kind is None or kind.name != "init":
        raise Problem(codes.NO_WEIGHTS, f"{rule.op} has no weights to initialise", rule.op_span)
    return op


def op_named(name: tree.Name, scope: Scope, what: str) -> type[Op]:
    """An op by its keyword; raises Problem for all else."""
    op = vocabulary.ops().get(name.name)
    if op is not None:
        return op
    if find(name.name, scope) is not MISSING:
        raise Problem(
            codes.NOT_AN_OP,
            f"`{what}` speaks of ops, and `{name.name}` is none",
            name.span,
            help="a block's arguments have their defaults where it is declared",
        )
    guess = nearest(name.name, vocabulary.ops())
    raise Problem(
        codes.UNKNOWN_NAME,
        f"unknown op `{name.name}`",
        name.span,
        help=f"did you mean `{guess}`?" if guess else "",
    )
