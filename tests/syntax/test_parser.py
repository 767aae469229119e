"""The parser: every form of the language, spans, doc comments, limits; and a table of broken files."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import lark
import pytest

from archdsl import resources
from archdsl.diagnostics import Diagnostics, Severity, Source
from archdsl.limits import Limits
from archdsl.syntax import grammar, tree
from archdsl.syntax.builder import Builder
from archdsl.syntax.keywords import KEYWORDS
from archdsl.syntax.machine import Machine, Parse
from archdsl.syntax.parser import parse
from archdsl.syntax.scan import comments


def read(text: str) -> tree.File:
    """The tree of a text without errors."""
    diagnostics = Diagnostics()
    file = parse(Source("test.arch", text), diagnostics)
    assert [(d.code, d.message, str(d.span)) for d in diagnostics] == []
    return file


def complain(text: str) -> tuple[list[str], tree.File]:
    """The errors of a text, and what is left of it."""
    diagnostics = Diagnostics()
    file = parse(Source("test.arch", text), diagnostics)
    return [
        f"{d.code} {d.span.line}:{d.span.column} {d.message}" for d in diagnostics if d.span
    ], file


def show(node: object) -> str:
    """A tree as one line: (Type field field ..), `-` for None, no spans."""
    if is_dataclass(node):
        values = (getattr(node, f.name) for f in fields(node) if f.compare)
        return f"({' '.join([type(node).__name__, *map(show, values)])})"
    if isinstance(node, tuple):
        return f"[{' '.join(map(show, node))}]"
    return "-" if node is None else str(node)


def walk(node: object) -> Iterator[object]:
    if is_dataclass(node):
        yield node
        for f in fields(node):
            if f.compare:
                yield from walk(getattr(node, f.name))
    elif isinstance(node, tuple):
        for part in node:
            yield from walk(part)


def value(text: str) -> str:
    decl = read(f"let x = [{text}]").decls[0]
    assert isinstance(decl, tree.Let)
    assert isinstance(decl.value, tree.ListExpr)
    return " ".join(map(show, decl.value.items))


def items(text: str) -> str:
    decl = read(f"net A {{ {text} }}").decls[0]
    assert isinstance(decl, tree.Block)
    return " ".join(map(show, decl.body.items))


def one(piece: str) -> str:
    """A chain of one unlabelled stage, as `show` has it."""
    return f"(Chain [(Stage - {piece} -)])"


A, B, C = one("(Use a -)"), one("(Use b -)"), one("(Use c -)")

EXPRESSIONS = {
    "64": "(Number 64 64)",
    "25_557_032": "(Number 25557032 25_557_032)",
    "3x3": "(Size [3 3])",
    "1x7x1": "(Size [1 7 1])",
    "true, false": "(Boolean True) (Boolean False)",
    '"fan_out"': "(String fan_out)",
    "in.c": "(InAttr c)",
    "@x": "(RefExpr (Template [x] False))",
    "@x{i}_y.c": "(Attr (RefExpr (Template [x (Name i) _y] False)) c)",
    "(a, 1)": "(TupleExpr [(Name a) (Number 1 1)])",
    "(a,)": "(TupleExpr [(Name a)])",
    "(a)": "(Name a)",
    "[]": "(ListExpr [])",
    "[a, b,]": "(ListExpr [(Name a) (Name b)])",
    "[a for b in c]": "(Comprehension (Name a) (Target [b] True) (Name c))",
    "[a for (a, b) in c]": "(Comprehension (Name a) (Target [a b] False) (Name c))",
    "a - b - c": "(Binary - (Binary - (Name a) (Name b)) (Name c))",
    "a + b * c": "(Binary + (Name a) (Binary * (Name b) (Name c)))",
    "(a + b) * c": "(Binary * (Binary + (Name a) (Name b)) (Name c))",
    "a // b % c": "(Binary % (Binary // (Name a) (Name b)) (Name c))",
    "a / b": "(Binary / (Name a) (Name b))",
    "-a ** -b": "(Unary - (Binary ** (Name a) (Unary - (Name b))))",
    "a ** b ** c": "(Binary ** (Name a) (Binary ** (Name b) (Name c)))",
    "not a == b": "(Unary not (Binary == (Name a) (Name b)))",
    "a or b and c": "(Binary or (Name a) (Binary and (Name b) (Name c)))",
    "a if b else c": "(Conditional (Name b) (Name a) (Name c))",
    "a if b else b if a else c": "(Conditional (Name b) (Name a)"
    " (Conditional (Name a) (Name b) (Name c)))",
    "a[0]": "(Index (Name a) (Number 0 0))",
    "a[0][b]": "(Index (Index (Name a) (Number 0 0)) (Name b))",
    "a[b:c]": "(SliceExpr (Name a) (Name b) (Name c))",
    "a[:c]": "(SliceExpr (Name a) - (Name c))",
    "a[b:]": "(SliceExpr (Name a) (Name b) -)",
    "f()": "(CallExpr f [])",
    "f(a, /2, init=b,)": "(CallExpr f [(Arg - (Name a) False)"
    " (Arg stride (Number 2 2) True) (Arg init (Name b) False)])",
    "f(from=a, if=b, in=c)": "(CallExpr f [(Arg from (Name a) False)"
    " (Arg if (Name b) False) (Arg in (Name c) False)])",
    "f(/2 if a else 1)": "(CallExpr f [(Arg stride (Conditional (Name a) (Number 2 2)"
    " (Number 1 1)) True)])",
    "iffy, notes, inner": "(Name iffy) (Name notes) (Name inner)",
}

BODY = {
    "a -> b": "(Chain [(Stage - (Use a -) -) (Stage - (Use b -) -)])",
    "a b": f"{A} {B}",
    "a()": one("(Use a [])"),
    "conv(64, 7x7, /2)": one(
        "(Use conv [(Arg - (Number 64 64) False) (Arg - (Size [7 7]) False)"
        " (Arg stride (Number 2 2) True)])"
    ),
    "a :: 28x28x192": "(Chain [(Stage - (Use a -) (ShapeExpr [28 28 192]))])",
    "a :: 9216": "(Chain [(Stage - (Use a -) (ShapeExpr [9216]))])",
    "a :: {b}x{b + 1}x3": "(Chain [(Stage - (Use a -)"
    " (ShapeExpr [(Name b) (Binary + (Name b) (Number 1 1)) 3]))])",
    "x: a": "(Chain [(Stage (Template [x] False) (Use a -) -)])",
    "x : a": "(Chain [(Stage (Template [x] False) (Use a -) -)])",
    "x{i + 1}: a": "(Chain [(Stage (Template [x (Binary + (Name i) (Number 1 1))] False)"
    " (Use a -) -)])",
    '"block{i}-{j}": a': "(Chain [(Stage (Template [block (Name i) - (Name j)] True) (Use a -) -)])",
    '"3": a': "(Chain [(Stage (Template [3] True) (Use a -) -)])",
    "x: skip": "(Chain [(Stage (Template [x] False) (Skip) -)])",
    "@x -> a": "(Chain [(Stage - (Ref (Template [x] False)) -) (Stage - (Use a -) -)])",
    "{ a }": one(f"(Group (Body [{A}]))"),
    "residual { a }": one(f"(Residual - - (Body [{A}]) - False)"),
    "residual { a } shortcut { b }": one(f"(Residual - - (Body [{A}]) (Body [{B}]) False)"),
    "residual(p=1) { a } shortcut always { b }": one(
        f"(Residual [(Arg p (Number 1 1) False)] - (Body [{A}]) (Body [{B}]) True)"
    ),
    "residual if a and b { c }": one(
        f"(Residual - (Binary and (Name a) (Name b)) (Body [{C}]) - False)"
    ),
    "gate { a }": one(f"(Gate (Body [{A}]))"),
    "concat { | a | b c }": one(f"(Parallel concat [(Body [{A}]) (Body [{B} {C}])])"),
    "add { | skip | a }": one(f"(Parallel add [(Body [{one('(Skip)')}]) (Body [{A}])])"),
    "mul(@x)": one("(Join mul [(Arg - (RefExpr (Template [x] False)) False)])"),
    "repeat n { a }": one(f"(Repeat (Name n) - (Body [{A}]))"),
    "repeat d[0] as i { a }": one(f"(Repeat (Index (Name d) (Number 0 0)) i (Body [{A}]))"),
    "for r in [b] { a }": one(f"(For (Target [r] True) (ListExpr [(Name b)]) - (Body [{A}]))"),
    "for (t, c) in r as j { a }": one(f"(For (Target [t c] False) (Name r) j (Body [{A}]))"),
    "if a { a } else { b }": one(f"(If (Name a) (Body [{A}]) (Body [{B}]))"),
    "if a { a } else if b { b }": one(
        f"(If (Name a) (Body [{A}]) (Body [{one(f'(If (Name b) (Body [{B}]) -)')}]))"
    ),
    "let x = a if b { c }": f"(Let x (Name a)) {one(f'(If (Name b) (Body [{C}]) -)')}",
    "aux(weight=0.3) { a }": one(f"(Aux [(Arg weight (Number 3/10 0.3) False)] (Body [{A}]))"),
    "let m = in.c * 4": "(Let m (Binary * (InAttr c) (Number 4 4)))",
    "input 224x224x3": "(Input - (ShapeExpr [224 224 3]))",
    "input left: {r}x{r}x1": "(Input left (ShapeExpr [(Name r) (Name r) 1]))",
    "output @a, @b": "(Output [(RefExpr (Template [a] False)) (RefExpr (Template [b] False))])",
    "expect params <= 5.3M": "(Expect (Name params) <= (Number 5300000 5.3M))",
    "expect output ~ 10": "(Expect (Name output) ~ (Number 10 10))",
    "expect macs(B(1), 28x28x192) < 2 * a": "(Expect (CallExpr macs [(Arg - (CallExpr B"
    " [(Arg - (Number 1 1) False)]) False) (Arg - (Size [28 28 192]) False)]) <"
    " (Binary * (Number 2 2) (Name a)))",
    "defaults { conv(bias=false) bn }": "(Defaults [(Use conv [(Arg bias (Boolean False) False)])"
    " (Use bn -)])",
    "init { conv = f(mode=a) linear = g }": "(Init [(InitRule conv (CallExpr f"
    " [(Arg mode (Name a) False)])) (InitRule linear (Name g))])",
    "": "",
}

DECLARATIONS = {
    "block A(c: int, k = 3x3, f: op = relu,) { a }": "(Block block A [(Param c int -)"
    f" (Param k - (Size [3 3])) (Param f op (Name relu))] (Body [{A}]) -)",
    "seq A() { a }": f"(Block seq A [] (Body [{A}]) -)",
    "net A { a }": f"(Block net A [] (Body [{A}]) -)",
    "net A = B(c, d=1) { expect a == b }": "(Variant A B [(Arg - (Name c) False)"
    " (Arg d (Number 1 1) False)] [(Expect (Name a) == (Name b))] -)",
    "net A = B": "(Variant A B - [] -)",
    'import A, B as C from "std/x.arch"': "(Import [(Imported A -) (Imported B C)]"
    " (String std/x.arch))",
    "let a = 32": "(Let a (Number 32 32))",
    "defaults { a }": "(Defaults [(Use a -)])",
    "init { a = b }": "(Init [(InitRule a (Name b))])",
    'op Mish { torch = "p.Mish" shape = in params = 0 }': "(OpDecl Mish [(OpField torch"
    " (String p.Mish)) (OpField shape (InAttr )) (OpField params (Number 0 0))] -)",
    "op P { shape = {in.h}x2x3 size = 2x2x3 }": "(OpDecl P [(OpField shape"
    " (ShapeExpr [(InAttr h) 2 3])) (OpField size (Size [2 2 3]))] -)",
}


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_expressions(text: str) -> None:
    assert value(text) == EXPRESSIONS[text]


@pytest.mark.parametrize("text", BODY)
def test_items(text: str) -> None:
    assert items(text) == BODY[text]


@pytest.mark.parametrize("text", DECLARATIONS)
def test_declarations(text: str) -> None:
    assert " ".join(map(show, read(text).decls)) == DECLARATIONS[text]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("60k", 60_000),
        ("25.6M", 25_600_000),
        ("1.5k", 1500),
        ("4.1G", 4_100_000_000),
        ("1T", 10**12),
        ("1e3", 1000),
        ("1e-3", Fraction(1, 1000)),
        ("0.1", Fraction(1, 10)),
        ("2.0", Fraction(2)),
        ("0.0001k", Fraction(1, 10)),
    ],
)
def test_numbers_are_exact(text: str, number: int | Fraction) -> None:
    decl = read(f"let x = {text}").decls[0]
    assert isinstance(decl, tree.Let)
    assert isinstance(decl.value, tree.Number)
    assert decl.value == tree.Number(number, text, decl.value.span)
    assert type(decl.value.value) is type(number)


SAMPLE = """\
# A licence.

