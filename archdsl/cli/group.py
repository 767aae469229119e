"""The `archdsl` command itself: finds the subcommand, and turns every end into an exit code."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from archdsl import __version__

OK, PROBLEMS, USAGE, BUG, INTERRUPTED = 0, 1, 2, 70, 130

# The commands in the order of the help: name -> one line. Its module is archdsl.cli.<name>, with
# a command called `command`.
COMMANDS = {
    "new": "Write a first file, with comments.",
    "check": "Check files: syntax, names, shapes, budgets.",
    "compile": "Write a PyTorch, Keras or Flax module, or a recipe's scripts.",
    "train": "Train a recipe's nets.",
    "evaluate": "Measure what was trained, or classify images.",
    "augment": "Show what a recipe does with an image.",
    "diagram": "Draw a net.",
    "cost": "Count parameters, multiply-accumulates and memory.",
    "device": "List devices that latency is estimated for, or measure this one.",
    "fit": "Find the largest net that a budget has room for.",
    "diff": "Say what changed between two nets.",
    "verify": "Run a net in two frameworks with the same weights, and compare.",
    "weights": "Take weights from one framework to the other.",
    "export": "Write a net with its weights as ONNX or TFLite.",
    "fmt": "Lay files out in the one way.",
    "list": "List the nets of a file, or the specs that come with archdsl.",
    "explain": "Say what an error's code means.",
}

_REPORT = """\
archdsl: internal error: {what}
This is a bug in archdsl; please report it, with the command line, the file, and this:
  archdsl {version}, Python {python} on {platform}
  {where}
ARCHDSL_DEBUG=1 in the environment shows the traceback."""


class Group(click.Group):
    """Loads a subcommand's module when it is called for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        from importlib import import_module

        command: click.Command = import_module(f"archdsl.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            from archdsl.diagnostics import nearest

            found = nearest(name, COMMANDS)
            hint = f" Did you mean {found}?" if found else ""
            if not found and name.endswith(".arch"):
                hint = f" To check a file: archdsl check {name}"
            raise click.UsageError(f"There is no command {name!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def main(  # type: ignore[override]
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        **extra: Any,
    ) -> NoReturn:
        """Runs the command line and ends the process; every way to end has its code."""
        _use_utf8()
        try:
            extra["standalone_mode"] = False
            result = super().main(args, prog_name, **extra)
            sys.stdout.flush()
            code = result if isinstance(result, int) else OK
        except click.exceptions.Exit as end:
            code = end.exit_code
        except click.Abort:
            code = INTERRUPTED
        except click.ClickException as error:
            error.show()
            code = error.exit_code
        except BrokenPipeError:
            _forget_stdout()
            code = OK
        except KeyboardInterrupt:
            code = INTERRUPTED
        except Exception as error:
            code = _bug(error)
        sys.exit(code)


def _use_utf8() -> None:
    """UTF-8 and plain line ends, whatever the locale says."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def _forget_stdout() -> None:
    """Nobody reads on: keeps Python from complaining when it flushes at its end."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _bug(error: Exception) -> int:
    import platform
    import traceback

    if os.environ.get("ARCHDSL_DEBUG", "") not in ("", "0"):
        traceback.print_exception(error)
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if "archdsl" in f.filename] or frames
    last = own[-1]
    place = last.filename.replace(os.sep, "/").rpartition("/archdsl/")[2]
    what = " ".join(f"{type(error).__name__}: {error}".split())
    text = _REPORT.format(
        what=what if len(what) <= 200 else what[:200] + "...",
        version=__version__,
        python=platform.python_version(),
        platform=platform.system(),
        where=f"in archdsl/{place}, line {last.lineno}, {last.name}",
    )
    click.echo(text, err=True)
    return BUG


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="archdsl %(version)s")
def cli() -> None:
    """Convolutional networks in a language of their own.

    FILE is a .arch file, - for the standard input, or the name of a spec that comes with
    archdsl, such as resnet.
    """
