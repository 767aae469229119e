"""A file's declarations, and the files that they come from.

Input: a syntax tree and a loader for what it imports. Output: a `Module` for each file: its names
with their values, its lets, its defaults. Nothing is instantiated.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from archdsl.diagnostics import Diagnostics, Label, Source, Span, nearest
from archdsl.elaborate import codes, flowing, user_ops, vocabulary
from archdsl.elaborate.defaults import Table
from archdsl.elaborate.expressions import evaluate
from archdsl.elaborate.problems import Poisoned, Problem
from archdsl.elaborate.scope import POISON, Meter, NetValue, Scope, Variables
from archdsl.elaborate.values import Value
from archdsl.ir.values import BlockValue
from archdsl.syntax import tree


class LoadError(Exception):
    """What a loader raises for a file that is not to be had, with the reason for the user."""

    def __init__(self, message: str, *, code: str = codes.NO_IMPORT, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.help = help


class Loader(Protocol):
    """Finds imported files. None: it has reported why not; or it raises LoadError."""

    def load(self, path: str, from_file: str, span: Span) -> tuple[Source, tree.File] | None: ...


class NoLoader:
    """For sources that come from no folder."""

    def load(self, path: str, from_file: str, span: Span) -> tuple[Source, tree.File] | None:
        raise LoadError(f'"{path}" can\'t be imported: this source is in no folder')


@dataclass(eq=False)
class Module:
    """One file: what its names mean.

    declared: name -> value: lets, blocks, ops, nets, imports; POISON for what failed
    spans:    where each name was declared
    globals:  the lets alone, which blocks see
    defaults: the file's own, for the layers written in it
    """

    source: Source
    file: tree.File
    declared: dict[str, Value] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)
    globals: dict[str, Value] = field(default_factory=dict)
    defaults: Table = field(default_factory=dict)
    imports: list[Module] = field(default_factory=list)
    meter: Meter = field(default_factory=Meter, repr=False)

    @property
    def name(self) -> str:
        return self.source.name

    def scope(self) -> Scope:
        """The top level's."""
        return Scope(self, Variables(), meter=self.meter)


class Files:
    """Loads a file and all that it imports, each once."""

    def __init__(self, loader: Loader, diagnostics: Diagnostics) -> None:
        self.loader = loader
        self.diagnostics = diagnostics
        self.modules: dict[str, Module] = {}
        self._loading: list[str] = []

    def load(self, source: Source, file: tree.File, lost: Iterable[str] = ()) -> Module:
        """lost: names in what could not be read, where they may be declared"""
        unknown = (name for name in lost if not vocabulary.has_meaning(name))
        module = Module(source, file, dict.fromkeys(unknown, POISON))
        self._loading.append(source.name)
        for decl in file.decls:
            if isinstance(decl, tree.Import):
                self._import(module, decl)
        self._loading.pop()
        self.modules[source.name] = module
        self._declare(module)
        return module

    def _report(self, problem: Problem) -> None:
        problem.report(self.diagnostics)

    # ---------------------------------------------------------------------- imports

    def _import(self, module: Module, decl: tree.Import) -> None:
        home = self._imported_module(module, decl)
        if home is not None and home not in module.imports:
            module.imports.append(home)
        for imported in decl.names:
            name = imported.alias or imported.name
            value: Value = POISON
            taken = vocabulary.taken(imported.name)
            if taken and home is not None and imported.name not in home.declared:
                self._report(_language_has(imported, home, taken))
                if imported.alias is None:
                    continue
            elif home is not None:
                value = home.declared.get(imported.name, POISON)
                if imported.name not in home.declared:
                    self._report(_not_declared(imported, home))
            if self._declare_name(module, name, imported.span, value) and (
                home is not None and imported.name in home.globals
            ):
                module.globals[name] = value

    def _imported_module(self, module: Module, decl: tree.Import) -> Module | None:
        path = decl.path
        try:
            found = self.loader.load(path.value, module.name, path.span)
        except LoadError as error:
            self._report(Problem(error.code, error.message, path.span, help=error.help))
            return None
        if found is None:
            return None
        source, file = found
        if source.name in self._loading:
            cycle = [*self._loading[self._loading.index(source.name) :], source.name]
            self._report(
                Problem(
                    codes.IMPORT_CIRCLE,
                    f"the imports go in a circle: {' -> '.join(cycle)}",
                    path.span,
                    help="move what both files need into a third",
                )
            )
            return None
        if source.name in self.modules:
            return self.modules[source.name]
        return self.load(source, file)

    # ----------------------------------------------------------------- declarations

    def _declare(self, module: Module) -> None:
        """Blocks, ops and nets first: they may be used before they stand."""
        for decl in module.file.decls:
            match decl:
                case tree.Block(kind="net") | tree.Variant():
                    self._declare_name(module, decl.name, decl.name_span, NetValue(decl, module))
                case tree.Block():
                    self._declare_name(module, decl.name, decl.name_span, BlockValue(decl, module))
                case tree.OpDecl():
                    value: Value = POISON
                    try:
                        value = user_ops.make(decl, module.scope())
                    except Problem as problem:
                        self._report(problem)
                    self._declare_name(module, decl.name, decl.name_span, value)
                case _:
                    pass
        for decl in module.file.decls:
            if isinstance(decl, tree.Let):
                self._let(module, decl)
        items = [d for d in module.file.decls if isinstance(d, (tree.Defaults, tree.Init))]
        module.defaults = flowing.table_of(items, module.scope(), self._report)

    def _let(self, module: Module, decl: tree.Let) -> None:
        value: Value = POISON
        try:
            value = evaluate(decl.value, module.scope())
        except Problem as problem:
            self._report(problem)
        except Poisoned:
            pass
        if self._declare_name(module, decl.name, decl.name_span, value):
            module.globals[decl.name] = value

    def _declare_name(self, module: Module, name: str, span: Span, value: Value) -> bool:
        taken = vocabulary.taken(name)
        if taken:
            self._report(name_taken(name, taken, span))
            module.declared[name] = POISON
            return False
        first = module.spans.get(name)
        if first is not None:
            # Which of them is meant where the name is used isn't known.
            module.declared[name] = POISON
            self._report(
                Problem(
                    codes.NAME_TAKEN,
                    f"`{name}` is declared twice",
                    span,
                    secondary=[Label(first, f"`{name}` is first declared here")],
                )
            )
            return False
        module.declared[name] = value
        module.spans[name] = span
        return True


def name_taken(name: str, taken: str, span: Span) -> Problem:
    return Problem(
        codes.RESERVED_NAME,
        f"`{name}` can't be given a new meaning: it is {taken}",
        span,
        help=f"choose another name, `my_{name}` say",
    )


def _language_has(imported: tree.Imported, home: Module, taken: str) -> Problem:
    return Problem(
        codes.NOT_DECLARED,
        f"{home.name} declares no `{imported.name}`",
        imported.span,
        help=f"`{imported.name}` is {taken}: every file has it, and there is nothing to import",
    )


def _not_declared(imported: tree.Imported, home: Module) -> Problem:
    guess = nearest(imported.name, home.declared)
    return Problem(
        codes.NOT_DECLARED,
        f"{home.name} declares no `{imported.name}`",
        imported.span,
        help=f"did you mean `{guess}`?" if guess else "",
    )
