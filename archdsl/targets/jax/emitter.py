"""Flax NNX: nets to one module of classes."""

from __future__ import annotations

import re

from archdsl.diagnostics import Diagnostics
from archdsl.ir.graph import Graph, Node
from archdsl.targets.base import Emission
from archdsl.targets.classes.module import module_text, write_module
from archdsl.targets.gaps import report_gaps
from archdsl.targets.jax.dialect import JaxDialect
from archdsl.targets.outline.words import words


class JaxTarget:
    name = "jax"
    suffix = ".py"

    def lower(self, graph: Graph, node: Node) -> object:
        return JaxDialect().lower(graph, node)

    def emit(self, emission: Emission, diagnostics: Diagnostics) -> str | None:
        dialect = JaxDialect(words(emission.nets))
        if report_gaps(emission.nets, self.name, dialect.lower, diagnostics):
            return None
        module = write_module(dialect, emission.nets, emission.vary)
        code = "\n".join(line for _, lines in module.classes for line in lines)
        constants = dialect.initializers.lines(set(re.findall(r"\b[A-Z][A-Z_0-9]*\b", code)))
        return module_text(dialect, module, emission, constants)
