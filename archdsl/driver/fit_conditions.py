"""`--constraint`: conditions on a candidate's parameters, in the language's expressions.

`a ~ b` holds within 1%, as in `expect`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from archdsl.diagnostics import Diagnostics
from archdsl.driver import settings
from archdsl.elaborate import evaluate
from archdsl.elaborate.values import is_number, show
from archdsl.fit import codes
from archdsl.fit.candidates import Candidates
from archdsl.fit.search import Holds
from archdsl.records import record
from archdsl.syntax import tree

__all__ = ["conditions"]

_ABOUT = re.compile(r"(?<![~<>=!])~(?![~=])")


@record
class _Test:
    """right: None where left is a condition by itself, else about what it must be"""

    left: tree.Expr
    right: tree.Expr | None
    text: str


def conditions(
    candidates: Candidates,
    texts: Sequence[str],
    sample: Mapping[str, object],
    diagnostics: Diagnostics,
) -> Holds | None:
    """Whether a candidate meets all of them; None for no conditions, or after errors.

    sample: a candidate, to see whether they can be evaluated at all
    """
    tests = [test for text in texts if (test := _read(text, diagnostics)) is not None]
    if not tests or diagnostics.failed:
        return None
    scope = candidates.program.scope
    others = candidates.declared_values()

    def meets(test: _Test, values: Mapping[str, object], found: Diagnostics) -> bool:
        left = evaluate(test.left, scope, values, found)
        if test.right is None:
            if left is None or isinstance(left, bool):
                return bool(left)
            _bad(test, f"is {show(left)}, no condition", found)
            return False
        right = evaluate(test.right, scope, values, found)
        if left is None or right is None:
            return False
        if is_number(left) and is_number(right):
            wanted = Fraction(right)
            return abs(Fraction(left) - wanted) <= abs(wanted) / 100
        _bad(test, "compares what is no number", found)
        return False

    own = Diagnostics()
    for test in tests:
        meets(test, {**others, **sample}, own)
    for item in own:
        diagnostics.add(item)
    if own.failed:
        return None

    def holds(values: Mapping[str, object]) -> bool:
        every = {**others, **values}
        return all(meets(test, every, Diagnostics()) for test in tests)

    return holds


def _read(text: str, diagnostics: Diagnostics) -> _Test | None:
    sides = [side.strip() for side in _ABOUT.split(text)]
    if len(sides) > 2:
        diagnostics.error(codes.BAD_RANGE, f"the constraint {text} compares more than twice", None)
        return None
    parsed = [settings.expression("constraint", side, diagnostics) for side in sides]
    if parsed[0] is None or parsed[-1] is None:
        return None
    return _Test(parsed[0], parsed[1] if len(parsed) == 2 else None, text)


def _bad(test: _Test, why: str, diagnostics: Diagnostics) -> None:
    diagnostics.error(
        codes.BAD_RANGE,
        f"the constraint {test.text} {why}",
        None,
        help="write one as depth * width ** 2 ~ 2, or width <= depth",
    )
