"""What is asked for: a source, nets of it, parameters and shapes from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from archdsl.limits import Limits, now


@dataclass(frozen=True)
class Request:
    """
    file:       a path, `-` for the standard input, or a shipped spec's bare name
    text:       the source itself, shown under the name `file`
    root:       the folder that imports don't leave; None: found by the file
    nets:       names; empty: all that stand on their own
    settings:   parameters as `name=expression`
    values:     parameters as Python values: numbers, lists, and strings that are expressions
    inputs:     shapes as `64x64x3` or `label=64x64x3`
    limits:     what the source may cost
    wants_nets: a file without a net to elaborate is an error
    wants_recipes: a name in `nets` may be a recipe's
    recipes:    names; then no nets but theirs
    """

    file: str
    text: str | None = None
    stdin_name: str | None = None
    root: Path | None = None
    nets: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    values: Mapping[str, object] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    limits: Limits = field(default_factory=now)
    wants_nets: bool = True
    wants_recipes: bool = False
    recipes: tuple[str, ...] = ()

    @property
    def stem(self) -> str:
        """The file's name without folder and suffix."""
        name = (self.stdin_name or "net.arch") if self.file == "-" else self.file
        return Path(name).name.removesuffix(".arch")

    @property
    def file_name(self) -> str:
        """The file's name as generated files mention it, without its folder."""
        return f"{self.stem}.arch"
