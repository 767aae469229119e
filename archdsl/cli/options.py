"""The options that the commands share."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from archdsl.cli.console import Console
from archdsl.diagnostics.render import FORMATS
from archdsl.driver.request import Request

Command = Callable[..., Any]
DTYPES = ("float32", "float16", "bfloat16", "float64")


class Word(click.ParamType):  # type: ignore[type-arg]
    """One of a few words, with "did you mean"."""

    name = "word"

    def __init__(self, *words: str) -> None:
        self.words = words

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        return "|".join(self.words)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value in self.words:
            return value
        from archdsl.diagnostics import nearest

        found = nearest(value, self.words)
        hint = f" Did you mean {found}?" if found else ""
        return self.fail(f"{value!r} is none of {', '.join(self.words)}.{hint}", param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> Any:
        from click.shell_completion import CompletionItem

        return [CompletionItem(word) for word in self.words if word.startswith(incomplete)]


def offered(what: str) -> Callable[..., Any]:
    """What the shell completes with: a function of archdsl.cli.complete, loaded when it asks."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> Any:
        from archdsl.cli import complete as module

        return getattr(module, what)(ctx, param, incomplete)

    return complete


def target(default: str, help: str) -> Callable[[Command], Command]:
    """--target, -t: a framework, completed in the shell."""
    return click.option(
        "--target",
        "-t",
        default=default,
        metavar="NAME",
        shell_complete=offered("targets"),
        help=help,
    )


def format_or_json(word: str) -> Callable[[Command], Command]:
    """--format: for people, called `word`, or json."""
    return click.option(
        "--format",
        "-f",
        "format",
        type=Word(word, "json"),
        default=word,
        help=f"{word} (the default) or json.",
    )


def output_format(command: Command) -> Command:
    """Adds --output-format; the command gets `console`."""

    @click.option(
        "--output-format",
        type=Word(*FORMATS),
        default="full",
        help="How diagnostics are written: full (the default), concise, json, github or sarif.",
    )
    @functools.wraps(command)
    def wrapped(*args: Any, output_format: str, **kwargs: Any) -> Any:
        return command(*args, console=Console(output_format), **kwargs)

    return wrapped


def watch(command: Command) -> Command:
    """Adds --watch, with which the command comes again when its files change."""

    @click.option("--watch", is_flag=True, help="Again whenever a file changes; Ctrl-C ends.")
    @functools.wraps(command)
    def wrapped(*args: Any, watch: bool, **kwargs: Any) -> Any:
        if not watch:
            return command(*args, **kwargs)
        from archdsl.cli.watch import repeat

        if any(r.file == "-" for r in kwargs.get("requests") or [kwargs["request"]]):
            raise click.UsageError("The standard input can't be watched.")
        console: Console = kwargs["console"]
        return repeat(lambda: int(command(*args, **kwargs)), console.note)

    return wrapped


def output(
    metavar: str, help: str, *, required: bool = False, path: bool = False
) -> Callable[[Command], Command]:
    """--output, -o: where to write, as a text or a path. An empty name would be this folder."""

    def named(ctx: click.Context, param: click.Parameter, value: str | None) -> str | Path | None:
        if value == "":
            raise click.BadParameter("it is empty: name what to write.", ctx, param)
        return Path(value) if path and value is not None else value

    return click.option(
        "--output", "-o", metavar=metavar, help=help, required=required, callback=named
    )


def _use_limits(ctx: click.Context, param: click.Parameter, texts: tuple[str, ...]) -> None:
    """They hold until the command ends."""
    from archdsl import limits

    if not texts:
        return
    try:
        found = limits.changed(limits.parsed(texts))
    except limits.BadLimit as error:
        raise click.BadParameter(f"{error}.", ctx, param) from None
    ctx.with_resource(limits.using(found))


batch = click.option(
    "--batch",
    type=click.IntRange(1, 1_000_000),
    default=1,
    metavar="N",
    help="Samples that memory and latency are for. Default: 1.",
)
dtype = click.option(
    "--dtype",
    type=Word(*DTYPES),
    default="float32",
    help="Type of numbers that memory and latency are for. Default: float32.",
)
device = click.option(
    "--device",
    metavar="NAME|FILE.toml",
    shell_complete=offered("devices"),
    help="Estimate latency on this device: one of `archdsl device list`, or a profile of your own.",
)
weights_map = click.option(
    "--map",
    "map",
    metavar="NAME|FILE",
    help="What names in a file of weights mean: keras, timm, torchvision, or a file of your own.",
)
_SOURCE = (
    click.option(
        "--net",
        "nets",
        metavar="NAME",
        multiple=True,
        shell_complete=offered("nets"),
        help="This net alone; may be repeated.",
    ),
    click.option(
        "--set",
        "settings",
        metavar="NAME=VALUE",
        multiple=True,
        help="Set a net's parameter, as in --set classes=10; may be repeated.",
    ),
    click.option(
        "--input",
        "inputs",
        metavar="SHAPE",
        multiple=True,
        help="Another input shape, as in 64x64x3, or label=64x64x3 of several.",
    ),
)
root = click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="The folder that imports don't leave.",
)
_PLACE = (
    root,
    click.option(
        "--stdin-filename",
        metavar="NAME",
        help="The name of what is read from the standard input.",
    ),
    click.option(
        "--limit",
        "limits",
        metavar="NAME=NUMBER",
        multiple=True,
        callback=_use_limits,
        expose_value=False,
        help="Another limit, as in --limit nodes=1M; may be repeated. docs/limits.md lists them.",
    ),
)


def _decorated(command: Command, options: tuple[Any, ...]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


def source(command: Command, *, required: bool = True) -> Command:
    """Adds FILE and the options of one source; the command gets `request`.

    required: False where the command can do without FILE, which then is empty
    """

    @click.argument(
        "file",
        required=required,
        default=None if required else "",
        shell_complete=offered("files"),
    )
    @functools.wraps(command)
    def wrapped(
        *args: Any,
        file: str,
        nets: tuple[str, ...],
        settings: tuple[str, ...],
        inputs: tuple[str, ...],
        root: Path | None,
        stdin_filename: str | None,
        **kwargs: Any,
    ) -> Any:
        request = Request(
            file=file,
            stdin_name=stdin_filename,
            root=root,
            nets=nets,
            settings=settings,
            inputs=inputs,
        )
        return command(*args, request=request, **kwargs)

    return _decorated(wrapped, (*_SOURCE, *_PLACE))


def sources(command: Command) -> Command:
    """Adds FILE... ; the command gets `requests`."""

    @click.argument(
        "files",
        nargs=-1,
        required=True,
        metavar="FILE...",
        shell_complete=offered("files"),
    )
    @functools.wraps(command)
    def wrapped(
        *args: Any,
        files: tuple[str, ...],
        nets: tuple[str, ...],
        settings: tuple[str, ...],
        inputs: tuple[str, ...],
        root: Path | None,
        stdin_filename: str | None,
        **kwargs: Any,
    ) -> Any:
        if files.count("-") > 1:
            raise click.UsageError("The standard input can be read once only.")
        if len(files) > 1 and (nets or settings or inputs):
            raise click.UsageError("--net, --set and --input speak of one file: name one.")
        requests = [
            Request(
                file=file,
                stdin_name=stdin_filename,
                root=root,
                nets=nets,
                settings=settings,
                inputs=inputs,
                wants_nets=False,
            )
            for file in files
        ]
        return command(*args, requests=requests, **kwargs)

    return _decorated(wrapped, (*_SOURCE, *_PLACE))
