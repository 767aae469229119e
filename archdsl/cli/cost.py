"""`archdsl cost FILE`."""

from __future__ import annotations

from typing import Any

import click

from archdsl.cli import options
from archdsl.cli.console import Console, write_stdout
from archdsl.driver.request import Request

FORMATS = ("table", "json", "csv", "md")
_TABLE_DEPTH = 2  # of names: a residual network's blocks, one line each


class _Depth(click.ParamType):  # type: ignore[type-arg]
    name = "depth"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, int) or value == "all":
            return value
        if value.isdecimal() and value.isascii() and len(value) < 10:
            return int(value)
        return self.fail(f"{value!r} is neither a number nor all.", param, ctx)


@click.command("cost")
@options.source
@click.option(
    "--format",
    "-f",
    "format",
    type=options.Word(*FORMATS),
    default="table",
    help="table (the default), json, csv or md.",
)
@click.option(
    "--depth",
    type=_Depth(),
    metavar="N|all",
    help="Levels of names shown, blocks below folded. Default: 2, for json and csv all.",
)
@options.output_format
def command(request: Request, format: str, depth: int | str | None, console: Console) -> int:
    """Count parameters, multiply-accumulates, activations and memory, layer by layer."""
    from archdsl.analysis.cost import cost
    from archdsl.analysis.report import render
    from archdsl.driver import run

    if depth is None:
        depth = _TABLE_DEPTH if format in ("table", "md") else "all"
    done = run(request)
    code = console.report(done.diagnostics, product=True)
    if done.elaborated:  # a budget that is missed doesn't hide the figures
        reports = [cost(net) for net in done.nets]
        write_stdout(render(reports, format, depth if isinstance(depth, int) else None))
    return code