## What this file
##   is about.

import A from "a.arch"

## Not this: a blank line follows.

## A block,
## in two lines.
block Two(c: int = 3) {
  ## only a comment
  layer{c + 1}: repeat 2 as i { conv(c, 3x3, /2) -> bn } :: {c}x{c}x3
  "a-{c}": concat { | @x | skip }  ## behind
  let y = (c + 1) * [1, 2][0:1] - f(1 if c else 2)
}
#### a banner
## A net.
net N = Two(4) { expect params ~ 1k }
"""


def test_layout_does_not_matter() -> None:
    tokens = re.findall(
        r'\w+\{[^}]*\}:|"[^"]*"\s*:?|#[^\n]*|[^\s"#]+', SAMPLE.replace("->", " -> ")
    )
    tokens = [t for t in tokens if not t.startswith("#")]
    plain = [show(d) for d in read(" ".join(tokens)).decls]
    tall = [show(d) for d in read("\r\n# c\r\n".join(tokens)).decls]
    docs = ["A block,\nin two lines.", "A net."]
    written = [show(d) for d in read(SAMPLE).decls]
    assert plain == tall
    assert [w.replace(docs[0], "-").replace(docs[1], "-") for w in written] == plain


def test_doc_comments() -> None:
    file = read(SAMPLE)
    assert file.doc == "What this file\n  is about."
    assert [getattr(d, "doc", None) for d in file.decls] == [
        None,
        "A block,\nin two lines.",
        "A net.",
    ]
    assert read("## one\nnet A {}").doc is None
    assert read("## one\nlet a = 1").doc == "one"
    assert read("## one").doc == "one"


def test_comments_are_all_found() -> None:
    found = comments(Source("test.arch", SAMPLE + 'import A from "a#b" # end'))
    assert [c.span.text for c in found] == [c.text for c in found]
    assert len(found) == 11
    assert [c.text for c in found if not c.own_line] == ["## behind", "# end"]


def test_spans_slice_back_to_the_text() -> None:
    seen: dict[str, list[str]] = {}
    for node in walk(read(SAMPLE)):
        seen.setdefault(type(node).__name__, []).append(node.span.text)  # type: ignore[attr-defined]
    assert seen["Template"] == ["layer{c + 1}", '"a-{c}"', "x"]
    assert seen["Binary"][:1] == ["c + 1"]
    assert "(c + 1) * [1, 2][0:1] - f(1 if c else 2)" in seen["Binary"]
    assert "(c + 1)" in seen["Binary"]
    assert seen["ShapeExpr"] == ["{c}x{c}x3"]
    assert seen["Use"] == ["conv(c, 3x3, /2)", "bn"]
    assert seen["Arg"][2] == "/2"
    assert seen["Repeat"] == ["repeat 2 as i { conv(c, 3x3, /2) -> bn }"]
    assert seen["Body"][-2:] == ["| @x", "| skip"]
    assert seen["Ref"] == ["@x"]
    assert seen["SliceExpr"] == ["[1, 2][0:1]"]
    assert seen["Param"] == ["c: int = 3"]
    assert seen["Conditional"] == ["1 if c else 2"]
    assert seen["Variant"] == ["net N = Two(4) { expect params ~ 1k }"]
    assert seen["Let"] == ["let y = (c + 1) * [1, 2][0:1] - f(1 if c else 2)"]
    assert seen["Import"] == ['import A from "a.arch"']


# What is written, and the errors: code, line:column, message.
BROKEN = {
    "net A { conv(64 3x3) }": "S109 1:17 missing `,` between `64` and `3x3`",
    "net A { conv(64, 3 x 3) }": "S109 1:20 missing `,` between `3` and `x`",
    "net A(c d) { a }": "S109 1:9 missing `,` between `c` and `d`",
    "net A { conv(64, 3x3 -> bn }": "S104 1:22 expected `)` to close the `(` at line 1",
    "net A {\n conv(64,\n  3x3\n bn }": "S104 4:2 expected `)` to close the `(` at line 2",
    "net A { let a = [1, 2 }": "S104 1:23 expected `]` to close the `[` at line 1",
    "net A {\n\n a": "S104 3:3 expected `}` to close the block that starts at line 1",
    "net A {\n  repeat 3 {\n    a\n  b\n}\nnet C { a }": "S104 6:1"
    " expected `}` to close the block that starts at line 2",
    "net A { a } }": "S105 1:13 unexpected `}`",
    "net A { a) -> b }": "S105 1:10 unexpected `)`",
    "net A { conv 64, 3x3 }": "S107 1:14 expected `(` between `conv` and `64`",
    "net A {\n repeat 3 a\n}": "S107 2:11 expected `{` after `repeat 3`, found `a`",
    "net A { if a: b }": "S107 1:13 expected `{` after `if a`, found `:`",
    "net A { repeat { a } }": "S107 1:16 expected a value after `repeat`, found `{`",
    "net A { let x = a if c else b }": "S107 1:24 expected `{` after `if c`, found `else`",
    "net A { let x }": "S107 1:15 expected `=` after `x`, found `}`",
    "net A { let x = }": "S107 1:17 expected a value after `=`, found `}`",
    "net A { conv(,3) }": "S107 1:14 expected an argument after `(`, found `,`",
    "net A { conv(in) }": "S107 1:14 expected a part of `in`",
    "net A { a -> }": "S107 1:14 expected a layer after `->`, found `}`",
    "net A { a :: }": "S107 1:14 expected a shape after `::`, found `}`",
    "net A { for x rows { a } }": "S107 1:15 expected `in` after `x`, found `rows`",
    "let a =\nnet A { b }": "S107 1:7 expected a value after `=`",
    "net A { a ->\n}": "S107 1:11 expected a layer after `->`",
    "net A { input\n a }": "S107 1:9 expected a shape after `input`",
    "net A { expect params }": "S107 1:23 expected a comparison after `params`, found `}`",
    "net A { output a }": "S107 1:16 expected a reference after `output`, such as `@name`",
    "net A { concat { a } }": "S107 1:18 expected `|` after `{`, found `a`",
    "import A from x": "S107 1:15 expected a string in double quotes after `from`, found `x`",
    'import A "x"': 'S107 1:10 expected `from` after `A`, found `"x"`',
    "net A(3) { a }": "S107 1:7 expected a name after `(`, found `3`",
    "net": "S107 1:4 expected a name after `net`, found the end of the file",
    "block A(repeat) { a }": "S106 1:9 `repeat` is a keyword and can't name a parameter",
    "let net = 3": "S106 1:5 `net` is a keyword and can't name a value",
    "net A { repeat: a }": "S106 1:9 `repeat` is a keyword and can't be a label",
    "net A { conv(repeat) }": "S106 1:14 `repeat` is a keyword and can't be used as a value",
    "net A { expect params = 3 }": "S108 1:23 `=` does not compare",
    "net A { let x = (a < b < c) }": "S110 1:24 comparisons can't be chained",
    "net A { let x = (a ~ b) }": "S110 1:20 `~` compares only in an `expect`",
    "net A { x = 3 }": "S111 1:11 unexpected `=`",
    "net A { a, b }": "S111 1:10 unexpected `,`",
    "net A { else { a } }": "S111 1:9 unexpected `else`",
    "net A { block B { a } }": "S111 1:9 `block` declares, and stands in a body",
    "net A { concat { | a | } }": "S112 1:22 this branch is empty",
    "conv(3)": "S113 1:1 expected a declaration, found `conv`",
    "ner A { a }": "S113 1:1 expected a declaration, found `ner`",
    'net A { "a.b": a }': "S114 1:9 a label can't hold `.`",
    "net A { a{}: b }": "S114 1:10 expected a value between `{` and `}`",
    "net A {\n a{i +}: b }": "S107 2:7 expected a value after `+`, found the closing `}`",
    "net A { a{i j}: b }": "S111 1:13 unexpected `j`",
    "net A { input 3.5 }": "S115 1:15 a shape's size is a whole number, not `3.5`",
    "net A { conv(3x) }": "S102 1:14 `3x` is neither a number nor a size",
    "let a = 1.2.3": "S102 1:9 `1.2.3` is neither a number nor a size",
    "let a = 1e999999999": "S117 1:9 `1e999999999` is out of range",
    'net A { let a = "abc\n b }': "S103 1:17 this string has no end",
    "net A { conv(64, 3×3) }": "S101 1:19 unexpected character `×`",
    "net A { a; b }": "S101 1:10 unexpected character `;`",
}


@pytest.mark.parametrize("text", BROKEN)
def test_broken(text: str) -> None:
    assert complain(text)[0] == [BROKEN[text]]


# What is written out of habit: the error, and its help.
HABITS = {
    "net A { if a { b } elif in.c == 4 { c } }": ("S111 1:20 unexpected `elif`", "write `else if`"),
    "net A { if a { b }\n elif not c { d } }": ("S111 2:2 unexpected `elif`", "write `else if`"),
    "net A { while true { a } }": (
        "S111 1:9 unexpected `while`",
        "`repeat n { .. }` and `for x in list { .. }` are the loops: their length is known before "
        "the net runs",
    ),
    "net A { if a { b } elif c { d } }": ("S111 1:20 unexpected `elif`", "write `else if`"),
    "net A { if a { b }\n elif c { d }\n else { e } }": (
        "S111 2:2 unexpected `elif`",
        "write `else if`",
    ),
    "net A { a\n def f(x) { x } }": (
        "S111 2:2 unexpected `def`",
        "what is used several times is declared at the top of a file: `block Name(c) { .. }`",
    ),
    "var x = 3": (
        "S113 1:1 expected a declaration, found `var`",
        "`let name = value` names a value",
    ),
    "elif a { b }": (
        "S113 1:1 expected a declaration, found `elif`",
        "write `else if`, in the body of a `net`, a `block` or a `seq`",
    ),
    "def f(x) { x }": (
        "S113 1:1 expected a declaration, found `def`",
        "what is used several times is declared at the top of a file: `block Name(c) { .. }`",
    ),
    "net A { a }\nclass B { b }": (
        "S113 2:1 expected a declaration, found `class`",
        "`net Name { .. }` and `block Name { .. }` declare at the top of a file",
    ),
    "net A { a\n assert params < 84 }": (
        "S111 2:2 unexpected `assert`",
        "a file checks itself with `expect params < 84`",
    ),
    "net A { input: 8x8x3\n a }": (
        "S111 1:14 `input` takes no colon",
        "write `input 8x8x3`; what stands before a colon is the input's name: `input left: 8x8x3`",
    ),
    "net A { input 8x8x3 -> conv(3) }": (
        "S111 1:21 unexpected `->`",
        "`->` joins layers, and `input` is none: leave it out",
    ),
    "net A { -> a }": ("S111 1:9 unexpected `->`", "`->` stands between two layers"),
    "net A { input 8 x 16 x 3\n a }": ("S111 1:15 this shape has blanks in it", "write `8x16x3`"),
    "net A { a :: 8 x 8 }": ("S111 1:14 this shape has blanks in it", "write `8x8`"),
    "net A { input 8*8*3\n a }": (
        "S111 1:16 unexpected `*`",
        "a shape is written height x width x channels: `28x28x192`, `{n}x{n}x3`, `9216`",
    ),
    "net A { input l: 8, 8, 3\n a }": (
        "S111 1:19 unexpected `,`",
        "a shape is written height x width x channels: `28x28x192`, `{n}x{n}x3`, `9216`",
    ),
    "let a = 1 if b else 2": (
        "S111 1:11 unexpected `if`",
        "a conditional value stands in parentheses here: `(a if c else b)`",
    ),
    "net A { a\n expect params\n expect 1 < 2\n}": (
        "S107 2:9 expected a comparison after `params`",
        "`expect` takes `==`, `!=`, `<`, `<=`, `>`, `>=` or `~` (within 1%)",
    ),
    "net A { expect params < macs < flops }": (
        "S110 1:30 comparisons can't be chained",
        "write an `expect` for each of them: `expect a < b` and `expect b < c`",
    ),
    'from "b.arch" import B, C\nnet A { a }': (
        "S113 1:1 expected a declaration, found `from`",
        'what is imported comes first: `import Stem from "stem.arch"`',
    ),
    "import B\nnet A { a }": (
        "S107 1:8 expected `from` after `B`",
        'an import says what it takes from which file: `import Stem from "stem.arch"`',
    ),
    'import * from "b.arch"': (
        "S107 1:8 expected a name after `import`, found `*`",
        'an import says what it takes from which file: `import Stem from "stem.arch"`',
    ),
    'import "b.arch"': (
        'S107 1:8 expected a name after `import`, found `"b.arch"`',
        'an import says what it takes from which file: `import Stem from "stem.arch"`',
    ),
    "-- comment\nnet A { a }": (
        "S113 1:1 expected a declaration, found `-`",
        "a comment begins with `#`",
    ),
    "net A { a -- comment\n b }": ("S111 1:11 unexpected `-`", "a comment begins with `#`"),
}


@pytest.mark.parametrize("text", HABITS)
def test_habits_of_other_languages(text: str) -> None:
    diagnostics = Diagnostics()
    parse(Source("test.arch", text), diagnostics)
    (found,) = diagnostics
    assert found.span is not None
    where = f"{found.span.line}:{found.span.column}"
    assert (f"{found.code} {where} {found.message}", found.help) == HABITS[text]


def test_an_import_the_other_way_round_hides_nothing() -> None:
    found, file = complain('from "b.arch" import B\nimport C from "c.arch"\nnet A { a 1 }')
    assert [error.split(" ")[1] for error in found] == ["1:1", "3:11"]
    assert [type(decl).__name__ for decl in file.decls] == ["Import", "Block"]
    assert len(read('import B from "b.arch" import C from "c.arch"').decls) == 2


def test_messages_are_lowercase() -> None:
    for error in [*BROKEN.values(), *(error for error, _ in HABITS.values())]:
        _, _, message = error.split(" ", 2)
        assert message[0].islower() or message[0] == "`"


def test_an_unclosed_bracket_shows_where_it_opens() -> None:
    diagnostics = Diagnostics()
    parse(Source("test.arch", "net A {\n  a\n"), diagnostics)
    (error,) = diagnostics
    assert [(s.span.line, s.span.column, s.text) for s in error.secondary] == [
        (1, 7, "opened here")
    ]


def test_one_run_reports_each_broken_statement_once() -> None:
    found, file = complain(
        """\
