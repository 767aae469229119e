"""`archdsl fmt FILE...`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from archdsl.cli import options
from archdsl.cli.console import Console, write_stdout
from archdsl.cli.group import PROBLEMS
from archdsl.diagnostics import Diagnostics
from archdsl.records import record


@record
class _Done:
    """A file; path None: the standard input."""

    name: str
    path: Path | None
    before: str
    after: str

    @property
    def changed(self) -> bool:
        return self.before != self.after

    def diff(self) -> str:
        from difflib import unified_diff

        names = (self.name, f"{self.name} (formatted)")
        lines = unified_diff(_lines(self.before), _lines(self.after), *names)
        return "".join(line if line.endswith("\n") else f"{line}\n{_NO_END}\n" for line in lines)


_NO_END = "\\ No newline at end of file"


def _lines(text: str) -> list[str]:
    return [line for line in re.split(r"(?<=\n)", text) if line]


@click.command("fmt")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE...",
    shell_complete=options.offered("own_files"),
)
@click.option("--check", is_flag=True, help="Write nothing; list the files that would change.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@click.option(
    "--stdin-filename", metavar="NAME", help="The name of what is read from the standard input."
)
@options.output_format
def command(
    files: tuple[str, ...], check: bool, diff: bool, stdin_filename: str | None, console: Console
) -> int:
    """Lay files out in the one way, comments kept.

    FILE is a .arch file, a folder (all .arch files in it), or - for the standard input, whose
    layout goes to the standard output. With --check or --diff the exit code is 1 where something
    would change.
    """
    if files.count("-") > 1:
        raise click.UsageError("The standard input can be read once only.")
    found = Diagnostics()
    done = [item for file in files for item in _formatted(file, stdin_filename, found)]
    dry = check or diff
    changed = [item for item in done if item.changed]
    for item in changed:
        if diff:
            write_stdout(item.diff())
        elif check:
            write_stdout(f"{item.name}\n")
        elif item.path is not None:
            _save(item.path, item.after, found)
    for item in done:
        if item.path is None and not dry:
            write_stdout(item.after)
    code = console.report(found, product=dry or "-" in files)
    if dry or any(item.path for item in done):
        console.note(_summary(len(changed), len(done) - len(changed), dry))
    return code or (PROBLEMS if dry and changed else 0)


def _summary(changed: int, same: int, dry: bool) -> str:
    would = "would be formatted" if dry else "formatted"
    return f"{_files(changed)} {would}, {_files(same)} left as they are".replace(
        "1 file left as they are", "1 file left as it is"
    )


def _files(count: int) -> str:
    return f"{count} file{'' if count == 1 else 's'}"


def _formatted(file: str, stdin_name: str | None, found: Diagnostics) -> Iterator[_Done]:
    """What a command's argument names, in its new layout; problems go to `found`."""
    from archdsl.driver.reading import Unreadable, read, read_stdin, shown
    from archdsl.fmt import format_text

    paths = [None] if file == "-" else list(_paths(Path(file)))
    for path in paths:
        name = shown(path) if path else shown(Path(stdin_name)) if stdin_name else "<stdin>"
        try:
            before = read(path, name) if path else read_stdin(name)
        except Unreadable as error:
            found.error(error.code, error.message, error.span, label=error.label, help=error.help)
            continue
        after = format_text(before, name, found)
        if after is not None:
            yield _Done(name, path, before, after)


def _paths(path: Path) -> Iterator[Path]:
    """A file, or the .arch files in a folder, but not those in hidden ones."""
    if not path.is_dir():
        yield path
        return
    for below in sorted(path.rglob("*.arch")):
        inside = below.relative_to(path).parts
        if below.is_file() and not any(part.startswith(".") for part in inside):
            yield below


def _save(path: Path, text: str, found: Diagnostics) -> None:
    from archdsl.driver.writing import save

    save(path, text.encode("utf-8"), found, force=True)
