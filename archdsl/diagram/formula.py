"""Expressions of a block as papers write them: `4 * c` is 4c, `3x3` is 3×3."""

from __future__ import annotations

from collections.abc import Mapping

from archdsl.syntax import tree

_RANK = {"or": 1, "and": 2, "+": 5, "-": 5, "*": 6, "/": 6, "//": 6, "%": 6, "**": 8}
_COMPARE = 4
_SIGNS = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥", "*": "·", "**": "^"}


def formula(expr: tree.Expr, names: Mapping[str, str]) -> str:
    """The expression as short text; `names` are what its names stand for, `in.c` among them."""
    return _text(expr, names, 0)


def _text(expr: tree.Expr, names: Mapping[str, str], rank: int) -> str:
    match expr:
        case tree.Number(text=text) | tree.String(value=text):
            return text
        case tree.Boolean(value=value):
            return "true" if value else "false"
        case tree.Size(sizes=sizes):
            return "×".join(str(n) for n in sizes)
        case tree.Name(name=name):
            return _held(names.get(name, name), rank)
        case tree.InAttr(attr=attr):
            return _held(names.get(f"in.{attr}", f"in.{attr}"), rank)
        case tree.TupleExpr(items=items):
            return "×".join(_text(item, names, 7) for item in items)
        case tree.ListExpr(items=items):
            return f"[{', '.join(_text(item, names, 0) for item in items)}]"
        case tree.Unary(op=op, operand=operand):
            return (
                f"not {_text(operand, names, 3)}" if op == "not" else f"-{_text(operand, names, 7)}"
            )
        case tree.Binary():
            return _binary(expr, names, rank)
        case tree.Conditional(test=test, then=then, other=other):
            parts = [_text(e, names, 1) for e in (then, test, other)]
            text = f"{parts[0]} if {parts[1]} else {parts[2]}"
            return f"({text})" if rank else text
        case tree.Index(value=value, index=index):
            return f"{_text(value, names, 9)}[{_text(index, names, 0)}]"
        case tree.CallExpr(name=name, args=args):
            return f"{name}({', '.join(_text(arg.value, names, 0) for arg in args)})"
        case _:
            return " ".join(expr.span.text.split())


def _binary(expr: tree.Binary, names: Mapping[str, str], rank: int) -> str:
    op = expr.op
    own = _RANK.get(op, _COMPARE)
    left, right = _text(expr.left, names, own), _text(expr.right, names, own + 1)
    sign = _SIGNS.get(op, op)
    if op == "//":
        return f"⌊{_text(expr.left, names, own)}/{_text(expr.right, names, own + 1)}⌋"
    if op == "*" and isinstance(expr.left, tree.Number) and right[:1].isalpha():
        text = f"{left}{right}"  # 4c
    elif own >= 6:
        text = f"{left}{sign}{right}" if op != "*" else f"{left} {sign} {right}"
    else:
        text = f"{left} {sign} {right}"
    return f"({text})" if own < rank else text


def _held(text: str, rank: int) -> str:
    """What a name stands for, in parentheses where it would fall apart."""
    whole = " " not in text and "/" not in text
    return text if whole or rank < 5 else f"({text})"
