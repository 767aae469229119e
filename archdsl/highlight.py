"""The Pygments lexer of .arch files, found by Pygments under the name `archdsl`.

Nothing of archdsl imports this module, since Pygments is not among what archdsl requires.
"""

from __future__ import annotations

from typing import Any

from pygments.lexer import RegexLexer, bygroups
from pygments.token import (
    Comment,
    Keyword,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Whitespace,
)

from archdsl.ops import OPS
from archdsl.syntax.colouring import rules

__all__ = ["TOKENS", "ArchLexer"]

# What a piece of text is, as in archdsl.syntax.colouring -> its token.
TOKENS: dict[str, Any] = {
    "": Whitespace,
    "doc comment": Comment.Special,
    "comment": Comment.Single,
    "string": String.Double,
    "declaration": Keyword.Declaration,
    "declared": Name.Class,
    "clause": Keyword,
    "control": Keyword,
    "form": Keyword.Reserved,
    "word operator": Operator.Word,
    "constant": Keyword.Constant,
    "op": Name.Builtin,
    "label": Name.Label,
    "reference": Name.Variable,
    "argument": Name.Attribute,
    "size": Number,
    "number": Number,
    "block": Name.Class,
    "call": Name.Function,
    "name": Name,
    "operator": Operator,
    "sign": Punctuation,
}


class ArchLexer(RegexLexer):  # type: ignore[misc]
    """For .arch files: networks in the language archdsl."""

    name = "archdsl"
    aliases = ("archdsl", "arch")
    filenames = ("*.arch",)

    tokens = {  # noqa: RUF012
        "root": [
            (r"[ \t\r\n\f\ufeff]+", Whitespace),
            *(
                (rule.pattern, bygroups(*(TOKENS[kind] for kind in rule.kinds)))
                for rule in rules(OPS)
            ),
        ]
    }
