"""Scalings: what is checked of them, and the values along the line."""

from __future__ import annotations

from fractions import Fraction

import pytest

from archdsl.diagnostics import Diagnostics, Source
from archdsl.elaborate import NoLoader, check_program, load_program
from archdsl.elaborate.scalings import line_of
from archdsl.syntax import tree
from archdsl.syntax.parser import parse

NET = """\
net A(width = 1.0, res: int = 32, act: op = relu) {
  input {res}x{res}x3
  conv(round_to(8 * width), 3x3) -> act
}
net B = A(2.0)
let c = 2
"""


def read(text: str) -> tuple[tree.File, list[str]]:
    diagnostics = Diagnostics()
    file = parse(Source("test.arch", text), diagnostics)
    return file, [f"{item.code} {item.message}" for item in diagnostics]


def checked(text: str) -> list[str]:
    diagnostics = Diagnostics()
    source = Source("test.arch", NET + text)
    program = load_program(source, parse(source, diagnostics), NoLoader(), diagnostics)
    check_program(program, diagnostics)
    return [f"{item.code} {item.message}" for item in diagnostics]


def test_the_tree() -> None:
    file, errors = read("## Grows.\nscaling A by phi { width = 1.1 ** phi\n res = 8 * phi }")
    assert errors == []
    (scaling,) = file.decls
    assert isinstance(scaling, tree.Scaling)
    assert (scaling.net, scaling.variable, scaling.doc) == ("A", "phi", "Grows.")
    assert [s.span.text for s in scaling.settings] == ["width = 1.1 ** phi", "res = 8 * phi"]
    assert scaling.net_span.text == "A"
    assert scaling.variable_span.text == "phi"


def test_by_and_phi_are_names_elsewhere() -> None:
    assert read("net A(by = 3, phi = 1) { input 3x3x1 by: conv(by, 1x1, scaling=phi) }")[1] == []


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("scaling A {}", "S107 expected `by` after `scaling A`, found `{`"),
        ("scaling A for phi {}", "S107 expected `by` after `scaling A`, found `for`"),
        ("scaling A of phi {}", "S107 expected `by` after `scaling A`, found `of`"),
        ("scaling A by {}", "S107 expected a name after `by`, found `{`"),
        ("scaling A by phi = 3", "S107 expected `{` after `scaling A by phi`, found `=`"),
        ("scaling A by phi { a 3 }", "S107 expected `=` after `a`, found `3`"),
        ("scaling A by phi { a = 3, b = 2 }", "S111 unexpected `,`"),
        ("scaling A by phi { 3 }", "S107 expected a parameter of the net, found `3`"),
        ("scalng A by phi {}", "S113 expected a declaration, found `scalng`"),
        (
            "scaling A by phi { a = 3",
            "S104 expected `}` to close the block that starts at line 1",
        ),
    ],
)
def test_what_cannot_be_read(text: str, error: str) -> None:
    assert read(text)[1][0] == error


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        ("scaling A by phi { width = 1.1 ** phi  res = 8 * round(4 + phi) }", []),
        ("scaling B by phi { width = c * 1.1 ** phi }", []),
        ("scaling C by phi { width = 1 }", ["E201 unknown net `C`"]),
        ("scaling c by phi { width = 1 }", ["E202 `c` is no net, and only a net is scaled"]),
        ("scaling A by phi { }", ["E222 this scaling sets nothing of A"]),
        ("scaling A by phi { wide = phi }", ["E210 A has no parameter `wide`"]),
        ("scaling A by phi { width = 1 width = phi }", ["E211 A's `width` is given twice"]),
        ("scaling A by c { width = 1 }", ["E203 `c` has a meaning here already"]),
        (
            "scaling A by relu { width = 1 }",
            ["E204 `relu` can't be given a new meaning: it is an op"],
        ),
        ("scaling A by phi { width = psi }", ["E201 unknown name `psi`"]),
        ("scaling A by phi { width = 1 / phi }", ["E312 division by zero"]),
        (
            "scaling A by phi { res = 31.5 + phi }",
            ["E323 A's `res` wants a whole number, got 31.5"],
        ),
        ("scaling A by phi { act = phi }", ["E323 A's `act` wants an op, got 0"]),
        (
            "scaling A by phi { width = phi }\nscaling A by psi { width = psi }",
            ["E226 A is scaled twice"],
        ),
    ],
)
def test_what_is_checked(text: str, errors: list[str]) -> None:
    assert checked(text) == errors


def test_the_values_and_whose_line_it_is() -> None:
    diagnostics = Diagnostics()
    text = NET + "scaling A by phi { width = 1.5 ** phi res = 8 * round(4 + phi) }"
    source = Source("test.arch", text)
    program = load_program(source, parse(source, diagnostics), NoLoader(), diagnostics)
    for name in ("A", "B"):  # a variant grows as the net that it varies
        info = program.net(name)
        assert info is not None
        line = line_of(program.main, info)
        assert line is not None
        assert line.at(2) == {"width": Fraction(9, 4), "res": 48}
