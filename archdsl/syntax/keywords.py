"""The words that are reserved everywhere in a .arch file."""

from __future__ import annotations

__all__ = ["KEYWORDS", "RECIPE_BLOCKS"]

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
        "recipe",
        "repeat",
        "residual",
        "scaling",
        "seq",
        "shortcut",
        "skip",
        "true",
    ]
)

# What a recipe is made of, in the order of the one layout. They are names everywhere else.
RECIPE_BLOCKS = (
    "model",
    "compare",
    "data",
    "augment",
    "transfer",
    "train",
    "evaluate",
    "ensemble",
)
