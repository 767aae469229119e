"""The names in the text of a file that could not be read.

Input: a source with syntax errors and its tree. Output: all names that stand outside of the
declarations in the tree. One of them may have been declared there, so that elsewhere nothing can
be said of it.
"""

from __future__ import annotations

import re

from archdsl.diagnostics import Source
from archdsl.syntax import tree

__all__ = ["lost_names", "names_in"]

_WORDS = re.compile(r'"[^"\n]*"|#[^\n]*|([A-Za-z_]\w*)', re.ASCII)


def names_in(text: str) -> frozenset[str]:
    """All names in a text, whatever they stand for."""
    return frozenset(_WORDS.findall(text)) - {""}


def lost_names(source: Source, file: tree.File) -> frozenset[str]:
    found: set[str] = set()
    start = 0
    for decl in file.decls:
        if decl.span.source is not source:
            continue
        found.update(_WORDS.findall(source.text, start, decl.span.start))
        start = decl.span.end
    found.update(_WORDS.findall(source.text, start))
    return frozenset(found - {""})
