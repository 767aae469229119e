"""The profiles that come with archdsl: specs/devices/<name>.toml."""

from __future__ import annotations

from archdsl import resources

SUFFIX = ".toml"


def names() -> tuple[str, ...]:
    """`desktop-cpu`, ..: in order."""
    folder = resources.root() / "specs" / "devices"
    found = [entry.name for entry in folder.iterdir() if entry.name.endswith(SUFFIX)]
    return tuple(sorted(name.removesuffix(SUFFIX) for name in found))


def text(name: str) -> str:
    return (resources.root() / "specs" / "devices" / f"{name}{SUFFIX}").read_text("utf-8")
