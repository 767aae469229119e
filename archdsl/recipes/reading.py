"""Forms and blocks read: each argument bound, each value checked, defaults filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from archdsl.diagnostics import Diagnostics, Label, Span
from archdsl.elaborate import Problem, Scope, calls
from archdsl.elaborate import codes as names
from archdsl.elaborate.problems import Poisoned, quoted_list
from archdsl.recipes import codes, values
from archdsl.recipes.forms import Form, Option
from archdsl.recipes.vocabulary import SYNONYMS, meant
from archdsl.syntax import tree

__all__ = ["Reader", "Values", "twice"]

_T = TypeVar("_T")


@dataclass(frozen=True)
class Values:
    """A form's options with their values.

    spans: where each was written; those that have their default have none
    span:  the form itself
    """

    form: Form
    found: Mapping[str, object]
    spans: Mapping[str, Span]
    span: Span
    sound: bool = True

    def __getitem__(self, name: str) -> object:
        return self.found[name]

    def get(self, name: str, kind: type[_T]) -> _T:
        """The value, known to be of this kind: its option says so."""
        value = self.found[name]
        assert isinstance(value, kind), (self.form.keyword, name, value)
        return value

    def number(self, name: str) -> float:
        value = self.found[name]
        assert isinstance(value, (int, float))
        return float(value)

    def where(self, name: str) -> Span:
        """The value as written, else the form."""
        return self.spans.get(name, self.span)

    def given(self, name: str) -> bool:
        return name in self.spans


@dataclass
class Reader:
    """Reads with a file's names, and reports what is wrong."""

    scope: Scope
    diagnostics: Diagnostics
    failed: bool = field(default=False)

    def report(self, problem: Problem) -> None:
        self.failed = True
        problem.report(self.diagnostics)

    # ------------------------------------------------------------------------- choosing

    def choose(self, what: str, use: tree.Use, forms: Mapping[str, Form]) -> Form | None:
        """The form of this word; `what` they are: "data", "a step"."""
        form = forms.get(use.name)
        if form is None:
            guess = meant(use.name, forms)
            self.report(
                Problem(
                    codes.UNKNOWN_WORD,
                    f"there is no {what} `{use.name}`",
                    use.name_span,
                    help=f"did you mean `{guess}`?"
                    if guess
                    else f"there is {values.listed(tuple(forms))}",
                )
            )
        return form

    def chosen(
        self, owner: str, option: Option, expr: tree.Expr | str, forms: Mapping[str, Form]
    ) -> Values | None:
        """A setting whose value is a form: `optimizer = sgd(0.1)`. expr: a str is a default."""
        match expr:
            case str():
                return self.arguments(forms[expr], None, self.scope.module.file.span)
            case tree.Name(name=name, span=span):
                use = tree.Use(name, None, span, span)
            case tree.CallExpr(name=name, args=args, name_span=name_span, span=span):
                use = tree.Use(name, args, name_span, span)
            case _:
                self.report(
                    Problem(
                        codes.WRONG_KIND,
                        f"{owner}'s `{option.name}` wants {values.listed(tuple(forms))}",
                        expr.span,
                        help=f"such as `{option.name} = {next(iter(forms.values())).example}`",
                    )
                )
                return None
        form = self.choose(option.name, use, forms)
        return None if form is None else self.use(form, use)

    # ------------------------------------------------------------------------ arguments

    def use(self, form: Form, use: tree.Use) -> Values | None:
        return self.arguments(form, use.args, use.span)

    def arguments(self, form: Form, args: Sequence[tree.Arg] | None, span: Span) -> Values | None:
        """The form's values; None where one of them is wrong."""
        options = tuple(option.name for option in form.options)
        known, sound = self._known(form, args or (), options)
        required = tuple(option.name for option in form.options if option.required)
        signature = calls.Signature(
            "form", form.keyword, options[: form.positional], options, required
        )
        problems: list[Problem] = []
        bound = calls.bind(signature, known, problems.append)
        for problem in problems:
            self.report(problem)
        lacking = [name for name in required if name not in bound]
        if lacking and sound and not problems:
            self.report(
                Problem(
                    names.MISSING_ARGUMENT,
                    f"{form.keyword} needs {quoted_list(lacking)}",
                    span,
                    help=f"write `{form.example}`",
                )
            )
        exprs = {name: arg.value for name, arg in bound.items()}
        made = self._values(form, exprs, span)
        return made if sound and not problems and not lacking and made.sound else None

    def _known(
        self, form: Form, args: Sequence[tree.Arg], options: tuple[str, ...]
    ) -> tuple[list[tree.Arg], bool]:
        """The arguments but those that are called otherwise here."""
        known = []
        for arg in args:
            ours = SYNONYMS.get(arg.name or "")
            if arg.name is None or arg.name in options or ours not in options:
                known.append(arg)
                continue
            self.report(
                Problem(
                    names.UNKNOWN_ARGUMENT,
                    f"{form.keyword} has no `{arg.name}`",
                    arg.span,
                    help=f"it is called `{ours}` here",
                )
            )
        return known, len(known) == len(args)

    def _values(self, form: Form, exprs: Mapping[str, tree.Expr], span: Span) -> Values:
        found: dict[str, object] = {}
        sound = True
        for option in form.options:
            expr = exprs.get(option.name)
            if expr is None:
                found[option.name] = option.default
                continue
            try:
                found[option.name] = values.read(form.keyword, option, expr, self.scope)
            except Problem as problem:
                self.report(problem)
                sound = False
            except Poisoned:
                self.failed = True
                sound = False
        spans = {name: expr.span for name, expr in exprs.items()}
        return Values(form, found, spans, span, sound)

    # ------------------------------------------------------------------------- settings

    def settings(self, form: Form, clause: tree.Clause) -> Values | None:
        """A block's settings; with errors they are not `sound`, and some are missing."""
        entries = self.entries(clause, form.keyword)
        if entries is None:
            return None
        exprs: dict[str, tree.Setting] = {}
        options = {option.name: option for option in form.options}
        sound, guessed = True, set[str]()
        for entry in entries:
            if isinstance(entry, tree.Steps):
                guessed.add(self._no_setting(form, entry))
                sound = False
            elif entry.name not in options:
                guessed.add(self._unknown_setting(form, entry, options) or "")
                sound = False
            elif entry.name in exprs:
                self.report(twice(f"`{entry.name}`", entry.name_span, exprs[entry.name].name_span))
                sound = False
            else:
                exprs[entry.name] = entry
        lacking = [o for o in form.options if o.required and o.name not in exprs.keys() | guessed]
        if lacking:
            self.report(_lacking(form, lacking, clause.word_span))
        read = {name: entry.value for name, entry in exprs.items()}
        made = self._values(form, read, clause.word_span)
        return replace(made, sound=made.sound and sound and not lacking)

    def entries(
        self, clause: tree.Clause, keyword: str
    ) -> tuple[tree.Setting | tree.Steps, ...] | None:
        if isinstance(clause.value, tree.Section):
            return clause.value.entries
        self.report(
            Problem(
                codes.WRONG_FORM,
                f"`{keyword}` is a block in braces",
                clause.value.span,
                help=f"write `{keyword} {{ .. }}`",
            )
        )
        return None

    def _no_setting(self, form: Form, entry: tree.Steps) -> str:
        """Returns the setting that it is likely meant for."""
        name, value = _setting_for(form, entry.uses[0])
        self.report(
            Problem(
                codes.WRONG_FORM,
                f"`{form.keyword}` takes settings, and this is a step",
                entry.span,
                help=f"write `{name} = {value}`",
            )
        )
        return name

    def _unknown_setting(
        self, form: Form, entry: tree.Setting, options: Mapping[str, Option]
    ) -> str | None:
        guess = meant(entry.name, options)
        self.report(
            Problem(
                codes.UNKNOWN_WORD,
                f"{form.keyword} has no setting `{entry.name}`",
                entry.name_span,
                help=f"did you mean `{guess}`?" if guess else f"it has {quoted_list(options)}",
            )
        )
        return guess


