"""The maps that come with archdsl: specs/maps/<name>.map."""

from __future__ import annotations

from archdsl import resources

SUFFIX = ".map"


def names() -> tuple[str, ...]:
    """`keras`, `timm`, ..: in order."""
    folder = resources.root() / "specs" / "maps"
    found = [entry.name for entry in folder.iterdir() if entry.name.endswith(SUFFIX)]
    return tuple(sorted(name.removesuffix(SUFFIX) for name in found))


def text(name: str) -> str:
    return (resources.root() / "specs" / "maps" / f"{name}{SUFFIX}").read_text("utf-8")
