"""What a name, an `in` or an `@label` stands for in an expression."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from archdsl.diagnostics import Label, Span, nearest
from archdsl.elaborate import calls, codes, coerce, elsewhere, vocabulary
from archdsl.elaborate.functions import FUNCTIONS
from archdsl.elaborate.initial import initializer
from archdsl.elaborate.mentions import mentions
from archdsl.elaborate.problems import Poisoned, Problem, quoted_list
from archdsl.elaborate.scope import POISON, NetValue, Scope
from archdsl.elaborate.values import Value, show
from archdsl.ir.op import Kind, Op
from archdsl.ir.shape import Shape
from archdsl.ir.values import INITIALIZERS, NONE, BlockValue, Initializer, NoLayer, OpValue, Word
from archdsl.ops import Custom
from archdsl.syntax import tree
from archdsl.syntax.lost import names_in

Evaluate = Callable[[tree.Expr, Scope], Value]
MISSING: Final = object()

FIGURES = frozenset({"params", "macs", "flops", "activations", "peak_memory", "depth", "output"})
"""What `expect` may speak of: names of its own, there only."""


def find(name: str, scope: Scope) -> Value:
    """A variable or a declaration of the file; MISSING for none."""
    value = scope.variables.find(name, MISSING)
    return scope.module.declared.get(name, MISSING) if value is MISSING else value


def lost(item: tree.Broken, scope: Scope) -> dict[str, Value]:
    """Poison for each name in what could not be read that means nothing otherwise."""
    return {
        name: POISON
        for name in names_in(item.span.text)
        if find(name, scope) is MISSING and not vocabulary.has_meaning(name)
    }


def name(expr: tree.Name, scope: Scope) -> Value:
    """The value of a bare name."""
    if expr.name in scope.extra:
        return scope.extra[expr.name]
    value = find(expr.name, scope)
    if value is POISON:
        raise Poisoned
    if isinstance(value, NetValue):
        raise net_as_value(expr.name, expr.span)
    if value is not MISSING:
        return value
    found = language_value(expr.name)
    if found is not None:
        return found
    raise unknown_name(expr, scope)


def net_as_value(word: str, span: Span) -> Problem:
    return Problem(
        codes.NOT_A_LAYER,
        f"`{word}` is a net, and only blocks and ops are values",
        span,
        help="make its body a `block`, and use that in both",
    )


def language_value(word: str) -> Value | None:
    """What a name means in every file; None for nothing."""
    if word in vocabulary.ops():
        return vocabulary.op_values()[word]
    if word == "none":
        return NONE
    if word in INITIALIZERS:
        return vocabulary.initializer(word)
    return Word(word) if word in vocabulary.words() else None


def known_names(scope: Scope) -> set[str]:
    names = {*scope.variables, *scope.module.declared, *scope.extra, "none"}
    return names | set(vocabulary.ops()) | set(FUNCTIONS) | vocabulary.words() | set(INITIALIZERS)


def known_layers(scope: Scope) -> set[str]:
    """Names that may be a layer's."""
    return {*scope.variables, *scope.module.declared, *vocabulary.ops(), "none"}


def unknown_name(expr: tree.Name, scope: Scope, *, in_expect: bool = False) -> Problem:
    """in_expect: numbers alone are meant here, no layers"""
    if expr.name in FUNCTIONS:
        return Problem(
            codes.UNKNOWN_NAME, f"`{expr.name}` is a function: `{expr.name}(..)`", expr.span
        )
    if expr.name in FIGURES:
        return Problem(
            codes.UNKNOWN_NAME,
            f"`{expr.name}` is known in `expect` alone",
            expr.span,
            label="not here",
        )
    if expr.name in scope.labels():
        return Problem(
            codes.UNKNOWN_NAME,
            f"unknown name `{expr.name}`",
            expr.span,
            help=f"the label's value is `@{expr.name}`",
        )
    lets = {d.name: d for d in scope.module.file.decls if isinstance(d, tree.Let)}
    if expr.name in lets:
        return _early(expr, lets)
    known = known_names(scope)
    if in_expect:
        known = {*FIGURES, *scope.variables, *scope.module.globals}
    guess = elsewhere.value(expr.name) or nearest(expr.name, known)
    help_text = f"did you mean `{guess}`?" if guess else ""
    if in_expect and not guess:
        help_text = f"the figures are {quoted_list(sorted(FIGURES))}"
    return Problem(codes.UNKNOWN_NAME, f"unknown name `{expr.name}`", expr.span, help=help_text)


def in_own_value(expr: tree.Name) -> Problem:
    return Problem(
        codes.UNKNOWN_NAME,
        f"`{expr.name}` can't be used in its own value",
        expr.span,
        help="a name has one value, which doesn't change: nothing is counted up",
    )


def _early(expr: tree.Name, lets: dict[str, tree.Let]) -> Problem:
    """A let of the file that has no value yet: it stands below, or waits for the one here."""
    named, at = lets[expr.name], expr.span
    around = next(
        (
            let
            for let in lets.values()
            if let.span.source is at.source and let.span.start <= at.start < let.span.end
        ),
        None,
    )
    if around is named:
        return in_own_value(expr)
    if around is not None and (way := _way(expr.name, around.name, lets)):
        return Problem(
            codes.UNKNOWN_NAME,
            f"these values need each other: {' -> '.join([around.name, *way])}",
            at,
            secondary=[Label(named.name_span, f"`{expr.name}` is declared here")],
            help="give one of them a value of its own",
        )
    return Problem(
        codes.UNKNOWN_NAME,
        f"unknown name `{expr.name}`",
        at,
        help=f"it is declared below, in line {named.span.line}: move it up",
    )


