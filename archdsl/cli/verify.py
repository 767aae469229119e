"""`archdsl verify FILE`."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from archdsl.cli import options
from archdsl.cli.console import Console, write_stdout
from archdsl.cli.group import USAGE
from archdsl.driver.request import Request

BACKENDS = ("tensorflow", "torch", "jax")


@click.command("verify")
@options.source
@options.target("keras", "What is compared with PyTorch; keras if not given.")
@click.option(
    "--backend",
    type=options.Word(*BACKENDS),
    help="What Keras runs on; without it as KERAS_BACKEND or Keras's own settings say.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 2),
    default=0,
    metavar="N",
    help="Of the random weights and inputs.",
)
@click.option(
    "--batch",
    type=click.IntRange(2, 4096),
    default=2,
    metavar="N",
    help="Samples in a batch, at least 2; 2 if not given.",
)
@options.format_or_json("table")
@options.output_format
def command(
    request: Request,
    target: str,
    backend: str | None,
    seed: int,
    batch: int,
    format: str,
    console: Console,
) -> int:
    """Run a net in PyTorch and in another framework with the same weights, and compare.

    Outputs in eval mode, in single and double precision; in double precision also the gradients of
    one training step with nothing dropped. Weights and inputs are random. The largest differences
    are shown as shares of the largest number, and of a net that differs the first layer that does.
    """
    from archdsl.driver import run
    from archdsl.driver.errors import MissingFramework
    from archdsl.driver.verify import comparisons

    _use_backend(backend, target)
    done = run(request)
    found: list[Any] = []
    if done.ok:
        try:
            found = _compared(comparisons(done, target, seed, batch), format)
        except MissingFramework as error:
            raise _Unusable(str(error)) from None
    code = console.report(done.diagnostics, product=True)
    if found and format == "json":
        from archdsl.verify.report import as_json

        write_stdout(as_json(found))
    return code


def _compared(made: Any, format: str) -> list[Any]:
    """The comparisons, each shown when it is done: a big net takes a while."""
    from archdsl.verify import report

    found: list[Any] = []
    for one in made:
        if format == "table":
            if not found:
                write_stdout(f"{report.head()}\n")
            write_stdout(f"{report.line(one)}\n")
        found.append(one)
    if found and format == "table":
        write_stdout(f"{report.foot(found)}\n")
    return found


class _Unusable(click.ClickException):
    exit_code = USAGE


def _use_backend(backend: str | None, target: str) -> None:
    """Keras takes its backend from the environment, when it is imported."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # what TensorFlow tells of the processor
    if backend is None:
        return
    if target != "keras":
        raise click.UsageError("--backend goes with --target keras alone.")
    if "keras" in sys.modules and sys.modules["keras"].backend.backend() != backend:
        raise click.UsageError("Keras is imported already, on another backend.")
    os.environ["KERAS_BACKEND"] = backend
