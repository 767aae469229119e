"""PyTorch: nets to one module of classes."""

from __future__ import annotations

from archdsl.diagnostics import Diagnostics
from archdsl.ir.graph import Graph, Node
from archdsl.targets.base import Emission, RecipeEmission
from archdsl.targets.classes.module import module_text, write_module
from archdsl.targets.gaps import report_gaps
from archdsl.targets.torch.dialect import TorchDialect


class TorchTarget:
    name = "torch"
    suffix = ".py"

    def lower(self, graph: Graph, node: Node) -> object:
        return TorchDialect().lower(graph, node)

    def emit(self, emission: Emission, diagnostics: Diagnostics) -> str | None:
        dialect = TorchDialect()
        if report_gaps(emission.nets, self.name, dialect.lower, diagnostics):
            return None
        module = write_module(dialect, emission.nets, emission.vary)
        return module_text(dialect, module, emission)

    def emit_recipe(
        self, emission: RecipeEmission, diagnostics: Diagnostics
    ) -> dict[str, str] | None:
        """The module of the nets, and the scripts that train and measure them."""
        from archdsl.targets.recipe.files import Header
        from archdsl.targets.recipe.unreadable import report_unreadable
        from archdsl.targets.torch.recipe import write_scripts

        if report_unreadable(emission.recipe, diagnostics):
            return None
        module = self.emit(emission.model, diagnostics)
        if module is None:
            return None
        header = Header(emission.model.file, emission.model.digest)
        return {"model.py": module, **write_scripts(emission.recipe, header)}
