"""The skeletons of files: Jinja templates read through resources.root()."""

from __future__ import annotations

from functools import cache

import jinja2

from archdsl import resources


def _find(name: str) -> str | None:
    path = resources.root() / "templates"
    for part in name.split("/"):
        path = path / part
    return path.read_text(encoding="utf-8") if path.is_file() else None


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FunctionLoader(_find),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # Python source; what is put in is quoted where it is made
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(name: str, **values: object) -> str:
    return _environment().get_template(name).render(**values)


def read(name: str) -> str:
    """The text of a file under templates/ that is taken as it is."""
    text = _find(name)
    if text is None:
        raise LookupError(f"no file {name}")
    return text


def helper(target: str, name: str) -> str:
    """The source of a helper that is emitted into files that need it."""
    text = _find(f"{target}/helpers/{name}.py")
    if text is None:
        raise LookupError(f"no helper {name} for {target}")
    return text
