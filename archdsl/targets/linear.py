"""Whole numbers in their shortest form: `stem + 6 * growth` for a sum of seven terms.

Input: an expression of symbolic.py whose value is a whole number, as all names in it are.
Output: the same value for all values of the names, as a sum of multiples of what can't be taken
apart. Non-goals: products of names, and anything that isn't exact in whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from archdsl.targets.symbolic import Bin, Ex, Lit
from archdsl.targets.written import text


@dataclass
class _Sum:
    """Multiples of terms, by what they print as, and a constant."""

    constant: int = 0
    terms: dict[str, tuple[Ex, int]] = field(default_factory=dict)

    def add(self, term: Ex, times: int) -> None:
        key = text(term)
        self.terms[key] = (term, self.terms.get(key, (term, 0))[1] + times)

    def plus(self, other: _Sum, times: int) -> _Sum:
        self.constant += times * other.constant
        for term, factor in other.terms.values():
            self.add(term, times * factor)
        return self

    def over(self, n: int) -> _Sum | None:
        """The n-th part, where every term has one."""
        factors = [self.constant, *(factor for _, factor in self.terms.values())]
        if any(factor % n for factor in factors):
            return None
        parts = {key: (term, factor // n) for key, (term, factor) in self.terms.items()}
        return _Sum(self.constant // n, parts)


def shortest(ex: Ex) -> Ex:
    """The expression as a sum of multiples, where that is shorter than what is there."""
    if not isinstance(ex, Bin):
        return ex
    right = _factor_on_the_right(ex)
    found = _written(_taken_apart(ex, right), right)
    return found if len(text(found)) < len(text(ex)) else ex


def _factor_on_the_right(ex: Ex) -> bool:
    """Whether the source says `c * 4` rather than `4 * c`."""
    if not isinstance(ex, Bin):
        return False
    if ex.op == "*" and isinstance(ex.left, Lit) != isinstance(ex.right, Lit):
        return isinstance(ex.right, Lit)
    return _factor_on_the_right(ex.left) or _factor_on_the_right(ex.right)


def _taken_apart(ex: Ex, right: bool) -> _Sum:
    match ex:
        case Lit(value=int(value)) if type(value) is int:
            return _Sum(value)
        case Bin(op="+" | "-" as op, left=a, right=b, keep=False):
            return _taken_apart(a, right).plus(_taken_apart(b, right), 1 if op == "+" else -1)
        case Bin(op="*", left=a, right=Lit(value=int(n)), keep=False) if type(n) is int:
            return _Sum().plus(_taken_apart(a, right), n)
        case Bin(op="*", left=Lit(value=int(n)), right=b, keep=False) if type(n) is int:
            return _Sum().plus(_taken_apart(b, right), n)
        case Bin(op="//", left=a, right=Lit(value=int(n)), keep=False) if type(n) is int and n > 0:
            whole = _taken_apart(a, right)
            part = whole.over(n)
            if part is not None:
                return part
            ex = Bin("//", _written(whole, right), Lit(n))
    found = _Sum()
    found.add(ex, 1)
    return found


def _written(found: _Sum, right: bool) -> Ex:
    written: Ex | None = None
    for term, factor in found.terms.values():
        if not factor:
            continue
        size = abs(factor)
        many = Bin("*", term, Lit(size)) if right else Bin("*", Lit(size), term)
        part: Ex = term if size == 1 else many
        if written is None:
            written = part if factor > 0 else Bin("-", Lit(0), part)
        else:
            written = Bin("+" if factor > 0 else "-", written, part)
    if written is None:
        return Lit(found.constant)
    if found.constant:
        sign = "+" if found.constant > 0 else "-"
        written = Bin(sign, written, Lit(abs(found.constant)))
    return written
