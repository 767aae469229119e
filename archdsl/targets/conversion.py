"""From the source's expressions to the emitted code's: None where that can't say them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from archdsl.syntax import tree
from archdsl.targets.symbolic import (
    FUNCTIONS,
    SLICE,
    Bin,
    Cond,
    Ex,
    Fn,
    Idx,
    Lit,
    Seq,
    Un,
    plain,
    simplify,
)

Scope: TypeAlias = Callable[[str], "Ex | None"]


InScope: TypeAlias = Callable[[str], "Ex | None"]


def convert(expr: tree.Expr, scope: Scope, inside: InScope) -> Ex | None:
    """The expression in the emitted code's names; None where it can't be said there."""
    match expr:
        case tree.Number(value=value):
            return Lit(plain(value))
        case tree.String(value=value) | tree.Boolean(value=value):
            return Lit(value)
        case tree.Size(sizes=sizes):
            return Lit(tuple(sizes))
        case tree.Name(name=name):
            return scope(name)
        case tree.InAttr(attr=attr):
            return inside(attr)
        case tree.Unary(op="+", operand=operand):
            return convert(operand, scope, inside)
        case tree.Unary(op=op, operand=operand):
            inner = convert(operand, scope, inside)
            return None if inner is None else simplify(Un(op, inner))
        case tree.Binary(op=op, left=left, right=right):
            a, b = convert(left, scope, inside), convert(right, scope, inside)
            return None if a is None or b is None else simplify(Bin(op, a, b))
        case tree.Conditional(test=test, then=then, other=other):
            found = [convert(e, scope, inside) for e in (test, then, other)]
            if found[0] is None or found[1] is None or found[2] is None:
                return None
            return simplify(Cond(found[0], found[1], found[2]))
        case tree.ListExpr(items=items) | tree.TupleExpr(items=items):
            parts = [convert(e, scope, inside) for e in items]
            known = tuple(p for p in parts if p is not None)
            if len(known) != len(parts):
                return None
            return simplify(Seq(known, isinstance(expr, tree.ListExpr)))
        case tree.Index(value=value, index=index):
            v, i = convert(value, scope, inside), convert(index, scope, inside)
            return None if v is None or i is None else simplify(Idx(v, i))
        case tree.SliceExpr(value=value, start=start, stop=stop):
            parts = [Lit(None) if e is None else convert(e, scope, inside) for e in (start, stop)]
            v = convert(value, scope, inside)
            known = tuple(p for p in parts if p is not None)
            return simplify(Idx(v, Fn(SLICE, known))) if v and len(known) == 2 else None
        case tree.CallExpr(name=name, args=args) if name in FUNCTIONS:
            if any(a.name not in (None, "d") for a in args):
                return None
            parts = [convert(a.value, scope, inside) for a in args]
            known = tuple(p for p in parts if p is not None)
            return simplify(Fn(name, known)) if len(known) == len(parts) else None
    return None
