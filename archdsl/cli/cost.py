"""`archdsl cost FILE`, `archdsl cost --compare A B..`."""

from __future__ import annotations

import functools
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archdsl.cli import options
from archdsl.cli.console import Console, coloured, write_stdout
from archdsl.driver.request import Request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archdsl.analysis.cost import CostReport
    from archdsl.devices.profile import Device
    from archdsl.diagnostics import Diagnostics
    from archdsl.ir import structure

FORMATS = ("table", "json", "csv", "md")
FIGURES = (
    "params",
    "buffers",
    "macs",
    "flops",
    "backward",
    "activations",
    "kept",
    "latency",
    "memory",
)
COLUMNS = (*FIGURES, "field")
CONVENTIONS = ("torch", "fvcore", "torchinfo", "keras", "papers")
_TABLE_DEPTH = 2  # of names: a residual network's blocks, one line each


class _Depth(click.ParamType):  # type: ignore[type-arg]
    name = "depth"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, int) or value == "all":
            return value
        if value.isdecimal() and value.isascii() and len(value) < 10:
            return int(value)
        return self.fail(f"{value!r} is neither a number nor all.", param, ctx)


class _Columns(click.ParamType):  # type: ignore[type-arg]
    name = "columns"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        word = options.Word(*COLUMNS)
        return tuple(word.convert(name.strip(), param, ctx) for name in value.split(","))


