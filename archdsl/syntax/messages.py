"""The rules that turn the place where the parser stopped into a message; see errors.py."""

from __future__ import annotations

from collections.abc import Callable

from archdsl.diagnostics import nearest
from archdsl.syntax.errors import Place, Problem, quote
from archdsl.syntax.habits import foreign_item, foreign_top_level, in_expect, in_input
from archdsl.syntax.keywords import KEYWORDS
from archdsl.syntax.recipe_messages import in_recipe, in_scaling, numbered_path
from archdsl.syntax.wording import (
    BAD_CHARACTERS,
    CLOSER,
    COMPARES,
    DECLARES,
    ENDS_ARGUMENTS,
    FACTORS,
    HEADS,
    IMPORTS,
    LOST,
    NAMED,
    SIGNS,
    STATEMENTS,
)

__all__ = ["explain"]

Rule = Callable[[Place], Problem | None]


def explain(place: Place) -> Problem:
    """The first rule's answer."""
    for rule in _RULES:
        if (problem := rule(place)) is not None:
            return problem
    return place.problem("S111", f"unexpected {place.shown()}")


def _character(p: Place) -> Problem | None:
    text = p.found.text
    match p.found.kind:
        case "bad":
            shown = f"`{text}`" if text.isprintable() else f"U+{ord(text):04X}"
            help = BAD_CHARACTERS.get(text) or _foreign_letter(text)
            return p.problem("S101", f"unexpected character {shown}", help=help)
        case "open":
            return p.problem(
                "S103",
                "this string has no end",
                help='a string ends with `"` on the line where it begins',
            )
        case "malformed":
            return p.problem(
                "S102",
                f"{quote(p.found)} is neither a number nor a size",
                help=_number_meant(text)
                or "numbers are written `64`, `1_000`, `0.2`, `1e-3`, `25.6M`; sizes `3x3`",
            )
    return None


def _foreign_letter(text: str) -> str:
    """Letters of other scripts look like those of names: Cyrillic `с` like `c`."""
    if not text.isalpha():
        return ""
    import unicodedata

    name = unicodedata.name(text, f"U+{ord(text):04X}").lower()
    return f"this is {name}; names are written with the letters a to z"


def _number_meant(text: str) -> str:
    """`5m` and `1B` are `5M` and `1G`; `5MB` too."""
    digits = text.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    factor = FACTORS.get(text[len(digits) :].lower())
    if not factor or not digits.replace("_", "").replace(".", "", 1).isdigit():
        return ""
    return f"did you mean `{digits}{factor}`? The factors are k, M, G and T"


def _keyword_value(p: Place) -> Problem | None:
    """`conv(repeat)`: noticed one word late, since `repeat=` could have followed."""
    before = p.before
    if before is None or before.text not in KEYWORDS or not p.accepts <= {"EQUAL", "DOT"}:
        return None
    if before.text == "in":
        return p.problem(
            "S107",
            "expected a part of `in`",
            word=before,
            help="`in.c` is the number of channels, `in.h`, `in.w` and `in.d` are the sizes",
        )
    return p.problem(
        "S106", f"{quote(before)} is a keyword and can't be used as a value", word=before
    )


def _comparison(p: Place) -> Problem | None:
    text = p.found.text
    if text == "=" and "CMP" in p.accepts:
        return p.problem("S108", "`=` does not compare", help="write `==`")
    if text == "=" and p.wants_item:
        return p.problem(
            "S111",
            "unexpected `=`",
            help="`let name = value` names a value, `name: layer` labels a layer",
        )
    if text == "=" and {"LPAR", "NAME", "RBRACE"} <= p.accepts:
        return p.problem("S111", "unexpected `=`", help="write `conv(bias=false)`")
    if text == "~":
        return p.problem("S110", "`~` compares only in an `expect`", help="write `==`")
    if text in COMPARES and "AND" in p.accepts:
        return p.problem("S110", "comparisons can't be chained", help="write `a < b and b < c`")
    if "TILDE" in p.accepts:
        return p.lacks(
            "a comparison",
            help="`expect` takes `==`, `!=`, `<`, `<=`, `>`, `>=` or `~` (within 1%)",
        )
    return None