def twice(what: str, span: Span, first: Span) -> Problem:
    return Problem(
        codes.GIVEN_TWICE,
        f"{what} is given twice",
        span,
        secondary=[Label(first, "first given here")],
    )


def _setting_for(form: Form, use: tree.Use) -> tuple[str, str]:
    """The setting that a lone word in a block is likely meant for, and what it then is."""
    from archdsl.recipes.training_words import LOSSES, OPTIMIZERS, SCHEDULES

    for name, forms in (("optimizer", OPTIMIZERS), ("schedule", SCHEDULES), ("loss", LOSSES)):
        if use.name in forms and any(option.name == name for option in form.options):
            return name, use.span.text
    names = [option.name for option in form.options]
    return (use.name if use.name in names else names[0]), ".."


_EXAMPLES = {
    "epochs": "epochs = 30",
    "batch": "batch = 64",
    "optimizer": "optimizer = adam(1e-3)",
    "members": "members = 5",
}


def _lacking(form: Form, lacking: Iterable[Option], span: Span) -> Problem:
    names = [option.name for option in lacking]
    return Problem(
        codes.MISSING,
        f"{form.keyword} needs {quoted_list(names)}",
        span,
        help=f"write `{'   '.join(_EXAMPLES[name] for name in names)}`",
    )