class _Command(click.Command):
    """`--compare A B C` as `--compare A --compare B --compare C`: click has no such options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        spread: list[str] = []
        listing = False
        for at, arg in enumerate(args):
            if arg == "--":
                spread += args[at:]
                break
            if arg == "--compare":
                listing = True
                if at + 1 == len(args) or args[at + 1].startswith("-"):
                    spread.append(arg)  # with nothing to compare: click says so
                continue
            listing = listing and not arg.startswith("-")
            spread += ["--compare", arg] if listing else [arg]
        return super().parse_args(ctx, spread)


@click.command("cost", cls=_Command)
@functools.partial(options.source, required=False)
@click.option(
    "--compare",
    multiple=True,
    metavar="A B..",
    help="Nets or blocks side by side: NET, FILE:NET, 'NET(width=0.5)' or 'BLOCK(..), SHAPE'.",
)
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
@click.option(
    "--by",
    type=options.Word("layer", "stage", "op"),
    help="Rows: each layer by itself, the net's own stages, or all layers of a kind.",
)
@click.option(
    "--top",
    type=click.IntRange(1),
    metavar="N",
    help="The N costliest rows alone, the rest in one.",
)
@click.option(
    "--sort",
    type=options.Word(*FIGURES),
    help="The figure that says what is costliest, with --top. Default: macs.",
)
@click.option(
    "--columns",
    type=_Columns(),
    metavar="NAME,..",
    help=f"Columns of table and md, of {', '.join(COLUMNS)}. Default: params,macs,memory,field.",
)
@click.option(
    "--convention",
    "conventions",
    type=options.Word(*CONVENTIONS),
    multiple=True,
    help="The figures as another tool counts them, and why they differ; may be repeated.",
)
@options.batch
@options.dtype
@options.device
@click.option(
    "--plot",
    metavar="FILE.svg",
    help="Draw the nets by parameters, MACs and memory: those compared, FILE's, or all shipped.",
)
@click.option("--force", is_flag=True, help="Overwrite a file that archdsl did not generate.")
@options.output_format
def command(
    request: Request,
    format: str,
    depth: int | str | None,
    batch: int,
    dtype: str,
    console: Console,
    compare: tuple[str, ...],
    by: str | None,
    top: int | None,
    sort: str | None,
    columns: tuple[str, ...] | None,
    conventions: tuple[str, ...],
    device: str | None,
    plot: str | None,
    force: bool,
) -> int:
    """Count parameters, multiply-accumulates, activations and memory, layer by layer.

    With --compare, the totals of several nets or blocks. Of two, what the first has for each of
    the second's; of more, what each has for each of the first's.
    """
    if force and not plot:
        raise click.UsageError("--force belongs to --plot.")
    if plot and Path(plot).suffix.lower() != ".svg":
        raise click.UsageError(f"--plot draws an SVG: {plot} doesn't end with .svg.")
    if compare or plot:
        if by or top or sort or columns or conventions or device or depth is not None:
            raise click.UsageError(
                f"--{'compare' if compare else 'plot'} shows totals, and has no rows: "
                "no --depth, --by, --top, --sort, --columns, --convention, --device."
            )
        return _totals(request, compare, format, batch, dtype, console, plot, force)
    if not request.file:
        raise click.UsageError("Missing argument 'FILE'.")
    from archdsl.analysis.cost import cost
    from archdsl.analysis.report import render
    from archdsl.analysis.table import COLUMNS as DEFAULT
    from archdsl.analysis.view import View
    from archdsl.devices.roofline import latencies
    from archdsl.driver import run

    if by and depth is not None:
        raise click.UsageError("--by says what the rows are, so --depth has no place beside it.")
    if sort and not top:
        raise click.UsageError("--sort says what --top goes by; it needs --top.")
    if conventions and (by or top or columns or depth is not None):
        raise click.UsageError("--convention shows figures of the whole net, and has no rows.")
    if conventions and (device or (batch, dtype) != (1, "float32")):
        raise click.UsageError("--convention counts no memory: no --batch, --dtype, --device.")
    if not device and "latency" in (sort, *(columns or ())):
        raise click.UsageError("latency is that on a device: name one with --device.")
    if columns and format not in ("table", "md"):
        raise click.UsageError(f"{format} has all figures: --columns is for table and md.")
    if depth is None:
        depth = _TABLE_DEPTH if format in ("table", "md") else "all"
    done = run(request)
    clock = _clock(device, dtype, done.diagnostics) if device and done.elaborated else None
    code = console.report(done.diagnostics, product=True)
    if device and clock is None:
        return code
    if done.elaborated and conventions:
        from archdsl.analysis.conventions import reckon
        from archdsl.analysis.reckoned import render_reckonings

        counted = [(net.name, reckon(net, name)) for net in done.nets for name in conventions]
        write_stdout(render_reckonings(counted, format))
    elif done.elaborated:  # a budget that is missed doesn't hide the figures
        if clock is None:
            reports = [cost(net, batch, dtype) for net in done.nets]
        else:
            reports = [
                cost(net, batch, dtype, clock.name, latencies(net.graph, clock, batch, dtype))
                for net in done.nets
            ]
        shown = depth if isinstance(depth, int) else None
        view = View(shown, by, top, sort or "macs", fold=format in ("table", "md"))
        colour = format == "table" and coloured(sys.stdout)
        default = (*DEFAULT[:-1], "latency", DEFAULT[-1]) if device else DEFAULT
        write_stdout(render(reports, format, view, columns or default, colour))
    return code


def _clock(name: str, dtype: str, diagnostics: Diagnostics) -> Device | None:
    from archdsl.driver.devices import device_named

    return device_named(name, diagnostics, dtype)


def _totals(
    request: Request,
    compare: tuple[str, ...],
    format: str,
    batch: int,
    dtype: str,
    console: Console,
    plot: str | None,
    force: bool,
) -> int:
    """Nets compared, as text and as a plot, or a plot alone."""
    from archdsl.analysis.compare import render_compared
    from archdsl.analysis.cost import cost
    from archdsl.diagnostics import Diagnostics
    from archdsl.driver.compare import short_names
    from archdsl.driver.plot import all_nets

    found = Diagnostics()
    if compare:
        nets, names = _compared(request, compare, found), short_names(compare)
    else:
        if format != "table":
            raise click.UsageError("--plot alone prints nothing: --format is for --compare.")
        nets = all_nets(request, found)
        names = tuple(net.name for net in nets)
    reports = [] if found.failed else [cost(net, batch, dtype) for net in nets]
    if plot and reports:
        _plot(plot, names, reports, found, console, force)
    code = console.report(found, product=True)
    if compare and reports:
        write_stdout(render_compared(compare, reports, format))
    return code


def _compared(
    request: Request, texts: tuple[str, ...], diagnostics: Diagnostics
) -> list[structure.Net]:
    from archdsl.driver.compare import comparand

    if len(texts) < 2:
        raise click.UsageError("--compare wants two nets or more, after it: --compare A B.")
    if not request.file and not all(":" in text for text in texts):
        raise click.UsageError("Without FILE, --compare wants FILE:NET of each.")
    if request.nets:
        raise click.UsageError("--compare names the nets itself, so --net has no place beside it.")
    jobs = [comparand(replace(request, nets=()), text) for text in texts]
    for job in jobs:
        for item in job.diagnostics:
            diagnostics.add(item)
    return [job.nets[0] for job in jobs if job.elaborated]


def _plot(
    path: str,
    names: Sequence[str],
    reports: Sequence[CostReport],
    diagnostics: Diagnostics,
    console: Console,
    force: bool,
) -> None:
    from archdsl.driver.plot import plot
    from archdsl.driver.writing import save

    drawn, without = plot(names, reports)
    if not drawn:
        raise click.UsageError("No net has both parameters and MACs: there is nothing to draw.")
    save(Path(path), drawn.encode(), diagnostics, force=force)
    if without:
        console.note(f"not drawn, without parameters or MACs: {', '.join(without)}")
