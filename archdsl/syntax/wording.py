"""Words that the messages of syntax errors are made of, by what was found or what is wanted."""

from __future__ import annotations

from archdsl.syntax.keywords import KEYWORDS

BAD_CHARACTERS = {
    "×": "sizes are written with the letter x: `3x3`",
    "'": "strings stand in double quotes",
    ";": "nothing is needed between statements",
    "&": "write `and`",
    "!": "write `not`",
    "“": 'strings stand in plain double quotes: `"`',
    "”": 'strings stand in plain double quotes: `"`',
    "–": "write the plain minus sign `-`",
    "−": "write the plain minus sign `-`",
    "→": "write `->`",
    "≤": "write `<=`",
    "≥": "write `>=`",
    "≠": "write `!=`",
    "@": "a reference is written with the label right after it: `@name`",
}
# What people write for a number's factor -> how it is written.
FACTORS = {
    **dict.fromkeys(("k", "kb", "kib", "thousand"), "k"),
    **dict.fromkeys(("m", "mb", "mib", "mio", "mil", "million"), "M"),
    **dict.fromkeys(("b", "bn", "g", "gb", "gib", "billion"), "G"),
    **dict.fromkeys(("t", "tb", "tib", "trillion"), "T"),
}
COMPARES = {"==", "!=", "<", "<=", ">", ">=", "~"}
CLOSER = {"(": ")", "[": "]", "{": "}"}
ENDS_ARGUMENTS = {"->", "::", "{", "|"}
STATEMENTS = KEYWORDS - {"if", "else", "for", "in", "and", "or", "not", "true", "false", "output"}
DECLARES = (
    *("block", "seq", "net", "op", "import", "let", "defaults", "init", "recipe", "scaling"),
)
HEADS = {
    *(
        "block",
        "seq",
        "net",
        "op",
        "recipe",
        "scaling",
        "defaults",
        "init",
        "repeat",
        "for",
        "if",
        "else",
    ),
    *("residual", "shortcut", "always", "gate", "aux", "concat", "add", "mul"),
}
SIGNS = {
    "LPAR": "(",
    "RPAR": ")",
    "LSQB": "[",
    "RSQB": "]",
    "LBRACE": "{",
    "RBRACE": "}",
    "EQUAL": "=",
    "COLON": ":",
    "DOT": ".",
    "BAR": "|",
    "_COMMA": ",",
    "IN": "in",
    "FROM": "from",
    "AS": "as",
    "IF": "if",
    "ELSE": "else",
}
# What a name is wanted for, by the word before it.
NAMED = {
    "let": "a value",
    "block": "a block",
    "seq": "a seq",
    "net": "a net",
    "op": "an op",
    "recipe": "a recipe",
    "scaling": "a net",
    "by": "what a net grows with",
    "as": "what follows `as`",
    "for": "a loop variable",
    ".": "a part",
}
IMPORTS = 'an import says what it takes from which file: `import Stem from "stem.arch"`'
# How a statement begins in other languages -> what is written here.
_LOOPS = (
    "`repeat n { .. }` and `for x in list { .. }` are the loops: their length is known before the "
    "net runs"
)
_BLOCKS = "what is used several times is declared at the top of a file: `block Name(c) { .. }`"
FOREIGN = {
    "elif": "write `else if`",
    "elsif": "write `else if`",
    "elseif": "write `else if`",
    "while": _LOOPS,
    "assert": "a file checks itself with `expect params < 84`",
    **dict.fromkeys(("def", "fn", "func", "function"), _BLOCKS),
    "class": "`net Name { .. }` and `block Name { .. }` declare at the top of a file",
    **dict.fromkeys(("const", "var"), "`let name = value` names a value"),
}
# Those of a head and a body, which may read as layers and a group of them.
FOREIGN_FORMS = FOREIGN.keys() - {"assert", "const", "var"}
# Why something can't stand in a body.
LOST = {
    "else": "`else` comes right after the `}` of an `if`",
    "shortcut": "`shortcut` comes right after the `}` of a `residual`",
    "always": "it stands in `shortcut always { .. }`",
    "|": "branches stand in `concat { | a | b }`, `add { .. }` and `mul { .. }`",
    ",": "items of a body follow one another without a comma",
    "//": "a comment begins with `#`",
    "[": "arguments stand in `( )`",
    "as": "`as` names the index of a `repeat` or a `for`",
}
