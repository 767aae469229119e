"""How a .arch file is coloured: one table of rules, for Pygments and for TextMate grammars.

Editors colour line by line and without a tree, so the rules go by a word and what is next to it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import NamedTuple

from archdsl.syntax.keywords import RECIPE_BLOCKS

__all__ = ["GROUPS", "SCOPES", "Rule", "rules", "textmate", "textmate_text"]

# Every keyword, by what it is for; a test holds them against KEYWORDS.
GROUPS: dict[str, tuple[str, ...]] = {
    "declaration": ("block", "let", "net", "op", "recipe", "scaling", "seq"),
    "clause": ("as", "defaults", "expect", "from", "import", "init", "input", "output"),
    "control": ("else", "for", "if", "repeat"),
    "form": (
        "add",
        "always",
        "aux",
        "concat",
        "gate",
        "mul",
        "residual",
        "shortcut",
        "skip",
    ),
    "word operator": ("and", "in", "not", "or"),
    "constant": ("false", "true"),
}

# What a piece of text is -> its TextMate scope; archdsl/highlight.py has the Pygments tokens.
SCOPES: dict[str, str] = {
    "doc comment": "comment.line.documentation.arch",
    "comment": "comment.line.number-sign.arch",
    "string": "string.quoted.double.arch",
    "declaration": "storage.type.arch",
    "declared": "entity.name.type.arch",
    "clause": "keyword.other.arch",
    "control": "keyword.control.arch",
    "form": "keyword.control.form.arch",
    "word operator": "keyword.operator.word.arch",
    "constant": "constant.language.arch",
    "op": "support.function.arch",
    "label": "entity.name.tag.arch",
    "reference": "variable.other.reference.arch",
    "argument": "variable.parameter.arch",
    "size": "constant.numeric.size.arch",
    "number": "constant.numeric.arch",
    "block": "entity.name.class.arch",
    "call": "entity.name.function.arch",
    "name": "variable.other.arch",
    "operator": "keyword.operator.arch",
    "sign": "punctuation.arch",
}

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_COMPUTED_NAME = _NAME + r"(?:\{[^}\n]*\}[A-Za-z0-9_]*)*"
_BRACES = r"\{[^}\n]*\}"


class Rule(NamedTuple):
    """pattern: of which each group is a piece; kinds: what these are, "" for plain text."""

    pattern: str
    kinds: tuple[str, ...]


def rules(ops: Iterable[str]) -> list[Rule]:
    """The rules, the first that matches wins. ops: the words of the language's ops."""
    taken = {word for words in GROUPS.values() for word in words}
    label = r"(?=[ \t]*:(?!:))"
    return [
        _one(r"##[^\n]*", "doc comment"),
        _one(r"#[^\n]*", "comment"),
        _one(r'"[^"\n]*"' + label, "label"),
        _one(r'"[^"\n]*"', "string"),
        Rule(rf"\b(block|let|net|op|recipe|seq)([ \t]+)({_NAME})", ("declaration", "", "declared")),
        Rule(
            rf"\b(scaling)([ \t]+)({_NAME})([ \t]+)(by)\b",
            ("declaration", "", "block", "", "clause"),
        ),
        # A recipe's words are names elsewhere: what comes next tells.
        _one(rf"{_any(RECIPE_BLOCKS)}(?=[ \t]+(?:{_NAME}|[\[{{]))", "clause"),
        # Argument names are a namespace apart, where keywords are names: `init=zeros`.
        _one(rf"\b{_NAME}(?=[ \t]*=(?!=))", "argument"),
        *(_one(_any(words), kind) for kind, words in GROUPS.items()),
        _one(r"\bnone\b", "constant"),
        _one(rf"\b{_COMPUTED_NAME}{label}", "label"),
        _one(rf"@{_COMPUTED_NAME}", "reference"),
        _one(_any(word for word in ops if word not in taken), "op"),
        _one(rf"\b[0-9]+(?:x(?:[0-9]+|{_BRACES}))+(?![A-Za-z0-9_])", "size"),
        _one(rf"{_BRACES}(?:x(?:[0-9]+|{_BRACES}))+(?![A-Za-z0-9_])", "size"),
        _one(r"\b[0-9]+(?:_[0-9]+)*(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?[kMGT]?", "number"),
        _one(r"\b[A-Z][A-Za-z0-9_]*", "block"),
        _one(rf"\b{_NAME}(?=[ \t]*\()", "call"),
        _one(rf"\b{_NAME}", "name"),
        _one(r"->|::|<=|>=|==|!=|\*\*|//|[-+*/%<>~=]", "operator"),
        _one(r"[()\[\]{}|,.:]", "sign"),
    ]


def _one(pattern: str, kind: str) -> Rule:
    return Rule(f"({pattern})", (kind,))


def _any(words: Iterable[str]) -> str:
    return rf"\b(?:{'|'.join(sorted(map(re.escape, words)))})\b"


def textmate(ops: Iterable[str]) -> dict[str, object]:
    """The TextMate grammar, as JSON has it."""
    return {
        "name": "archdsl",
        "scopeName": "source.arch",
        "fileTypes": ["arch"],
        "patterns": [_pattern(rule) for rule in rules(ops)],
    }


def _pattern(rule: Rule) -> dict[str, object]:
    if len(rule.kinds) == 1:
        return {"name": SCOPES[rule.kinds[0]], "match": rule.pattern[1:-1]}
    captures = {
        str(number): {"name": SCOPES[kind]} for number, kind in enumerate(rule.kinds, 1) if kind
    }
    return {"match": rule.pattern, "captures": captures}


def textmate_text(ops: Iterable[str]) -> str:
    """The same, as the file in editors/ has it."""
    return json.dumps(textmate(ops), indent=2) + "\n"
