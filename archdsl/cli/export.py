"""`archdsl export FILE --net NAME -o net.onnx`."""

from __future__ import annotations

from pathlib import Path

import click

from archdsl.cli import options
from archdsl.cli.console import Console
from archdsl.cli.group import USAGE
from archdsl.driver.request import Request

FORMATS = ("onnx", "tflite")


@click.command("export")
@options.source
@options.output("FILE", "Where to write; its ending is a format.", required=True)
@click.option(
    "--format", "-f", "format", type=options.Word(*FORMATS), help="Where FILE's ending says none."
)
@click.option(
    "--weights",
    "-w",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The net's weights, of PyTorch or Keras; without them it has random ones.",
)
@options.weights_map
@click.option("--force", is_flag=True, help="Overwrite a file that archdsl did not generate.")
@options.output_format
def command(
    request: Request,
    output: str,
    format: str | None,
    weights: Path | None,
    map: str | None,
    force: bool,
    console: Console,
) -> int:
    """Write a net with its weights as ONNX or TFLite.

    ONNX is made from the PyTorch model and takes a batch of any size; TFLite is made from the Keras
    model on TensorFlow and takes one sample, its maps height x width x channels. The file's outputs
    are compared with the model's first: where they differ by more than 1e-5 of the largest, nothing
    is written.
    """
    from archdsl.driver import run
    from archdsl.driver.errors import MissingFramework
    from archdsl.driver.export import export
    from archdsl.driver.weights import Conversion
    from archdsl.driver.writing import may_write, save

    ending = Path(output).suffix.lower().removeprefix(".")
    kind = format or ending
    if kind not in FORMATS:
        raise click.UsageError(f"{output} ends with no format: name one, --format onnx or tflite.")
    if ending in FORMATS and ending != kind:
        raise click.UsageError(f"{output} ends as {ending}, and --format says {kind}.")
    if map is not None and weights is None:
        raise click.UsageError("--map says what names mean in a file of --weights.")
    done = run(request)
    if done.ok and len(done.nets) > 1:
        listed = ", ".join(net.name for net in done.nets)
        raise click.UsageError(f"One net is exported at a time: --net, of {listed}.")
    content = None
    try:
        if may_write(Path(output), done.diagnostics, force=force):
            asked = Conversion(weights, map=map) if weights is not None else None
            content = export(done, kind, asked)
    except MissingFramework as error:
        raise _Unusable(str(error)) from None
    if content is not None:
        save(Path(output), content, done.diagnostics, force=force)
    code = console.report(done.diagnostics)
    if not code and weights is None:
        console.note(f"{done.nets[0].name} has random weights: --weights gives it its own")
    return code


class _Unusable(click.ClickException):
    exit_code = USAGE
