"""Which nets a recipe trains: those of `model`, of `compare`, or of an ensemble."""

from __future__ import annotations

from collections.abc import Mapping

from archdsl.diagnostics import Label
from archdsl.elaborate import Problem
from archdsl.recipes import codes
from archdsl.recipes.measuring import Members, as_use, no_net
from archdsl.recipes.models import Models, Named
from archdsl.recipes.reading import Reader
from archdsl.syntax import tree

__all__ = ["Which"]


class Which:
    """Reads the clauses that name nets."""

    def __init__(self, reader: Reader, models: Models) -> None:
        self.reader = reader
        self.models = models

    def all(self, clauses: Mapping[str, tree.Clause], said: Members | None) -> list[Named] | None:
        """Those of `model`, of `compare` or of an ensemble: one of them says which."""
        model, compare = clauses.get("model"), clauses.get("compare")
        ensemble = clauses.get("ensemble")
        if compare is not None and ensemble is not None:
            self._two(ensemble, compare, "nets are compared one by one, without an ensemble")
            return None
        if model is not None and compare is not None:
            self._two(model, compare, "`compare` names the nets")
            return None
        if model is not None and said is not None and said.nets and ensemble is not None:
            self._two(model, ensemble, "the ensemble names its nets")
            return None
        if said is not None and said.count and model is None:
            self.reader.report(
                Problem(
                    codes.MISSING,
                    f"an ensemble of {said.count} seeds needs a `model`",
                    said.span,
                    help="write `model LeNet5`, or name the nets: `members = [A, B]`",
                )
            )
            return None
        if compare is not None:
            return self._compared(compare)
        if model is not None:
            return self._modelled(model)
        return self.models.all(said.nets) if said is not None else None

    def _two(self, clause: tree.Clause, other: tree.Clause, why: str) -> None:
        self.reader.report(
            Problem(
                codes.WHICH_NETS,
                f"a recipe with `{other.word}` has no `{clause.word}`: {why}",
                clause.word_span,
                secondary=[Label(other.word_span, f"`{other.word}` stands here")],
            )
        )

    def _modelled(self, clause: tree.Clause) -> list[Named] | None:
        if isinstance(clause.value, tree.Use):
            return self.models.all([clause.value])
        self._wrong_form(
            clause, "one net", "`model LeNet5`; several are compared: `compare [A, B]`"
        )
        return None

    def _compared(self, clause: tree.Clause) -> list[Named] | None:
        if not isinstance(clause.value, tree.ListExpr):
            self._wrong_form(clause, "a list of nets", "`compare [A, B]`")
            return None
        uses = [as_use(item) for item in clause.value.items]
        for item, use in zip(clause.value.items, uses, strict=True):
            if use is None:
                self.reader.report(no_net(item))
        known = [use for use in uses if use is not None]
        if len(known) < len(uses):
            return None
        if len(known) < 2:
            self.reader.report(
                Problem(
                    codes.OUT_OF_RANGE,
                    f"two nets at least are compared, got {len(known)}",
                    clause.value.span,
                    help="one alone is a `model`",
                )
            )
            return None
        return self.models.all(known)

    def _wrong_form(self, clause: tree.Clause, what: str, example: str) -> None:
        self.reader.report(
            Problem(
                codes.WRONG_FORM,
                f"`{clause.word}` is {what}",
                clause.value.span,
                help=f"write {example}",
            )
        )
