"""A recipe from Python: what it says, and the files that it becomes."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from archdsl.diagnostics import Diagnostics
from archdsl.driver.errors import CompileError

if TYPE_CHECKING:
    from archdsl.driver.pipeline import Job
    from archdsl.ir.recipe import Recipe as Checked


class Recipe:
    """A checked recipe: `spec.recipe("Digits").source("torch")`."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._recipe = job.recipes[0]

    @property
    def name(self) -> str:
        return self._recipe.name

    @property
    def doc(self) -> str | None:
        return self._recipe.doc

    @property
    def nets(self) -> tuple[str, ...]:
        """Names of the nets that it trains."""
        return tuple(model.name for model in self._recipe.models)

    @property
    def checked(self) -> Checked:
        """All that it says, with every default filled in."""
        return self._recipe

    def source(self, target: str) -> dict[str, str]:
        """The texts of its files by name, for "torch" or "keras"."""
        from archdsl.driver.recipes import emit_recipe

        job = replace(self._job, diagnostics=Diagnostics())
        files = emit_recipe(job, self._recipe, target)
        if files is None:
            raise CompileError(job.diagnostics)
        return files

    def save(
        self, folder: str | os.PathLike[str], target: str = "torch", *, force: bool = False
    ) -> None:
        """Writes its files into a folder, all or none; `force`: also over what isn't archdsl's."""
        from archdsl.driver.writing import save_all

        diagnostics = Diagnostics()
        if not save_all(Path(folder), self.source(target), diagnostics, force=force):
            raise CompileError(diagnostics)

    def __repr__(self) -> str:
        from archdsl.recipes.summary import line

        return f"<archdsl.Recipe {line(self._recipe)}>"
