"""What is written out of habit from other languages, and from papers; rules of messages.py.

The parser often stops some words after it: these rules look back along the line.
"""

from __future__ import annotations

from dataclasses import replace

from archdsl.syntax.errors import Place, Problem
from archdsl.syntax.scan import Word
from archdsl.syntax.wording import COMPARES, FOREIGN

__all__ = ["foreign_item", "foreign_top_level", "in_expect", "in_input"]

_IN_BODIES = ("elif", "elsif", "elseif", "while", "assert")
# What begins a statement that is no layer, so that no `->` follows it.
_PLAIN = ("input", "output", "let", "expect")


def _line(p: Place) -> list[Word]:
    """The words before the one that was found, back to the first of their line or a brace."""
    words, begin = p.outline.words, p.at
    while begin > 0 and words[begin - 1].text not in {"{", "}"}:
        begin -= 1
        if p.outline.first_on_line(begin):
            break
    return words[begin : p.at]


def foreign_item(p: Place) -> Problem | None:
    """`elif c { .. }`, `while c { .. }`, `assert x < 3`; `-- comment`; `->` after no layer."""
    if not p.wants_item:
        return None
    line = _line(p)
    if line and line[0].text in FOREIGN:
        return _foreign(p, line[0])
    if p.found.text == "else":
        before = _before_body(p)
        if before is not None and before.text in FOREIGN:
            return _foreign(p, before)
    if _comment(p):
        return p.problem("S111", f"unexpected {p.shown()}", help="a comment begins with `#`")
    if p.found.text == "->":
        head = line[0].text if line else ""
        if head in _PLAIN:
            help = f"`->` joins layers, and `{head}` is none: leave it out"
        else:
            help = "`->` stands between two layers"
        return p.problem("S111", "unexpected `->`", help=help)
    return None


def _foreign(p: Place, word: Word) -> Problem:
    return p.problem("S111", f"unexpected `{word.text}`", help=FOREIGN[word.text], word=word)


def _before_body(p: Place) -> Word | None:
    """The first word of the line on which the body begins that ends right before."""
    words, at, depth = p.outline.words, p.at - 1, 0
    while at >= 0:
        depth += {"}": 1, "{": -1}.get(words[at].text, 0)
        if depth <= 0:
            break
        at -= 1
    line = _line(replace(p, at=at)) if at > 0 else []
    return line[0] if line else None


def _comment(p: Place) -> bool:
    """`-- text`, `/* text`."""
    after = p.outline.word(p.at + 1)
    if after is None or after.start != p.found.end:
        return False
    return (p.found.text, after.text) in {("-", "-"), ("/", "*"), ("/", "**")}


def in_input(p: Place) -> Problem | None:
    """`input: 8x8x3`, `input 8 x 8 x 3`, `input 8*8*3`, `input 8, 8, 3`."""
    line, found = _line(p), p.found
    if not line or not p.wants_piece:
        return None
    if [word.text for word in line] == ["input", ":"]:
        return p.problem(
            "S111",
            "`input` takes no colon",
            word=line[1],
            help="write `input 8x8x3`; what stands before a colon is the input's name: "
            "`input left: 8x8x3`",
        )
    help = "a shape is written height x width x channels: `28x28x192`, `{n}x{n}x3`, `9216`"
    if found.kind == "number" and line[-1].text == "x":
        return _blanks(p)
    if not p.new_line and found.text in {"*", ","} and _after_shape(line):
        return p.problem("S111", f"unexpected {p.shown()}", help=help)
    return None


def _after_shape(line: list[Word]) -> bool:
    """Whether the line ends in a shape, of an `input` or an assertion."""
    return line[-1].kind in {"number", "size"} and (
        line[0].text == "input" or (len(line) > 1 and line[-2].text == "::")
    )


def _blanks(p: Place) -> Problem | None:
    """`8 x 8 x 3`: one shape in five words; None where it is something else."""
    words, first, last = p.outline.words, p.at, p.at
    while first >= 2 and words[first - 1].text == "x" and words[first - 2].kind == "number":
        first -= 2
    if first == p.at:
        return None
    while (
        last + 2 < len(words) and words[last + 1].text == "x" and words[last + 2].kind == "number"
    ):
        last += 2
    joined = "".join(word.text for word in words[first : last + 1])
    whole = Word("size", joined, words[first].start, words[last].end)
    return p.problem("S111", "this shape has blanks in it", help=f"write `{joined}`", word=whole)


def in_expect(p: Place) -> Problem | None:
    """`expect a < b < c`."""
    line = _line(p)
    if p.found.text not in COMPARES or not line or line[0].text != "expect":
        return None
    if not any(word.text in COMPARES for word in line):
        return None
    return p.problem(
        "S110",
        "comparisons can't be chained",
        help="write an `expect` for each of them: `expect a < b` and `expect b < c`",
    )


def foreign_top_level(p: Place) -> Problem | None:
    """Among declarations: `let a = b if c else d`, `from "x" import A`, `-- comment`."""
    if not p.wants_declaration:
        return None
    text, line = p.found.text, _line(p)
    if text == "if" and line and line[0].text == "let":
        return p.problem(
            "S111",
            "unexpected `if`",
            help="a conditional value stands in parentheses here: `(a if c else b)`",
        )
    if text in FOREIGN:
        after = ", in the body of a `net`, a `block` or a `seq`" if text in _IN_BODIES else ""
        return p.problem(
            "S113",
            f"expected a declaration, found `{text}`",
            help=FOREIGN[text] + after,
            secondary=p.ended(),
        )
    if text == "from":
        return p.problem(
            "S113",
            "expected a declaration, found `from`",
            help='what is imported comes first: `import Stem from "stem.arch"`',
        )
    if _comment(p):
        return p.problem(
            "S113",
            f"expected a declaration, found {p.shown()}",
            help="a comment begins with `#`",
        )
    return None
