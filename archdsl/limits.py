"""What a source may cost before it is refused: every one ends, in an error and not in a hang.

Each limit has a name; `--limit NAME=NUMBER` and the API's `limits` raise or lower it. What holds
now is `limits.now()`, set for a while by `limits.using(..)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import field, fields, replace

from archdsl.records import record

COUNT = 2**63 - 1
"""The largest number that an attribute or a size takes: what frameworks can hold."""

STACK = 20_000
"""Python's stack while elaborating: the limits below end a source before it does."""


def _limit(default: int, doc: str) -> int:
    found: int = field(default=default, metadata={"doc": doc})
    return found


@record
class Limits:
    """All of them, with their defaults."""

    source: int = _limit(8 * 1024 * 1024, "bytes of a source file")
    errors: int = _limit(200, "errors and warnings shown, after which the rest is left out")
    syntax_errors: int = _limit(20, "syntax errors in a file, after which it is given up")
    brackets: int = _limit(100, "brackets within each other")
    depth: int = _limit(200, "levels of an expression or of an `else if` chain")
    nodes: int = _limit(200_000, "layers of a net, unrolled")
    steps: int = _limit(500_000, "items and rounds of loops walked in a net")
    blocks: int = _limit(64, "blocks used within each other, and variants of variants")
    bodies: int = _limit(400, "bodies within each other: blocks, groups, residuals, loops")
    bits: int = _limit(4096, "bits of a number")
    list: int = _limit(100_000, "values in a list, those of the lists in it too")
    lists: int = _limit(500_000, "values in all lists made in a file or a net")
    work: int = _limit(3_000_000, "expressions evaluated and values looked at in a file or a net")
    members: int = _limit(100, "nets or members of a recipe")
    label: int = _limit(200, "characters of a label")


_DEFAULT = Limits()
_NOW: ContextVar[Limits] = ContextVar("limits", default=_DEFAULT)


def now() -> Limits:
    """The limits that hold."""
    return _NOW.get()


@contextmanager
def using(limits: Limits) -> Iterator[None]:
    token = _NOW.set(limits)
    try:
        yield
    finally:
        _NOW.reset(token)


class BadLimit(ValueError):
    """A limit that there isn't, or a value that is none."""


def documented() -> dict[str, tuple[int, str]]:
    """Default and meaning by name."""
    return {f.name: (int(getattr(Limits(), f.name)), f.metadata["doc"]) for f in fields(Limits)}


def changed(values: Mapping[str, object]) -> Limits:
    """The defaults but for these; raises BadLimit."""
    known = documented()
    for name, value in values.items():
        if name not in known:
            raise BadLimit(f"there is no limit {name!r}: the limits are {', '.join(known)}")
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise BadLimit(f"the limit {name} wants a whole number of at least 1, got {value!r}")
    return replace(Limits(), **{name: int(str(value)) for name, value in values.items()})


_WRITTEN = re.compile(r"([a-z_]+)=([0-9_]{1,24})([kMG]?)", re.ASCII)
_UNITS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9}


def parsed(texts: Iterable[str]) -> dict[str, int]:
    """The values of `nodes=1000000` or `nodes=1M` texts; raises BadLimit."""
    found: dict[str, int] = {}
    for text in texts:
        match = _WRITTEN.fullmatch(text)
        if match is None or not match[2].strip("_"):
            raise BadLimit(f"{text!r} sets no limit: write it as nodes=1000000")
        found[match[1]] = int(match[2].strip("_")) * _UNITS[match[3]]
    changed(found)
    return found
