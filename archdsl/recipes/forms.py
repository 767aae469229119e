"""What a recipe's words take, as data: the checks, the messages and the documents go by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["REQUIRED", "Form", "Kind", "Option", "named"]

REQUIRED: Final = object()

Kind = Literal[
    "number",  # any number
    "whole",  # a whole number
    "bool",
    "word",  # one of `words`
    "words",  # a list of `words`
    "string",
    "size",  # 224 or 224x224
    "range",  # (low, high)
    "numbers",  # a list of numbers
    "layers",  # a layer's path, or a list of them
    "layer",
    "use",  # a form: sgd(0.1)
    "statistic",  # a number, or one for each channel
    "members",  # a whole number, or a list of nets
]


@dataclass(frozen=True, slots=True)
class Option:
    """An argument or a setting.

    default: of the language, None for nothing; `shown` says it in words where it isn't a value
    least, most: bounds that are allowed; above, below: bounds that are not
    doc:     what it means, with its unit
    """

    name: str
    kind: Kind
    doc: str
    default: object = REQUIRED
    least: float | None = None
    most: float | None = None
    above: float | None = None
    below: float | None = None
    words: tuple[str, ...] = ()
    shown: str = ""

    @property
    def required(self) -> bool:
        return self.default is REQUIRED


@dataclass(frozen=True, slots=True)
class Form:
    """A word with its arguments, or a block with its settings.

    positional: how many of the options may be given by position, in order
    example:    how it is written; "" for a block
    several:    any number of positional arguments (`rgb_shift((+20, -20, +20), ..)`)
    """

    keyword: str
    doc: str
    options: tuple[Option, ...] = ()
    positional: int = 0
    example: str = ""
    several: bool = False

    def option(self, name: str) -> Option:
        return next(option for option in self.options if option.name == name)


def named(*forms: Form) -> Mapping[str, Form]:
    return {form.keyword: form for form in forms}
