"""An option's value from its expression: the right kind, within its bounds."""

from __future__ import annotations

from collections.abc import Callable

from archdsl.elaborate import Problem, Scope
from archdsl.elaborate.coerce import Unfit, number
from archdsl.elaborate.expressions import evaluate
from archdsl.elaborate.values import Value, is_number, is_sizes, show, whole
from archdsl.recipes import codes
from archdsl.recipes.forms import Option
from archdsl.recipes.vocabulary import meant
from archdsl.syntax import tree

_Bounded = Callable[[Value], float]
_Refuse = Callable[..., Problem]

__all__ = ["IMAGENET", "listed", "path_of", "read"]

IMAGENET = "imagenet"


def read(owner: str, option: Option, expr: tree.Expr, scope: Scope) -> object:
    """The value; raises Problem, or Poisoned where it hangs on what is reported already."""
    match option.kind:
        case "use" | "members":
            return expr  # read by those who know what may stand there
        case "word":
            return _word(owner, option, expr)
        case "words":
            return _words(owner, option, expr)
        case "layer":
            return _path(owner, option, expr)
        case "layers":
            parts = expr.items if isinstance(expr, tree.ListExpr) else (expr,)
            return tuple((_path(owner, option, part), part.span) for part in parts)
    return _computed(owner, option, evaluate(expr, scope), expr)


def _computed(owner: str, option: Option, value: Value, expr: tree.Expr) -> object:
    def refuse(wanted: str, code: str = codes.WRONG_KIND) -> Problem:
        message = f"{owner}'s `{option.name}` wants {wanted}, got {show(value)}"
        return Problem(code, message, expr.span)

    def bounded(found: Value) -> float:
        if not is_number(found):
            raise refuse(_wanted(option))
        try:
            real = number(found)
        except Unfit:
            raise refuse(_wanted(option), codes.OUT_OF_RANGE) from None
        if not _within(option, real):
            raise refuse(_wanted(option), codes.OUT_OF_RANGE)
        return real

    match option.kind:
        case "number":
            return bounded(value)
        case "whole":
            if whole(value) is None:
                raise refuse(_wanted(option))
            return int(bounded(whole(value)))
        case "bool":
            if isinstance(value, bool):
                return value
            raise refuse("`true` or `false`")
        case "string":
            return _string(option, value, refuse)
        case "size":
            if is_sizes(value) and len(value) == 2:
                return tuple(int(bounded(part)) for part in value)
            if whole(value) is None:
                raise refuse("a size such as 224 or 224x224")
            return int(bounded(value))
        case "range":
            return _range(option, value, bounded, refuse)
        case "statistic" if value == IMAGENET and option.name == "mean":
            return IMAGENET
        case "statistic" if is_number(value):
            return (bounded(value),)
    if isinstance(value, (list, tuple)) and value:
        return tuple(bounded(part) for part in value)
    raise refuse(_wanted(option))


def _string(option: Option, value: Value, refuse: _Refuse) -> str:
    if not isinstance(value, str):
        raise refuse("a string in double quotes")
    if not value.strip() or not value.isprintable():
        raise refuse("a name or a path that can be printed", codes.OUT_OF_RANGE)
    return value


def _range(option: Option, value: Value, bounded: _Bounded, refuse: _Refuse) -> object:
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        raise refuse("two numbers such as (0.08, 1.0)")
    low, high = bounded(value[0]), bounded(value[1])
    if low > high:
        raise refuse("the smaller number first", codes.OUT_OF_RANGE)
    return (low, high)


def _within(option: Option, value: float) -> bool:
    return not (
        (option.least is not None and value < option.least)
        or (option.most is not None and value > option.most)
        or (option.above is not None and value <= option.above)
        or (option.below is not None and value >= option.below)
    )


def _wanted(option: Option) -> str:
    """`a number above 0 and below 1`."""
    noun = {
        "whole": "a whole number",
        "statistic": "a number or one for each channel",
        "numbers": "numbers such as [30, 60]",
        "range": "two numbers",
        "size": "a size",
    }.get(option.kind, "a number")
    bounds = [
        f"{word} {_plain(value)}"
        for word, value in (
            ("of at least", option.least),
            ("above", option.above),
            ("at most", option.most),
            ("below", option.below),
        )
        if value is not None
    ]
    each = ", each" if bounds and option.kind in ("numbers", "range", "statistic") else ""
    return f"{noun}{each} {' and '.join(bounds)}".rstrip()


def _plain(value: float) -> str:
    return f"{int(value)}" if value == int(value) else f"{value:g}"


# ------------------------------------------------------------------------------------ words


def listed(words: tuple[str, ...]) -> str:
    """`a`, `b` or `c`."""
    marked = [f"`{word}`" for word in words]
    return marked[0] if len(marked) == 1 else f"{', '.join(marked[:-1])} or {marked[-1]}"


def _word(owner: str, option: Option, expr: tree.Expr) -> str:
    if isinstance(expr, tree.Name) and expr.name in option.words:
        return expr.name
    if isinstance(expr, tree.Name):
        guess = meant(expr.name, option.words)
        raise Problem(
            codes.UNKNOWN_WORD,
            f"{owner}'s `{option.name}` knows no `{expr.name}`",
            expr.span,
            help=f"did you mean `{guess}`?" if guess else f"it is {listed(option.words)}",
        )
    raise Problem(
        codes.WRONG_KIND,
        f"{owner}'s `{option.name}` wants {listed(option.words)}",
        expr.span,
        help="a bare word, without quotes" if isinstance(expr, tree.String) else "",
    )


def _words(owner: str, option: Option, expr: tree.Expr) -> tuple[tuple[str, object], ...]:
    parts = expr.items if isinstance(expr, tree.ListExpr) else (expr,)
    found: dict[str, object] = {}
    for part in parts:
        word = _word(owner, option, part)
        if word in found:
            raise Problem(codes.GIVEN_TWICE, f"`{word}` is given twice", part.span)
        found[word] = part.span
    if not found:
        raise Problem(
            codes.WRONG_KIND,
            f"{owner}'s `{option.name}` wants at least one of {listed(option.words)}",
            expr.span,
        )
    return tuple(found.items())


def path_of(expr: tree.Expr) -> str | None:
    """`layer3`, `features.conv1` or a string: a layer's path; None for anything else."""
    match expr:
        case tree.Name(name=name):
            return name
        case tree.String(value=value):
            return value
        case tree.Attr(value=value, attr=attr):
            inner = path_of(value)
            return None if inner is None else f"{inner}.{attr}"
    return None


def _path(owner: str, option: Option, expr: tree.Expr) -> str:
    found = path_of(expr)
    if found is None:
        raise Problem(
            codes.WRONG_KIND,
            f"{owner}'s `{option.name}` wants a layer's name",
            expr.span,
            help='such as `fc`, or a path in quotes: "layer4.2.conv3"',
        )
    return found
