"""`archdsl weights convert | check | show`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archdsl.cli import options
from archdsl.cli.console import Console, write_stdout
from archdsl.driver.request import Request

if TYPE_CHECKING:
    from archdsl.driver.pipeline import Job
    from archdsl.driver.weights import Report

_HEAD = click.option(
    "--head",
    is_flag=True,
    help="Begin a new head for other classes, adapt the first layer to other channels.",
)
_FORMAT = options.format_or_json("text")


@click.group("weights", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Take weights from one framework to the other, or see what a file of weights holds."""


@command.command("convert")
@options.source
@click.argument("weights", metavar="WEIGHTS", type=click.Path(path_type=Path))
@options.output(
    "FILE",
    "Where to write; the ending says the format: .safetensors, .pth, .weights.h5, .keras.",
    required=True,
    path=True,
)
@options.weights_map
@_HEAD
@click.option("--no-check", is_flag=True, help="Don't compare the outputs of both frameworks.")
@click.option("--force", is_flag=True, help="Overwrite a file that is there.")
@_FORMAT
@options.output_format
def convert(
    request: Request,
    weights: Path,
    output: Path,
    map: str | None,
    head: bool,
    no_check: bool,
    force: bool,
    format: str,
    console: Console,
) -> int:
    """Write the weights of WEIGHTS as a file for the net's model in PyTorch or Keras.

    The written file is read again, and the net is run with it in both frameworks. Where anything
    doesn't fit or differs, there is no file.
    """
    from archdsl.driver.weights import Conversion, convert

    job = _net(request)
    report = None
    if job.ok:
        asked = Conversion(weights, output, map, head, not no_check, force)
        report = convert(job, asked)
    return _end(console, job, report, format, compared=not no_check)


@command.command("check")
@options.source
@click.argument("weights", metavar="WEIGHTS", type=click.Path(path_type=Path))
@options.weights_map
@_HEAD
@_FORMAT
@options.output_format
def check(
    request: Request, weights: Path, map: str | None, head: bool, format: str, console: Console
) -> int:
    """Say whether the weights of WEIGHTS fit the net: every name, every shape."""
    from archdsl.driver.weights import Conversion, fitted

    job = _net(request)
    report = fitted(job, Conversion(weights, None, map, head)) if job.ok else None
    return _end(console, job, report, format)


@command.command("show")
@click.argument("weights", metavar="WEIGHTS", type=click.Path(path_type=Path))
@_FORMAT
@options.output_format
def show(weights: Path, format: str, console: Console) -> int:
    """List the weights of a file: names, shapes, types."""
    from archdsl.diagnostics import Diagnostics
    from archdsl.driver.weights import stored

    found = Diagnostics()
    held = stored(weights, found)
    code = console.report(found, product=True)
    if held is None:
        return code
    rows = [(e.key, "x".join(map(str, e.array.shape)), e.dtype) for e in held]
    if format == "json":
        listed = [{"name": e.key, "shape": list(e.array.shape), "dtype": e.dtype} for e in held]
        content = {"version": 1, "framework": held.framework, "weights": listed}
        write_stdout(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
        return code
    wide = [max(len(row[i]) for row in rows) for i in range(2)]
    lines = [f"{name:<{wide[0]}}  {shape:<{wide[1]}}  {kind}\n" for name, shape, kind in rows]
    total = sum(e.array.size for e in held)
    write_stdout("".join([*lines, f"{len(rows):,} arrays, {total:,} numbers\n"]))
    return code


def _net(request: Request) -> Job:
    """The one net that is meant, elaborated."""
    from archdsl.driver import run
    from archdsl.driver.choice import net_names

    if len(request.nets) > 1:
        raise click.UsageError("--net names one net here.")
    job = run(request, expectations=False)
    if job.ok and len(job.nets) != 1:
        names = ", ".join(net_names(job)[:12])
        raise click.UsageError(f"The file has several nets: name one with --net, of {names}.")
    return job


def _end(
    console: Console, job: Job, report: Report | None, format: str, *, compared: bool = False
) -> int:
    from archdsl.weights import telling

    code = console.report(job.diagnostics, product=True)
    if report is None:
        return code
    head = f"{report.source} fits {report.net}"
    end = ""
    if report.output:
        head = f"{report.source} -> {report.output}, for {report.net}"
        end = "checked  PyTorch and Keras give the same outputs, "
        end += f"to {report.difference or 0:.0e} of the largest"
        if report.difference is None:
            end = "NOT checked: the outputs were not compared"
    if format == "json":
        content: dict[str, Any] = {
            "version": 1,
            "net": report.net,
            "source": report.source,
            "output": report.output or None,
            "difference": report.difference,
            **telling.data(report.fitted),
        }
        write_stdout(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    else:
        write_stdout(telling.text(report.fitted, head, end))
    return code
