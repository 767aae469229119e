"""Numbers that weights can't be, or hardly are: gathered while arrays are put in their places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archdsl.diagnostics import Diagnostics, Severity, Span
from archdsl.ir.places import Place
from archdsl.weights import codes
from archdsl.weights.stored import Entry

if TYPE_CHECKING:
    import numpy as np

_FEW = 5
_VARIANCES = ("running_var", "variance")


@dataclass
class Oddities:
    """Names in the file, by what is odd about them.

    unreal:   their type, where it holds no real numbers: complex64, bool
    whole:    their type, where it holds whole numbers and the net's doesn't
    infinite: how many of their numbers are not finite, in the net's type, and of how many
    negative: their smallest number, where it is a variance and below 0
    """

    unreal: dict[str, str] = field(default_factory=dict)
    whole: dict[str, str] = field(default_factory=dict)
    infinite: dict[str, tuple[int, int]] = field(default_factory=dict)
    negative: dict[str, float] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)

    def is_unreal(self, entry: Entry, array: np.ndarray, place: Place) -> bool:
        """Whether an array can't be a weight, by its type; odd types are noted."""
        self.spans[entry.key] = place.node.span
        kind = array.dtype.kind
        if kind not in "fiu":
            self.unreal[entry.key] = str(array.dtype)
            return True
        if kind in "iu" and place.weight.dtype.startswith("float"):
            self.whole[entry.key] = str(array.dtype)
        return False

    def look(self, entry: Entry, array: np.ndarray, place: Place) -> None:
        """Notes what of an array, as the net will have it, is not finite, or can't be."""
        import numpy as np

        if array.dtype.kind == "f":
            missing = array.size - int(np.count_nonzero(np.isfinite(array)))
            if missing:
                self.infinite[entry.key] = missing, array.size
            elif place.weight.name in _VARIANCES and array.size and array.min() < 0:
                self.negative[entry.key] = float(array.min())

    def report(self, file: str, problems: Diagnostics) -> None:
        if self.unreal:
            problems.error(
                codes.NO_REALS,
                f"{listed(self.unreal)} of {file} can't be weights: "
                f"{_types(self.unreal)} holds no real numbers",
                self.spans[next(iter(self.unreal))],
                help="save them as float32",
            )
        if self.whole:
            problems.error(
                codes.ODD_NUMBERS,
                f"{listed(self.whole)} of {file} {_are(self.whole)} {_types(self.whole)}: "
                "weights are seldom whole numbers",
                self.spans[next(iter(self.whole))],
                severity=Severity.WARNING,
                help="weights that were quantised are multiplied by their scales before",
            )
        if self.negative:
            problems.error(
                codes.ODD_NUMBERS,
                f"{listed(self.negative)} of {file} {'has' if len(self.negative) == 1 else 'have'} "
                f"numbers below 0, down to {min(self.negative.values()):.3g}: no variance is",
                self.spans[next(iter(self.negative))],
                severity=Severity.WARNING,
                help="the net's outputs are no numbers where its root is taken",
            )
        if self.infinite:
            missing, size = (sum(counts) for counts in zip(*self.infinite.values(), strict=True))
            problems.error(
                codes.ODD_NUMBERS,
                f"{missing:,} of the {size:,} numbers of {listed(self.infinite)} of {file} "
                "are not finite",
                self.spans[next(iter(self.infinite))],
                severity=Severity.WARNING,
                help="the training that made them may have diverged",
            )


def _are(found: dict[str, str]) -> str:
    return "is" if len(found) == 1 else "are"


def _types(found: dict[str, str]) -> str:
    return " or ".join(sorted(set(found.values())))


def listed(names: Iterable[str]) -> str:
    """The first few, and how many more."""
    all_names = list(names)
    shown = ", ".join(all_names[:_FEW])
    more = len(all_names) - _FEW
    return shown if more <= 0 else f"{shown} and {more} more"
