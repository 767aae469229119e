"""`archdsl fit FILE --net NET`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from archdsl.cli import options
from archdsl.cli.console import Console, write_stdout
from archdsl.driver.request import Request
from archdsl.fit import OPTIMIZERS

if TYPE_CHECKING:
    from archdsl.driver.fit import Outcome
    from archdsl.driver.fitting import Prepared, Wanted
    from archdsl.driver.pipeline import Job
    from archdsl.fit.report import Found

_BAR = 2_000  # candidates from which on a bar shows how far it is


_Command = Callable[..., Any]


class _Limit(click.ParamType):  # type: ignore[type-arg]
    """`1G`, `64MB`, `20ms`."""

    def __init__(self, figure: str, example: str) -> None:
        self.name = figure
        self.example = example

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from archdsl.fit.figures import parsed

        if isinstance(value, int):
            return value
        found = parsed(self.name, value)
        if found is None:
            return self.fail(f"{value!r} is no limit: write it as {self.example}.", param, ctx)
        return found


def _limit(name: str, figure: str, example: str, text: str) -> Callable[[_Command], _Command]:
    return click.option(
        f"--max-{name}", f"max_{figure}", type=_Limit(figure, example), metavar=example, help=text
    )


@click.command("fit")
@options.source
@_limit("macs", "macs", "1G", "Multiply-accumulates for one sample.")
@_limit("params", "params", "10M", "Parameters.")
@_limit("memory", "memory", "64MB", "Memory at inference: weights, and the peak of values.")
@_limit(
    "training-memory",
    "training",
    "8GB",
    "Memory to train: weights, gradients, the optimizer's numbers, what the backward pass needs.",
)
@_limit("size", "size", "20MB", "The weights, as a file has them.")
@_limit("latency", "latency", "20ms", "Time on --device.")
@click.option(
    "--phi",
    "line",
    metavar="LOW..HIGH:STEP",
    help="Where the scaling's variable goes, or one value. Default: -4..8:0.1.",
)
@click.option(
    "--free",
    "free",
    metavar="NAME,..",
    multiple=True,
    help="Parameters that vary apart, each alone or with a range, width=0.5..2:0.1, or a list, "
    "res=[128, 224]; may be repeated.",
)
@click.option(
    "--constraint",
    "conditions",
    metavar="CONDITION",
    multiple=True,
    help="Of the parameters: 'depth * width ** 2 ~ 2', where ~ is within 1%; may be repeated.",
)
@click.option(
    "--grow",
    type=options.Word("macs", "params"),
    default="macs",
    help="What is to be large within the budget, with --free: macs (the default) or params.",
)
@options.batch
@options.dtype
@click.option(
    "--optimizer",
    type=options.Word(*OPTIMIZERS),
    default="adam",
    help="Whose numbers count as memory to train: sgd, momentum or adam (the default).",
)
@options.device
@click.option(
    "--top",
    type=click.IntRange(1),
    default=10,
    metavar="N",
    help="Rows of the front that a table shows. Default: 10.",
)
@options.format_or_json("table")
@click.option(
    "--jobs",
    "-j",
    type=click.IntRange(0, 256),
    default=1,
    metavar="N",
    help="Processes; 0 for one a processor. Default: 1.",
)
@click.option("--emit", metavar="OUT.arch", help="Write the fitted net, a file that compiles.")
@click.option("--plot", metavar="OUT.svg", help="Draw all candidates that fit, and the front.")
@click.option("--force", is_flag=True, help="Overwrite a file that archdsl did not generate.")
@options.output_format
def command(
    request: Request,
    line: str | None,
    free: tuple[str, ...],
    conditions: tuple[str, ...],
    grow: str,
    batch: int,
    dtype: str,
    optimizer: str,
    device: str | None,
    top: int,
    format: str,
    jobs: int,
    emit: str | None,
    plot: str | None,
    force: bool,
    console: Console,
    **limits: int | None,
) -> int:
    """Find the largest net that a budget has room for.

    Along the net's scaling, or over parameters that are free. Every candidate is counted exactly.
    """
    from archdsl.diagnostics import Diagnostics
    from archdsl.driver.choice import one_net
    from archdsl.driver.fit_answer import answer, limits_of
    from archdsl.driver.fitting import Wanted, loaded, prepare
    from archdsl.fit.figures import Terms

    budget = {name.removeprefix("max_"): most for name, most in limits.items() if most is not None}
    if "latency" in budget and device is None:
        raise click.UsageError("--max-latency is that on a device: name one with --device.")
    if free and line is not None:
        raise click.UsageError("--phi goes along the scaling, and --free leaves it: use one.")
    for path, ending in ((emit, ".arch"), (plot, ".svg")):
        if path is not None and not path.endswith(ending):
            raise click.UsageError(f"{path} doesn't end with {ending}.")
    job = loaded(request)
    net = one_net(job) if job.program is not None else None
    if net is None or not job.ok:
        return console.report(job.diagnostics, product=True)
    terms = Terms(batch, dtype, OPTIMIZERS[optimizer], device is not None)
    wanted = Wanted(request, net, line, _split(free), conditions, terms, device)
    found = Diagnostics()
    prepared = prepare(wanted, job, found)
    if prepared is None:
        return console.report(found, product=True)
    outcome = _searched(wanted, job, prepared, jobs or os.cpu_count() or 1)
    said = answer(outcome, limits_of(budget, prepared.device), grow, found)
    if said is not None:
        _write(said, prepared, format, top)
        if emit is not None and said.best is not None:
            from archdsl.driver.fit_emit import emit as write_out

            if write_out(said, prepared.candidates, wanted, job, emit, found, force=force):
                console.note(f"wrote {emit}")
        if plot is not None:
            from archdsl.driver.fit_plot import plot as draw

            if draw(said, plot, found, force=force):
                console.note(f"wrote {plot}")
    code = console.report(found, product=True)
    return 130 if outcome.interrupted else code


def _split(free: tuple[str, ...]) -> tuple[str, ...]:
    """`width,res=[128, 224]` at its commas outside brackets."""
    found: list[str] = []
    for text in free:
        depth, begin = 0, 0
        for at, sign in enumerate(text):
            depth += (sign == "[") - (sign == "]")
            if sign == "," and not depth:
                found.append(text[begin:at])
                begin = at + 1
        found.append(text[begin:])
    return tuple(part.strip() for part in found)


def _searched(wanted: Wanted, job: Job, prepared: Prepared, jobs: int) -> Outcome:
    from archdsl.driver.fit import search

    size = prepared.space.size
    with click.progressbar(
        length=size,
        label=f"{size:,} candidates",
        file=sys.stderr,
        hidden=size < _BAR or not sys.stderr.isatty(),
    ) as bar:
        return search(wanted, job, prepared, jobs, bar.update)


def _write(found: Found, prepared: Prepared, format: str, top: int) -> None:
    from archdsl.fit.report import as_json, failures, space_lines, table

    values = prepared.space.values
    if format == "json":
        write_stdout(as_json(found, values))
        return
    lines = [*space_lines(found), "", table(found, values, top).rstrip("\n")]
    shown = len(found.front)
    if shown > top:
        lines.append(f".. and {shown - top:,} more of the front: --top {shown} shows all")
    wrong = failures(found.result)
    write_stdout("\n".join([*lines, *(["", *wrong] if wrong else [])]) + "\n")
