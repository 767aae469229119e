"""What the shell offers: files, shipped specs, nets, targets, codes. A mistake offers nothing."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem


def _starting(words: tuple[str, ...] | list[str], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(word) for word in words if word.startswith(incomplete)]


def files(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """.arch files and shipped specs."""
    from archdsl.driver.project import shipped_paths

    return _files(incomplete, shipped_paths())


def own_files(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """.arch files alone."""
    return _files(incomplete, ())


def _files(incomplete: str, specs: tuple[str, ...]) -> list[CompletionItem]:
    """Where none begins so, whatever files the shell knows."""
    from pathlib import Path

    before, slash, _ = incomplete.rpartition("/")
    try:
        entries = sorted(Path(before + slash or ".").iterdir())
    except (OSError, ValueError):
        entries = []
    names = [before + slash + path.name for path in entries if path.name.endswith(".arch")]
    found = _starting([*names, *specs], incomplete)
    return found or [CompletionItem(incomplete, type="file")]


def nets(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The nets of the file that stands before."""
    # Where the line ends in `--net`, click leaves the words before it unparsed.
    file = ctx.params.get("file") or next(iter(ctx.args), "")
    return _starting(_nets(file), incomplete) if file and file != "-" else []


def _nets(file: str) -> list[str]:
    from archdsl.driver.choice import net_names
    from archdsl.driver.pipeline import Job, load, parse, read
    from archdsl.driver.project import Project
    from archdsl.driver.request import Request

    job = Job(Request(file=file), Project())
    try:
        read(job)
        if job.source is None:
            return []
        parse(job)
        load(job)
        return net_names(job)
    except Exception:
        return []  # while typing a file may be anything


def targets(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from archdsl.targets import NAMES

    return _starting(NAMES, incomplete)


def codes(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from archdsl.driver import catalogue

    return _starting(list(catalogue.codes()), incomplete.upper())


def devices(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Shipped profiles, and files."""
    from archdsl.devices.shipped import PROFILES

    return _starting(PROFILES.names(), incomplete) or [CompletionItem(incomplete, type="file")]