def _closing(p: Place) -> Problem | None:
    text, opener = p.found.text, p.opener
    if text not in {")", "]", "}"}:
        return None
    if opener is None or (opener.text == "{" and text != "}"):
        need = {")": "(", "]": "[", "}": "{"}[text]
        return p.problem("S105", f"unexpected `{text}`", f"no `{need}` is open here")
    return _not_closed(p) if CLOSER[opener.text] != text else None


def _not_closed(p: Place) -> Problem | None:
    opener = p.opener
    if opener is None:
        return None
    if opener.text == "{":
        brace = p.outline.unclosed(p.at)
        opener = opener if brace is None else p.outline.words[brace]
        what = f"block that starts at line {p.line(opener.start)}"
    else:
        what = f"`{opener.text}` at line {p.line(opener.start)}"
    closer = CLOSER[opener.text]
    return p.problem(
        "S104",
        f"expected `{closer}` to close the {what}",
        f"found {p.shown()}",
        secondary=((opener.start, opener.end, "opened here"),),
    )


def _unclosed(p: Place) -> Problem | None:
    opener = p.opener
    if opener is None:
        return None
    if p.outline.nested(p.at) is not None:
        return p.problem(
            "S111",
            f"{quote(p.found)} declares, and stands in a body",
            help="declarations stand side by side: move it out",
            secondary=((opener.start, opener.end, "the body begins here"),),
        )
    if p.declares:
        return _not_closed(p)
    if p.before is None or p.before.text in {"(", ","}:
        return None
    if opener.text == "{" or p.wants_value or not {"RPAR", "RSQB", "_COMMA"} & p.accepts:
        return None
    word = p.found
    ends = word.text in ENDS_ARGUMENTS or word.text in STATEMENTS
    if ends or (p.new_line and word.kind in {"word", "ref"}):
        return _not_closed(p)
    return None


def _comma(p: Place) -> Problem | None:
    if p.before is None or "_COMMA" not in p.accepts or not {"RPAR", "RSQB"} & p.accepts:
        return None
    word = p.found
    if word.kind not in {"word", "number", "size", "string", "ref"} and word.text not in "([":
        return None
    if word.kind == "word" and p.found_keyword and word.text not in {"true", "false", "not"}:
        return None
    help = ""
    if word.kind == "word" and word.text[0] == "x" and p.before.kind == "number":
        help = "a size is written without blanks: `3x3`"
    return p.problem("S109", f"missing `,` between {quote(p.before)} and {quote(word)}", help=help)


def _keyword_name(p: Place) -> Problem | None:
    if "NAME" not in p.accepts or not p.found_keyword or p.wants_piece:
        return None
    word = p.found
    if p.wants_value:
        if p.new_line or p.declares:
            return None
        return p.problem("S106", f"{quote(word)} is a keyword and can't be used as a value")
    if {"RBRACE", "LBRACE"} & p.accepts:
        return None
    return p.problem(
        "S106",
        f"{quote(word)} is a keyword and can't name {_role(p)}",
        help=f"choose another name, `my_{word.text}` say",
    )


def _role(p: Place) -> str:
    before = p.before.text if p.before else ""
    if before in NAMED:
        return NAMED[before]
    opener = p.opened[-1] if p.opened else -1
    if before in {"(", ","} and opener >= 0:
        head = p.outline.word(opener - 1)
        return "a loop variable" if head and head.text in {"for"} else "a parameter"
    return {"import": "what is imported", ":": "a type", "=": "a net"}.get(before, "anything")


