"""Every code with what it means, gathered from the parts that own them."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec

_OWNERS = ("syntax", "ops", "elaborate", "analysis", "targets", "driver")


@cache
def catalogue() -> dict[str, str]:
    """Code -> one line, in order."""
    found: dict[str, str] = {}
    for owner in _OWNERS:
        name = f"archdsl.{owner}.codes"
        if find_spec(name) is not None:
            found |= import_module(name).CODES
    return dict(sorted(found.items()))
