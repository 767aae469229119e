"""What is wrong in a recipe or a scaling where the parser stopped; rules of messages.py."""

from __future__ import annotations

from archdsl.syntax.errors import Place, Problem, quote
from archdsl.syntax.keywords import RECIPE_BLOCKS

__all__ = ["in_recipe", "in_scaling", "numbered_path"]

_VALUES = frozenset({"number", "size", "string"})


def in_recipe(p: Place) -> Problem | None:
    """Right in a recipe's braces, or in those of one of its blocks; not within brackets."""
    words, opened = p.outline.words, p.opened
    if not opened or opened[0] < 2 or words[opened[0] - 2].text != "recipe":
        return None
    if words[opened[-1]].text == "{":
        return _part(p) if len(opened) == 1 else _entry(p)
    return None


def in_scaling(p: Place) -> Problem | None:
    """From the net's name to the last setting."""
    words, at = p.outline.words, p.at
    if at >= 2 and words[at - 2].text == "scaling" and (p.found_keyword or p.found.kind != "word"):
        net = words[at - 1].text
        return p.problem(
            "S107",
            f"expected `by` after `scaling {net}`, found {p.shown()}",
            help=f"`scaling {net} by phi {{ .. }}` says what the net grows with",
        )
    opened = p.opened
    if len(opened) != 1 or opened[0] < 4 or words[opened[0] - 4].text != "scaling":
        return None
    if p.found.text == ",":
        return p.problem("S111", "unexpected `,`", help="settings follow one another without it")
    if "NAME" in p.accepts and not p.wants_value and p.found.text != "}" and not p.declares:
        return p.problem(
            "S107",
            f"expected a parameter of the net, found {p.shown()}",
            help="a scaling has settings: `width = 1.1 ** phi`",
        )
    return None


def numbered_path(p: Place) -> Problem | None:
    """`layer3.0`: right for a layer's path, and no expression."""
    before = p.before
    if before is None or before.text != "." or not p.found.text[:1].isdigit():
        return None
    return p.problem(
        "S107",
        f"expected a name after `.`, found {p.shown()}",
        help='a path with numbers in it stands in quotes: `"layer3.0"`',
    )


def _part(p: Place) -> Problem:
    text, before = p.found.text, p.before
    word = before.text if before is not None and before.kind == "word" else ""
    if text == "=":
        return p.problem(
            "S111", "unexpected `=`", help=f"a recipe's parts have none: `{word or 'model'} ..`"
        )
    if text == "->":
        return p.problem(
            "S111", "unexpected `->`", help="steps stand in braces: `augment { crop(28) -> flip }`"
        )
    if text == ",":
        return p.problem(
            "S111", "unexpected `,`", help="several nets stand in brackets: `compare [A, B]`"
        )
    if word in RECIPE_BLOCKS:
        if p.found.kind in _VALUES:
            return p.problem(
                "S107",
                f"expected a name after `{word}`, found {p.shown()}",
                help='a source of images has a name: `data folder("flowers")`'
                if word == "data"
                else "",
            )
        return p.problem("S107", f"expected what `{word}` is, found {p.shown()}")
    if p.found_keyword:
        return p.problem(
            "S111",
            f"{quote(p.found)} can't stand in a recipe",
            help="declare it beside the recipe: a recipe sees the file's nets and lets",
        )
    parts = ", ".join(RECIPE_BLOCKS[:-1])
    return p.problem(
        "S107",
        f"expected a part of the recipe, found {p.shown()}",
        help=f"a recipe has {parts} and {RECIPE_BLOCKS[-1]}",
    )


def _entry(p: Place) -> Problem | None:
    text, before = p.found.text, p.before
    if text == ",":
        return p.problem(
            "S111",
            "unexpected `,`",
            help="settings follow one another without a comma, and steps are joined by `->`",
        )
    name = before.text if before is not None and before.kind == "word" else "epochs"
    if text == ":":
        return p.problem("S111", "unexpected `:`", help=f"a setting is written `{name} = ..`")
    if p.found.kind in _VALUES and before is not None and before.kind == "word":
        return p.problem(
            "S107",
            f"expected `=` or `(` between {quote(before)} and {quote(p.found)}",
            help=f"a setting is written `{name} = {text}`, a step `{name}({text})`",
        )
    if text == "=" and before is not None:
        return p.problem(
            "S111", "unexpected `=`", help="a setting stands by itself, steps are joined by `->`"
        )
    if text == "-":
        return p.problem("S111", "unexpected `-`", help="an arrow is written `->`")
    if p.wants_value:
        return None
    if p.found_keyword:
        return p.problem("S111", f"{quote(p.found)} can't stand in a recipe")
    return p.problem("S107", f"expected a setting or a step, found {p.shown()}")