def _missing(p: Place) -> Problem | None:
    """What must come next is one thing."""
    if p.wants_value:
        before = p.before.text if p.before else ""
        what = "an argument" if before in {"(", ","} and "EQUAL" not in p.accepts else "a value"
        return p.lacks(what)
    if "COMPUTED" in p.accepts:
        return p.lacks(
            "a shape",
            help="a shape is written height x width x channels: `28x28x192`, `{n}x{n}x3`, `9216`",
        )
    if p.wants_piece and not p.wants_item:
        return p.lacks("a layer")
    if "LBRACE" in p.accepts and not p.wants_piece and not p.wants_declaration:
        return _brace(p)
    if "NAME" in p.accepts and not {"RBRACE", "LBRACE"} & p.accepts:
        return p.lacks("a name", help=IMPORTS if p.before and p.before.text == "import" else "")
    if p.accepts == {"REF"}:
        return p.problem("S107", f"expected a reference{p.after()}, such as `@name`")
    if p.accepts == {"STRING"}:
        return p.lacks("a string in double quotes")
    if "FROM" in p.accepts:
        return p.lacks("`from`", help=IMPORTS)
    if p.accepts and p.accepts <= SIGNS.keys() | {"STRING"} and len(p.accepts) <= 3:
        wanted = " or ".join(f"`{SIGNS[t]}`" for t in sorted(p.accepts) if t in SIGNS)
        return p.lacks(wanted)
    return None


def _brace(p: Place) -> Problem:
    words = p.outline.words
    head = p.at - 1
    while head > 0 and words[head].text not in HEADS:
        head -= 1
    text = p.outline.text[words[head].start : words[p.at - 1].end] if p.at else ""
    shown = p.after()
    if words[head].text in HEADS and "\n" not in text and len(text) <= 40:
        shown = f" after `{text}`"
    help = ""
    if p.found.text == "else":
        help = "a conditional value stands in parentheses here: `(a if c else b)`"
    return p.problem("S107", f"expected `{{`{shown}, found {p.shown()}", help=help)


def _in_body(p: Place) -> Problem | None:
    if not p.wants_item:
        return None
    word, before = p.found, p.before
    arguments = word.kind in {"number", "size", "string"} or word.text == "/"
    if arguments and "LPAR" in p.accepts and before and before.kind == "word" and not p.new_line:
        return p.problem(
            "S107",
            f"expected `(` between {quote(before)} and {quote(word)}",
            help="arguments stand in parentheses: `conv(64, 3x3)`",
        )
    if p.outline.is_keyword(p.at) and word.text not in LOST:
        return p.problem(
            "S111",
            f"unexpected keyword {quote(word)}",
            help="it can't stand in a body, and a keyword names no layer",
        )
    return p.problem("S111", f"unexpected {p.shown()}", help=LOST.get(word.text, ""))


def _variant(p: Place) -> Problem | None:
    """In the braces of `net A = B(..) { .. }`."""
    if p.accepts != {"EXPECT", "DEFAULTS", "INIT", "RBRACE"} or p.found.kind == "end":
        return None
    return p.problem(
        "S111",
        f"{quote(p.found)} can't stand in a variant",
        help="its body is that of the net it varies: here stand `expect`, `defaults` and `init`",
    )


def _top_level(p: Place) -> Problem | None:
    if not p.wants_declaration:
        return None
    word, after = p.found, p.outline.word(p.at + 1)
    secondary: tuple[tuple[int, int, str], ...] = ()
    help = "layers and other items stand in the body of a `net`, a `block` or a `seq`"
    if word.text in ("//", "/"):
        help = LOST["//"]
    meant = nearest(word.text, DECLARES) if word.kind == "word" else None
    if meant and meant != word.text and after is not None and after.kind == "word":
        help = f"did you mean `{meant}`?"
    else:
        secondary = p.ended()
    return p.problem(
        "S113", f"expected a declaration, found {p.shown()}", help=help, secondary=secondary
    )


_RULES: tuple[Rule, ...] = (
    numbered_path,
    _character,
    _keyword_value,
    _closing,
    _unclosed,
    in_recipe,
    in_scaling,
    in_expect,
    in_input,
    _comparison,
    _comma,
    _keyword_name,
    _missing,
    foreign_item,
    _in_body,
    _variant,
    foreign_top_level,
    _top_level,
)
