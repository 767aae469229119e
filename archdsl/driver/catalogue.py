"""Every code's page, as templates/errors/ holds it: what it means, why, an example wrong and right.

A page's first line is `# E201: what it means`. It is the only place that describes a code.
"""

from __future__ import annotations

from archdsl import resources

_SUFFIX = ".md"


def codes() -> tuple[str, ...]:
    """All codes, in order."""
    folder = resources.root() / "templates" / "errors"
    names = (entry.name for entry in folder.iterdir() if entry.name.endswith(_SUFFIX))
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in names))


def page(code: str) -> str:
    """The page of a code, in Markdown."""
    return (resources.root() / "templates" / "errors" / f"{code}{_SUFFIX}").read_text("utf-8")


def title(code: str) -> str:
    """What a code means, in one line."""
    return page(code).partition("\n")[0].removeprefix(f"# {code}: ")
