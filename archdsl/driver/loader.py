"""The elaborator's way to imported files: found by the project, read and parsed once."""

from __future__ import annotations

from archdsl.diagnostics import Diagnostics, Source, Span
from archdsl.driver.project import Project
from archdsl.driver.reading import Unreadable
from archdsl.syntax import tree
from archdsl.syntax.parser import parse


class ImportLoader:
    """Reports what is wrong with an import where it stands, and what is wrong in its file there."""

    def __init__(self, project: Project, diagnostics: Diagnostics) -> None:
        self.project = project
        self.diagnostics = diagnostics
        self._parsed: dict[str, tree.File | None] = {}

    def load(self, path: str, from_file: str, span: Span) -> tuple[Source, tree.File] | None:
        try:
            source = self.project.load(path, from_file)
        except Unreadable as error:
            self.diagnostics.error(
                error.code, error.message, span, notes=_inside(error), help=error.help
            )
            return None
        if source.name not in self._parsed:
            own = Diagnostics()
            file = parse(source, own)
            for item in own:
                self.diagnostics.add(item)
            # A broken file may lack just what is imported: say nothing about that.
            self._parsed[source.name] = None if own.failed else file
        found = self._parsed[source.name]
        return None if found is None else (source, found)


def _inside(error: Unreadable) -> tuple[str, ...]:
    return (f"at {error.span}",) if error.span else ()
