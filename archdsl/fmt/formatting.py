"""Formats a text, and makes sure that nothing but its layout changed."""

from __future__ import annotations

import re

from archdsl.diagnostics import Diagnostics, Source
from archdsl.fmt.align import align
from archdsl.fmt.items import Items
from archdsl.fmt.output import Output
from archdsl.fmt.tokens import Tokens
from archdsl.fmt.walk import same
from archdsl.syntax import tree
from archdsl.syntax.parser import parse

__all__ = ["FormatError", "format_source", "format_text"]

# A form feed, a byte order mark or a carriage return between words is white space like any other.
_KEPT_OR_ODD = re.compile(r'("[^"\n]*"|#[^\n]*)|[\r\f\ufeff]')


class FormatError(ValueError):
    """The text has syntax errors: `diagnostics` says which."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        super().__init__("; ".join(item.message for item in diagnostics))
        self.diagnostics = diagnostics


def format_source(text: str) -> str:
    """`text` in the one layout; raises FormatError where it can't be parsed."""
    diagnostics = Diagnostics()
    made = format_text(text, "<text>", diagnostics)
    if made is None:
        raise FormatError(diagnostics)
    return made


def format_text(text: str, name: str, diagnostics: Diagnostics) -> str | None:
    """`text` in the one layout; None, and its errors in `diagnostics`, where it can't be parsed.

    name: what the text is called in the diagnostics
    """
    found = Diagnostics()
    file = parse(Source(name, text), found)
    if found.failed:
        for item in found:
            diagnostics.add(item)
        return None
    clean = _KEPT_OR_ODD.sub(lambda match: match.group(1) or " ", text.replace("\r\n", "\n"))
    # The tree of the text as it is serves, unless something was cleaned.
    file, tokens = (file, Tokens(text, file)) if clean == text else _read(clean)
    output = Output()
    Items(tokens).file(file).print_to(output)
    made = align(output.lines)
    again, its_tokens = _read(made)
    if not same(file, again):
        raise AssertionError("formatting would change what the file means")
    if tokens.comments() != its_tokens.comments():
        raise AssertionError("formatting would lose a comment")
    return made


def _read(text: str) -> tuple[tree.File, Tokens]:
    source, diagnostics = Source("", text), Diagnostics()
    file = parse(source, diagnostics)
    if diagnostics.failed:
        raise AssertionError("formatting would make the file unreadable")
    return file, Tokens(text, file)
