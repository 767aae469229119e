"""What is no error, and yet not what anybody means.

Input: a sound program and its nets, elaborated. Output: warnings, of the main file alone: what
stands in an imported one is said where that is checked. Only the whole file tells, so that
nothing is said where a net was asked for alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from archdsl.analysis.idle_bias import check_biases
from archdsl.analysis.repeated import check_repeated
from archdsl.analysis.unused import check_unused
from archdsl.diagnostics import Diagnostics, Label, Severity, Span
from archdsl.elaborate import Program
from archdsl.elaborate.mentions import nodes
from archdsl.ir import structure


def check_warnings(
    program: Program, nets: Sequence[structure.Net], diagnostics: Diagnostics
) -> None:
    def warn(
        code: str, message: str, span: Span, help: str, secondary: Iterable[Label] = ()
    ) -> None:
        diagnostics.error(
            code, message, span, help=help, secondary=secondary, severity=Severity.WARNING
        )

    main = program.main
    found = list(nodes(main.file.decls))
    check_unused(main.file, found, warn)
    check_repeated(main, found, warn)
    check_biases(found, main.source, nets, warn)
