"""The words that are reserved everywhere in a .arch file."""

from __future__ import annotations

__all__ = ["KEYWORDS"]

# The grammar has a terminal of the same name in capitals for each; a test compares the two.
KEYWORDS = frozenset(
    [
        "add",
        "always",
        "and",
        "as",
        "aux",
        "block",
        "concat",
        "defaults",
        "else",
        "expect",
        "false",
        "for",
        "from",
        "gate",
        "if",
        "import",
        "in",
        "init",
        "input",
        "let",
        "mul",
        "net",
        "not",
        "op",
        "or",
        "output",
        "repeat",
        "residual",
        "seq",
        "shortcut",
        "skip",
        "true",
    ]
)
