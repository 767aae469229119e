"""Recipes checked as wholes: their parts, each once, and whether these go together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from archdsl.diagnostics import Diagnostics, Label
from archdsl.elaborate import Problem, Program
from archdsl.elaborate.problems import deep_stack, quoted_list
from archdsl.ir.recipe import Ensemble, Evaluate, Member, Recipe, Train, Transfer
from archdsl.ir.structure import Net
from archdsl.recipes import codes, sizes, together
from archdsl.recipes.images import Augment, augment
from archdsl.recipes.measuring import (
    Measures,
    Members,
    measure,
    measures,
    members,
)
from archdsl.recipes.models import Models, Named
from archdsl.recipes.reading import Reader, twice
from archdsl.recipes.sources import Source, source
from archdsl.recipes.training import train
from archdsl.recipes.transfer import Moved, transfer
from archdsl.recipes.vocabulary import PARTS, meant
from archdsl.recipes.which import Which
from archdsl.syntax import tree

__all__ = ["check_recipe", "check_recipes"]

_T = TypeVar("_T")


def check_recipes(
    program: Program, diagnostics: Diagnostics, nets: Mapping[str, Net] | None = None
) -> list[Recipe]:
    """All sound recipes of the file asked for, in its order; what is wrong is reported.

    nets: those of the file that were elaborated already, as they are without arguments
    """
    found = []
    for decl in program.main.file.decls:
        if isinstance(decl, tree.Recipe):
            recipe = check_recipe(program, decl, diagnostics, nets)
            if recipe is not None:
                found.append(recipe)
    return found


def check_recipe(
    program: Program,
    decl: tree.Recipe,
    diagnostics: Diagnostics,
    nets: Mapping[str, Net] | None = None,
) -> Recipe | None:
    """The recipe; None where something is wrong with it: reported."""
    reader = Reader(program.scope, diagnostics)
    with deep_stack():
        return _Check(reader, Models(program, reader, nets or {}), decl, program).recipe()


@dataclass
class _Parts:
    """A recipe's clauses by their words."""

    clauses: dict[str, tree.Clause] = field(default_factory=dict)
    guessed: set[str] = field(default_factory=set)


class _Check:
    def __init__(self, reader: Reader, models: Models, decl: tree.Recipe, program: Program) -> None:
        self.reader = reader
        self.models = models
        self.decl = decl
        self.program = program

    def recipe(self) -> Recipe | None:
        self._name()
        parts = self._parts()
        clauses = parts.clauses
        said = self._part(members, clauses.get("ensemble"))
        found = Which(self.reader, self.models).all(clauses, said)
        trained = self._part(train, clauses.get("train"))
        named = found or []
        first = named[0] if named else None
        model = first.model if first else None
        seed = trained.train.seed if trained else 0
        images = self._source(clauses.get("data"), first, seed)
        steps = self._augment(clauses.get("augment"), first)
        moved = self._moved(clauses.get("transfer"), named)
        evaluated = self._measures(clauses.get("evaluate"))
        prepared = None
        if images and steps and model and evaluated:
            where = images.values.span
            prepared = sizes.fits(
                self.reader, images.size, steps.steps, model, where, evaluated.resize
            )
        tested = measure(self.reader, evaluated, prepared, model) if evaluated else None
        if steps and moved:
            together.cached(self.reader, steps, moved)
        if images and trained and steps:
            together.batch(self.reader, images, trained, named)
        if self.reader.failed or not (named and images and steps and moved and trained and tested):
            return None
        return self._made(named, images, steps, moved.transfer, trained.train, tested, said)

    # ----------------------------------------------------------------------- the parts

    def _name(self) -> None:
        name, program = self.decl.name, self.program
        spans = [program.main.spans.get(name)]
        spans += [
            other.name_span
            for other in program.main.file.decls
            if isinstance(other, tree.Recipe) and other.name == name
        ]
        first = min((span for span in spans if span), key=lambda span: span.start)
        if first == self.decl.name_span:
            others = [span for span in spans if span and span != first]
            if not others or name not in program.main.spans:
                return
            first = others[0]
        self.reader.report(
            Problem(
                codes.NAME_TAKEN,
                f"`{name}` is declared twice",
                self.decl.name_span,
                secondary=[Label(first, "declared here too")],
            )
        )

    def _parts(self) -> _Parts:
        found = _Parts()
        for clause in self.decl.clauses:
            word = clause.word
            if word not in PARTS:
                guess = meant(word, PARTS)
                found.guessed.add(guess or "")
                self.reader.report(
                    Problem(
                        codes.UNKNOWN_PART,
                        f"a recipe has no `{word}`",
                        clause.word_span,
                        help=f"did you mean `{guess}`?"
                        if guess
                        else f"it has {quoted_list(PARTS)}",
                    )
                )
            elif word in found.clauses:
                first = found.clauses[word].word_span
                self.reader.report(twice(f"`{word}`", clause.word_span, first))
            else:
                found.clauses[word] = clause
        self._lacking(found)
        return found

    def _lacking(self, parts: _Parts) -> None:
        has = parts.clauses.keys() | parts.guessed
        nets = has & {"model", "compare", "ensemble"}
        lacking = [] if nets else ["model"]
        lacking += [word for word in ("data", "train") if word not in has]
        if lacking:
            self.reader.report(
                Problem(
                    codes.MISSING,
                    f"the recipe {self.decl.name} lacks {quoted_list(lacking)}",
                    self.decl.name_span,
                    help=f"write `{_EXAMPLES[lacking[0]]}`",
                )
            )

    def _part(
        self, read: Callable[[Reader, tree.Clause], _T | None], clause: tree.Clause | None
    ) -> _T | None:
        return None if clause is None else read(self.reader, clause)

    def _augment(self, clause: tree.Clause | None, first: Named | None) -> Augment | None:
        if clause is None:
            return Augment()
        return augment(self.reader, clause, first.model if first else None)

    def _moved(self, clause: tree.Clause | None, named: list[Named]) -> Moved | None:
        if clause is None:
            return Moved(Transfer(), None)
        return transfer(self.reader, clause, [one.model for one in named])

    def _measures(self, clause: tree.Clause | None) -> Measures | None:
        return Measures() if clause is None else measures(self.reader, clause)

    def _source(self, clause: tree.Clause | None, first: Named | None, seed: int) -> Source | None:
        return None if clause is None else source(self.reader, clause, first, seed)

    # ----------------------------------------------------------------------- the whole

    def _made(
        self,
        named: list[Named],
        images: Source,
        steps: Augment,
        moved: Transfer,
        trained: Train,
        tested: Evaluate,
        said: Members | None,
    ) -> Recipe:
        compared = any(clause.word == "compare" for clause in self.decl.clauses)
        return Recipe(
            self.decl.name,
            self.decl.doc,
            "compare" if compared else "ensemble" if said else "single",
            tuple(one.model for one in named),
            images.data,
            tuple(step for step, _ in steps.steps),
            steps.mixup,
            steps.normalize,
            moved,
            trained,
            tested,
            None if said is None else Ensemble(_members(said, trained.seed)),
            self.program.main.name,
            self.decl.span,
        )


_EXAMPLES = {
    "model": "model LeNet5",
    "data": "data digits",
    "train": "train { epochs = 30   batch = 64   optimizer = adam(1e-3) }",
}


def _members(said: Members, seed: int) -> tuple[Member, ...]:
    """One net from several seeds, or several nets from the one."""
    if said.count is not None:
        return tuple(Member(0, seed + at) for at in range(said.count))
    return tuple(Member(at, seed) for at in range(len(said.nets)))
