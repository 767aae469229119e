"""Cuts statements on one line in the parts that may stand in columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from archdsl.fmt.docs import Doc
from archdsl.fmt.output import Cells
from archdsl.fmt.runs import Runs
from archdsl.fmt.tokens import Tokens
from archdsl.syntax import tree

__all__ = ["Columns", "key_of"]

_SETTINGS = frozenset(["let", "net", "expect"])


def _word(piece: tree.Piece) -> str:
    return piece.name if isinstance(piece, tree.Use) else type(piece).__name__


def key_of(stages: Sequence[tree.Stage]) -> str | None:
    """Chains that begin with the same two layers are aligned, unless the second has a name."""
    first, second = stages[:2]
    return None if second.label else f"{_word(first.piece)} {_word(second.piece)}"


class Columns:
    """Of one text."""

    def __init__(self, tokens: Tokens, runs: Runs) -> None:
        self.tokens = tokens
        self.runs = runs

    def cut(
        self,
        doc: Doc,
        first: int,
        cuts: Sequence[int],
        key: str | None = None,
        auto: int = 0,
        shape: tree.ShapeExpr | None = None,
    ) -> Cells | None:
        """As `cells`, of a statement that the tokens `cuts` and nothing else divide."""
        return self.cells(self._heads(doc, first, cuts), first, cuts, key, auto, shape)

    def _heads(self, doc: Doc, first: int, cuts: Sequence[int]) -> list[str]:
        """The parts of a statement on one line, cut before the tokens `cuts`."""
        if doc.flat is None:
            return []
        begins = [first, *cuts]
        heads = [self.runs.run(a, b).flat or "" for a, b in pairwise(begins)]
        used = sum(len(head) + 1 for head in heads)
        return [*heads, doc.flat[used:]]

    def cells(
        self,
        texts: Sequence[str | None],
        first: int,
        cuts: Sequence[int],
        key: str | None = None,
        auto: int = 0,
        shape: tree.ShapeExpr | None = None,
    ) -> Cells | None:
        """The parts of a statement for alignment; None where it must break.

        cuts: the tokens that begin all parts but the first; shape: the one at the end of the last
        """
        parts = [text for text in texts if text is not None]
        if not parts or len(parts) < len(texts):
            return None
        shown = ""
        if shape is not None:
            at, end = self.tokens.at(shape.span.start), self.tokens.at(shape.span.end)
            shown = self.runs.run(at, end).flat or ""
            parts[-1] = parts[-1].removesuffix(f" :: {shown}")
        tokens = self.tokens.tokens
        columns = [tokens[cut].column - tokens[first].column for cut in cuts]
        if any(tokens[cut].line != tokens[first].line for cut in cuts):
            columns = []
        named = tokens[first].text
        kind = named if named in _SETTINGS else tokens[cuts[0]].text if cuts else ""
        return Cells(tuple(parts), kind, key, auto, tuple(columns), shown)
