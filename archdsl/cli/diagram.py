"""`archdsl diagram FILE -o net.svg`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from archdsl.cli import options
from archdsl.cli.console import Console, write_stdout
from archdsl.driver.request import Request

FORMATS = ("svg", "png", "pdf", "dot", "html", "md", "tex")
_BINARY = ("png", "pdf")


@click.command("diagram")
@options.source
@options.output(
    "FILE|DIR", "Where to write; its suffix is the format. Without it, to standard output."
)
@click.option("--format", "-f", "format", type=options.Word(*FORMATS), help="Default: svg.")
@click.option(
    "--style",
    type=options.Word("graph", "volumes", "table"),
    default="graph",
    help="graph (the default), volumes (feature maps as boxes) or table (the papers' layer table).",
)
@click.option("--depth", type=click.IntRange(min=0), help="Levels of blocks that are opened.")
@click.option(
    "--open",
    "opened",
    metavar="PATH",
    multiple=True,
    help="Open what is at PATH too, as in --open layer1; may be repeated.",
)
@click.option(
    "--block", metavar="NAME", help="Draw this block by itself, in terms of its parameters."
)
@click.option(
    "--cost",
    type=options.Word("params", "macs", "memory"),
    help="Shade by what each part costs.",
)
@click.option(
    "--theme",
    type=options.Word("light", "dark"),
    default="light",
    help="For a light background (the default) or a dark one.",
)
@click.option("--force", is_flag=True, help="Overwrite a file that archdsl did not generate.")
@options.output_format
@options.watch
def command(
    request: Request,
    output: str | None,
    format: str | None,
    style: str,
    depth: int | None,
    opened: tuple[str, ...],
    block: str | None,
    cost: str | None,
    theme: str,
    force: bool,
    console: Console,
) -> int:
    """Draw the net, or into a folder all nets of FILE, a picture each."""
    from archdsl.driver import run
    from archdsl.driver.pictures import picture
    from archdsl.driver.writing import in_folder, make_folder, save

    to_stdout = output in (None, "-")
    folder = output is not None and in_folder(output)
    made = format or _format_of(output if not to_stdout and not folder else None)
    if to_stdout and made in _BINARY and sys.stdout.isatty():
        raise click.UsageError(f"A {made} is nothing for a terminal: name a file with -o.")
    _fits(style, depth=depth, open=opened, block=block, cost=cost)
    done = run(request, expectations=False)
    if done.ok and len(done.nets) > 1 and not folder:
        names = ", ".join(net.name for net in done.nets)
        raise click.UsageError(
            f"{request.file} has several nets: name one with --net ({names}), "
            "or a folder with -o for all."
        )
    from archdsl.diagram import Drawing

    drawing = Drawing(style, depth, opened, block, cost, theme)
    product, how = None, ""
    for net in done.nets if done.ok else ():
        drawn = picture(net, made, drawing, done.diagnostics)
        if drawn is None:
            product = None
            break
        product, how = drawn
        if folder and not make_folder(output or "", done.diagnostics):
            break
        if output is not None and not to_stdout:
            path = Path(output) / f"{net.name}.{made}" if folder else Path(output)
            save(path, product, done.diagnostics, force=force)
    code = console.report(done.diagnostics, product=to_stdout)
    if not code and how == "pygraphviz":
        console.note("drawn by pygraphviz: there is no dot on the path")
    if to_stdout and product is not None and not code:
        write_stdout(product)
    return code


def _fits(style: str, **given: object) -> None:
    """Options that belong to the graph are refused with another style."""
    for name, value in given.items():
        if style != "graph" and value not in (None, ()):
            raise click.UsageError(f"--{name} belongs to --style graph, not to {style}.")


def _format_of(output: str | None) -> str:
    """The format that a file's suffix asks for."""
    if output is None:
        return "svg"
    suffix = Path(output).suffix.lower().removeprefix(".")
    if suffix in FORMATS:
        return suffix
    from archdsl.diagnostics import nearest

    found = nearest(suffix, FORMATS)
    hint = f" Did you mean .{found}?" if found else ""
    raise click.UsageError(
        f"{output} doesn't say its format: .{', .'.join(FORMATS)}, or --format.{hint}"
    )
