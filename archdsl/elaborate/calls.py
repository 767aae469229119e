"""Arguments to parameters: positional, by name, `/s` for the stride."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from archdsl.diagnostics import Label, Span, nearest
from archdsl.elaborate import codes, elsewhere
from archdsl.elaborate.problems import Problem, quoted_list
from archdsl.ir.op import Op
from archdsl.ir.values import INITIALIZERS
from archdsl.records import record
from archdsl.syntax import tree

Report = Callable[[Problem], None]


@record
class Signature:
    """What may be given: `positional` in order, `names` all of them, `required` those that must.

    kind: "op", "block", .. for messages
    """

    kind: str
    owner: str
    positional: tuple[str, ...]
    names: tuple[str, ...]
    required: tuple[str, ...]


_SIGNATURES: dict[type[Op], Signature] = {}


def of_op(op: type[Op]) -> Signature:
    found = _SIGNATURES.get(op)
    if found is None:
        names = tuple(op.attributes())
        found = Signature("op", op.keyword, op.positional, names, op.required())
        _SIGNATURES[op] = found
    return found


def of_block(block: tree.Block) -> Signature:
    names = tuple(param.name for param in block.params)
    required = tuple(param.name for param in block.params if param.default is None)
    return Signature(block.kind, block.name, names, names, required)


def of_initializer(name: str) -> Signature:
    spec = INITIALIZERS[name]
    names = tuple(spec.params)
    return Signature("initialiser", name, names, (*names, "bias"), spec.required)


def of_words(owner: str, *names: str) -> Signature:
    """A form's few arguments, all by name."""
    return Signature("form", owner, (), names, ())


def bind(
    signature: Signature,
    args: Sequence[tree.Arg],
    report: Report,
    bound: Collection[str] = (),
) -> dict[str, tree.Arg]:
    """Parameter -> argument. `bound` are given already: positions skip them, names win."""
    found: dict[str, tree.Arg] = {}
    slashed = any(arg.slash for arg in args) and "stride" in signature.names
    free = [n for n in signature.positional if n not in bound and not (slashed and n == "stride")]
    place = iter(free)
    for arg in args:
        if arg.slash:
            name = "stride"
            if "stride" not in signature.names:
                report(_no_stride(signature, arg))
                continue
        elif arg.name is not None:
            name = arg.name
            if name not in signature.names:
                report(_unknown(signature, arg, name))
                continue
        else:
            following = next(place, None)
            if following is None:
                report(_too_many(signature, arg, free, bound))
                break
            name = following
        if name in found:
            report(
                Problem(
                    codes.GIVEN_TWICE,
                    f"{signature.owner}'s `{name}` is given twice",
                    arg.span,
                    secondary=[Label(found[name].span, "first given here")],
                )
            )
            continue
        found[name] = arg
    return found


def missing(
    signature: Signature, given: Iterable[str], span: Span, *, where: Label | None = None
) -> Problem | None:
    """The error for required parameters that got nothing."""
    has = set(given)
    lacking = [name for name in signature.required if name not in has]
    if not lacking:
        return None
    needs = [n for n in signature.names if n in signature.required]
    example = ", ".join(n if n in signature.positional else f"{n}=.." for n in needs)
    return Problem(
        codes.MISSING_ARGUMENT,
        f"{signature.owner} needs {quoted_list(lacking)}",
        span,
        secondary=[where] if where else (),
        help=f"write `{signature.owner}({example})`",
    )


def _unknown(signature: Signature, arg: tree.Arg, name: str) -> Problem:
    guess = nearest(name, signature.names)
    op = signature.kind == "op"
    if op and (meant := elsewhere.argument(signature.owner, name, signature.names)):
        help_text = meant
    elif guess:
        help_text = f"did you mean `{guess}`?"
    elif signature.names:
        help_text = f"{signature.owner} takes {quoted_list(signature.names)}"
    else:
        help_text = f"{signature.owner} takes no arguments"
    return Problem(
        codes.UNKNOWN_ARGUMENT, f"{signature.owner} has no `{name}`", arg.span, help=help_text
    )


def _no_stride(signature: Signature, arg: tree.Arg) -> Problem:
    help_text = ""
    if signature.kind in ("block", "seq"):
        help_text = f"`/s` sets a block's `stride`: give {signature.owner} such a parameter"
    return Problem(codes.NO_STRIDE, f"{signature.owner} has no stride", arg.span, help=help_text)


def _too_many(
    signature: Signature, arg: tree.Arg, free: Sequence[str], bound: Collection[str]
) -> Problem:
    by_name = [name for name in signature.names if name not in signature.positional]
    help_text = f"by name it takes {quoted_list(by_name)}" if by_name else ""
    more = " more" if any(name in bound for name in signature.positional) else ""
    if not free:
        takes = f"takes no{more} positional arguments"
    else:
        noun = "argument" if len(free) == 1 else "arguments"
        takes = f"takes {len(free)}{more} positional {noun}, {quoted_list(free)}"
    return Problem(codes.TOO_MANY_ARGUMENTS, f"{signature.owner} {takes}", arg.span, help=help_text)