net A {
  conv(64,
    k=3x3 ) )
  let a 3
  concat { | a(1 1) | b -> -> c }
  repeat 3 { conv(a b) -> c
    let b 3
    good
  }
  bn(eps=)
}
block B(c) { conv(4 4) }
block C(c) { conv(4) }
"""
    )
    assert [error.split(" ")[1] for error in found] == [
        "3:13",
        "4:9",
        "5:18",
        "5:28",
        "6:21",
        "7:11",
        "10:10",
        "12:21",
    ]
    blocks = [d for d in file.decls if isinstance(d, tree.Block)]
    assert [d.name for d in blocks] == ["A", "B", "C"]
    broken = [node.span.text for node in walk(blocks[0]) if isinstance(node, tree.Broken)]
    assert broken == [
        "conv(64,\n    k=3x3 ) )",
        "let a 3",
        "a(1 1)",
        "b -> -> c",
        "conv(a b) -> c",
        "let b 3",
        "bn(eps=)",
    ]


def test_where_a_name_is_missing_the_declaration_is_left_out() -> None:
    """What follows may use that name: nothing could be said of it."""
    found, file = complain("net A { input 4\n let = 3\n linear(a) }\nnet B { input 4\n relu }")
    assert [error.split(" ")[0] for error in found] == ["S107"]
    assert len(complain("net A { concat { | let = 3 | relu } }")[0]) == 1
    assert [d.name for d in file.decls if isinstance(d, tree.Block)] == ["B"]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("net A {\n a\nblock B { b }\nnet C { c }", ["B", "C"]),
        ("net A { a } }\nnet C { c }", ["A", "C"]),
        ("net A { a\n block B { b }\n block C { c }\n}\nnet D { d }", ["D"]),
        ("let x = 3 +\nnet A { a }", ["A"]),
        ("foo { a }\nlet y = 2", ["y"]),
        ("net A { repeat: a }\nnet B { b }", ["B"]),
    ],
)
def test_unbalanced_braces_stay_in_their_declaration(text: str, left: list[str]) -> None:
    found, file = complain(text)
    assert len(found) == 1
    assert [getattr(d, "name", "") for d in file.decls] == left


def test_errors_are_capped_and_time_stays_linear() -> None:
    text = "net A {\n" + ("  conv(64, 3x3, /2) -> bn\n" * 100 + "  a(1 1)\n") * 50 + "}\n"
    diagnostics = Diagnostics()
    begin = time.process_time()
    parse(Source("test.arch", text), diagnostics)
    assert time.process_time() - begin < 10
    severities = [d.severity for d in diagnostics]
    assert severities == [Severity.ERROR] * Limits().syntax_errors + [Severity.NOTE]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 20_000,
        "let x = " + "(" * 20_000 + "1" + ")" * 20_000,
        "net A { " + "{" * 20_000,
        "let x = " + "not " * 20_000 + "a",
        "let x = " + "1 + " * 20_000 + "1",
        "let x = " + "2 ** " * 20_000 + "1",
        "let x = a" + "[0]" * 20_000,
        "let x = [" + "a if b else " * 20_000 + "c]",
        "net A { " + " else ".join(["if a { b }"] * 20_000) + " }",
        'net A { "a{' + "(" * 20_000 + '}": b }',
    ],
)
def test_deep_nesting_is_an_error(text: str) -> None:
    (error,) = complain(text)[0]
    assert error.startswith("S116")


def test_as_deep_as_allowed() -> None:
    read("let x = " + "(" * Limits().brackets + "1" + ")" * Limits().brackets)
    read("let x = " + "1 + " * Limits().depth + "1")


def test_keywords_are_those_of_the_grammar() -> None:
    text = (resources.root() / "grammars" / "arch.lark").read_text(encoding="utf-8")
    assert set(re.findall(r'^[A-Z]+: "([a-z]+)"$', text, re.MULTILINE)) == KEYWORDS


def test_the_cache_is_private_and_optional(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def parses() -> bool:
        builder = Builder()
        under_way = Parse(Machine(grammar.load(), builder), "let a = 1", "start")
        builder.begin(Source("test.arch", "let a = 1"), Diagnostics())
        builder.docs, builder.documented = {}, set()
        return under_way.run() is None and len(under_way.result) == 1

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert parses()
    (kept,) = (tmp_path / "archdsl").iterdir()
    assert kept.parent.stat().st_mode & 0o777 == 0o700
    made = kept.read_bytes()
    assert parses()
    kept.write_bytes(made[:1000])  # cut short: rebuilt
    assert parses()
    assert kept.stat().st_size > 1000
    kept.chmod(0o666)  # anyone could have written it: not read, replaced
    kept.write_bytes(b"")
    assert parses()
    monkeypatch.setenv("XDG_CACHE_HOME", str(kept))  # not a folder
    assert parses()


SPECS = Path(__file__).parents[2] / "specs"


class _Shape:
    """A builder of plain tuples: each rule's name with its children."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda children: (name, *children)


def _shape(node: Any) -> Any:
    return (str(node.data), *map(_shape, node.children)) if isinstance(node, lark.Tree) else node


@pytest.mark.parametrize("path", sorted(SPECS.rglob("*.arch")), ids=lambda path: path.stem)
def test_the_tables_run_as_lark_runs_them(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    grammar_text = (resources.root() / "grammars" / "arch.lark").read_text(encoding="utf-8")
    theirs = lark.Lark(grammar_text, parser="lalr", maybe_placeholders=True, start="start")
    under_way = Parse(Machine(grammar.load(), _Shape()), text, "start")
    assert under_way.run() is None
    assert under_way.result == _shape(theirs.parse(text))
