"""Expressions as Python text, as a formatter leaves it."""

from __future__ import annotations

import re

from archdsl.targets.layout import Brackets, Doc
from archdsl.targets.symbolic import Bin, Cond, Ex, Fn, Idx, Lit, Named, Raw, Seq, Sym, Un

PRINTED_AS = {"ceil": "math.ceil", "floor": "math.floor"}


_RANK = {"or": 1, "and": 2, "not": 3, "==": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4}


_RANK |= {"+": 5, "-": 5, "*": 6, "/": 6, "//": 6, "%": 6, "neg": 7, "**": 8}


def _escaped(c: str) -> str:
    if c in '"\\':
        return "\\" + c
    return c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode("ascii")


def literal(value: object) -> str:
    """A Python literal as a formatter leaves it."""
    if isinstance(value, str):
        return '"' + "".join(_escaped(c) for c in value) + '"'
    if isinstance(value, float):
        return re.sub(r"e([+-])0", r"e\1", repr(value))  # 1e-5, as people write it
    if isinstance(value, tuple):
        inner = ", ".join(literal(v) for v in value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, list):
        return "[" + ", ".join(literal(v) for v in value) + "]"
    return repr(value)


def text(ex: Ex, rank: int = 0) -> str:
    """The expression as Python; parenthesised where it stands in one that binds tighter."""
    match ex:
        case Named(name=name):
            return name
        case Lit(value=value):
            written = literal(value)
            return f"({written})" if rank > 7 and written.startswith("-") else written
        case Sym(name=name):
            return name
        case Raw(text=raw):
            return raw
        case Bin(op=op, left=left, right=right):
            r = _RANK[op]
            # comparisons don't chain here, so both sides bind tighter; `**` groups to the right
            a = text(left, r + 1 if r == 4 or op == "**" else r)
            b = text(right, r if op == "**" else r + 1)
            written = f"{a}**{b}" if op == "**" and _simple(left, right) else f"{a} {op} {b}"
            return f"({written})" if r < rank else written
        case Un(op="not", operand=operand):
            written = f"not {text(operand, 3)}"
            return f"({written})" if rank > 3 else written
        case Un(operand=operand):
            written = f"-{text(operand, 7)}"
            return f"({written})" if rank > 7 else written
        case Cond(test=test, then=then, other=other):
            written = f"{text(then, 1)} if {text(test, 1)} else {text(other)}"
            return f"({written})" if rank > 0 else written
        case Fn(name=":", args=args):
            return ":".join("" if a == Lit(None) else text(a) for a in args)
        case Fn(name=name, args=args):
            inner = ", ".join(text(a) for a in args)
            return f"{PRINTED_AS.get(name, name)}({inner})"
        case Seq(items=items, is_list=is_list):
            inner = ", ".join(text(i) for i in items)
            if is_list:
                return f"[{inner}]"
            return f"({inner},)" if len(items) == 1 else f"({inner})"
        case Idx(value=value, index=index):
            return f"{text(value, 9)}[{text(index)}]"


def _simple(left: Ex, right: Ex) -> bool:
    """Formatters hug `**` between simple operands."""
    return isinstance(left, Sym | Lit) and isinstance(right, Sym | Lit)


def table_doc(table: Ex) -> Doc:
    """A table of a loop: a row a line where it doesn't fit on one."""
    if isinstance(table, Lit) and isinstance(table.value, list):
        return Brackets("", tuple(text(Lit(v)) for v in table.value), brackets="[]")
    if isinstance(table, Seq) and table.is_list:
        return Brackets("", tuple(text(i) for i in table.items), brackets="[]")
    return text(table)