def _way(start: str, end: str, lets: dict[str, tree.Let]) -> list[str]:
    """From one let to another by what their values mention; empty where there is no way."""
    came: dict[str, str | None] = {start: None}
    rest = [start]
    for name in rest:
        for following, _ in mentions(lets[name].value):
            if following in lets and following not in came:
                came[following] = name
                rest.append(following)
    way: list[str] = []
    at: str | None = end if end in came else None
    while at is not None:
        way.insert(0, at)
        at = came[at]
    return way


# ------------------------------------------------------------------------- shapes of values


def inflow(expr: tree.InAttr, scope: Scope) -> Value:
    if scope.bare:
        raise Problem(
            codes.NO_INFLOW,
            "`in` has no value here: nothing flows",
            expr.span,
            help="use it in a body, through which a value flows",
        )
    if scope.inflow is None:
        raise Poisoned
    if expr.attr == "":
        return scope.inflow
    return part(scope.inflow, expr.attr, "in", expr)


_AXES = {1: ("w",), 2: ("h", "w"), 3: ("d", "h", "w")}
_PARTS = {"c": "channels", "h": "height", "w": "width", "d": "depth"}


def part(shape: Shape | None, attr: str, owner: str, expr: tree.Expr) -> int:
    """`owner.attr`."""
    if shape is None:
        raise Poisoned
    if attr == "c":
        return shape.channels
    axes = _AXES.get(shape.rank, ())
    if attr in axes:
        return shape.spatial[axes.index(attr)]
    if attr not in _PARTS:
        raise Problem(
            codes.NO_SUCH_PART,
            f"`{owner}` has no `.{attr}`",
            expr.span,
            help="it has `.c`, `.h`, `.w` and, with three axes in space, `.d`",
        )
    what = f"a vector of {shape.channels}" if shape.rank == 0 else str(shape)
    raise Problem(
        codes.NO_SUCH_PART, f"`{owner}` is {what} here: it has no {_PARTS[attr]}", expr.span
    )


def label_shape(
    label: tree.Template, scope: Scope, text_of: Callable[[tree.Template, Scope], str]
) -> Shape | None:
    """The shape of `@label`; None for poison."""
    if scope.label is None:
        raise Problem(codes.UNKNOWN_LABEL, "there are no labels here", label.span)
    text = text_of(label, scope)
    try:
        return scope.label(text)
    except KeyError:
        raise unknown_label(text, label, scope) from None


def unknown_label(text: str, label: tree.Template, scope: Scope) -> Exception:
    if scope.uncertain():
        return Poisoned()
    guess = nearest(text, scope.labels())
    return Problem(
        codes.UNKNOWN_LABEL,
        f"no label `{text}` is seen here",
        label.span,
        help=f"did you mean `@{guess}`?" if guess else "",
        notes=[]
        if guess
        else [
            "a label is seen from its place to the end of its body; groups, labelled loops and "
            "blocks hide theirs"
        ],
    )


# ---------------------------------------------------------------- ops and blocks as values


def partial(expr: tree.CallExpr, scope: Scope, evaluate: Evaluate) -> Value:
    """`leaky_relu(0.1)`, `Bottleneck(groups=32)`, `normal(0.01)`."""
    callee = name(tree.Name(expr.name, expr.name_span), scope)
    match callee:
        case Initializer():
            return initializer(expr, callee, scope, evaluate)
        case OpValue() | BlockValue():
            return with_args(callee, expr.args, scope, evaluate)
        case NoLayer():
            for arg in expr.args:
                evaluate(arg.value, scope)
            return callee
    raise Problem(codes.NOT_A_LAYER, f"{show(callee)} can't be called", expr.name_span)


def signature_of(layer: OpValue | BlockValue) -> calls.Signature:
    """What it takes."""
    if isinstance(layer, BlockValue):
        return calls.of_block(layer.block)
    if layer.op is Custom:
        return calls.Signature("op", str(dict(layer.bound)["name"]), (), (), ())
    return calls.of_op(layer.op)


def no_argument(owner: str, arg: tree.Arg, known: Iterable[str]) -> Problem:
    """A builtin's argument that it doesn't have."""
    guess = nearest(arg.name or "", known)
    written = "stride" if arg.slash else f"`{arg.name}`"
    return Problem(
        codes.UNKNOWN_ARGUMENT,
        f"{owner} has no {written}",
        arg.span,
        help=f"did you mean `{guess}`?" if guess else "",
    )


def with_args(
    layer: OpValue | BlockValue, args: tuple[tree.Arg, ...], scope: Scope, evaluate: Evaluate
) -> Value:
    """The op or block with these arguments given too."""
    signature = signature_of(layer)
    bound = dict(layer.bound)
    for key, arg in calls.bind(signature, args, _raise, bound).items():
        value = evaluate(arg.value, scope)
        if isinstance(layer, OpValue):
            check_attribute(layer, key, value, arg.value)
        bound[key] = value
    if isinstance(layer, OpValue):
        return OpValue(layer.op, tuple(bound.items()))
    return BlockValue(layer.block, layer.home, tuple(bound.items()))


_KINDS: dict[type[Op], dict[str, Kind]] = {}


def kinds_of(op: type[Op]) -> dict[str, Kind]:
    """The op's attributes with their kinds."""
    found = _KINDS.get(op)
    if found is None:
        found = _KINDS[op] = op.attributes()
    return found


def check_attribute(layer: OpValue, key: str, value: Value, expr: tree.Expr) -> object:
    """The attribute's value; raises Problem where the value isn't what it wants."""
    try:
        return coerce.coerce(kinds_of(layer.op)[key], value)
    except coerce.Unfit as unfit:
        message = coerce.wants(layer.op.keyword, key, unfit, value)
        raise Problem(unfit.code, message, expr.span, help=unfit.help) from None


def _raise(problem: Problem) -> None:
    raise problem
