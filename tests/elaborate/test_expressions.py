"""The evaluator: exact, bounded, and of one mind about types."""

from __future__ import annotations

from fractions import Fraction

import pytest

from archdsl.diagnostics import Diagnostics
from archdsl.elaborate import Problem, evaluate
from archdsl.elaborate.values import show
from archdsl.ir.shape import Shape
from archdsl.ir.values import NONE, Initializer, Size, Word
from tests.elaborate.build import elaborated, program


def value(text: str, extra: dict[str, object] | None = None) -> object:
    """A `let`'s value, beside a few names."""
    diagnostics = Diagnostics()
    found = program(
        f"block B(c, k = 3) {{ conv(c, k) }}\nlet ks = [1, 2, 3]\nlet x = ({text})", diagnostics
    )
    if extra is None:
        assert not diagnostics.items, diagnostics.items[0].message
        return found.main.globals["x"]
    let = found.main.file.decls[-1]
    return evaluate(let.value, found.scope, extra, diagnostics)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("2 ** 3 ** 2", 512),
        ("-2 ** 2", -4),
        ("7 // 2", 3),
        ("-7 // 2", -4),
        ("-7 % 3", 2),
        ("1 / 3 + 1 / 3 + 1 / 3", 1),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("0.1 + 0.2 == 0.3", True),
        ("1e-3 * 1000", 1),
        ("60k + 1", 60_001),
        ("25.6M", 25_600_000),
        ("2 ** -2", Fraction(1, 4)),
        ("4 ** 0.5", 2),
        ("7.5 // 2", 3),
        ("7.5 % 2", Fraction(3, 2)),
        ("3 < 4 and 4 <= 4 and not 5 < 4", True),
        ("true or 1 / 0 == 0", True),
        ("false and 1 / 0 == 0", False),
        ("3 if 1 < 2 else 1 / 0", 3),
        ("3x3", Size((3, 3))),
        ("3x3 == (3, 3)", True),
        ("3x3 != 1x7", True),
        ("(3, 1)[0] + 3x5[1]", 8),
        ("len(3x5)", 2),
        ("(3,)", (3,)),
        ("[1, 2] + [3]", [1, 2, 3]),
        ("[1, 2] * 2", [1, 2, 1, 2]),
        ("ks[-1]", 3),
        ("ks[1:]", [2, 3]),
        ("ks[:2]", [1, 2]),
        ("ks[4 / 2]", 3),
        ("[k * k for k in ks]", [1, 4, 9]),
        ("[a + b for (a, b) in [(1, 2), (3, 4)]]", [3, 7]),
        ("[[a for a in range(b)] for b in ks]", [[0], [0, 1], [0, 1, 2]]),
        ("range(3)", [0, 1, 2]),
        ("range(1, 7, 2)", [1, 3, 5]),
        ("range(3, 0, -1)", [3, 2, 1]),
        ("range(3, 0)", []),
        ("min(3, 2) + max(ks)", 5),
        ("sum(ks)", 6),
        ("sum([])", 0),
        ("round(2.5)", 2),
        ("round(3.5)", 4),
        ("ceil(2.1) + floor(2.9)", 5),
        ("abs(-2.5)", Fraction(5, 2)),
        ("round_to(35 * 0.75)", 24),
        ("round_to(4)", 8),
        ("round_to(12)", 16),
        ("round_to(16 * 1.1)", 16),
        ("round_to(20)", 24),
        ("round_to(10)", 16),
        ("round_to(37, d=4)", 36),
        ("round_to(37, 10)", 40),
        ("none", NONE),
        ("none == none", True),
        ("relu == relu", True),
        ("relu == relu6", False),
        ("relu != none", True),
        ("B == none", False),
        ("B(4) == B(4)", True),
        ("B(4) == B(5)", False),
        ("same", Word("same")),
        ("same == nearest", False),
        ("1 == same", False),
        ('"a" == "a"', True),
    ],
)
def test_values(text: str, expected: object) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "name", "args"),
    [
        ("zeros", "zeros", {}),
        ("normal(0.01)", "normal", {"std": 0.01, "mean": 0.0}),
        ("normal(mean=1, std=2)", "normal", {"std": 2.0, "mean": 1.0}),
        ('kaiming_normal(mode="fan_out")', "kaiming_normal", {"mode": "fan_out"}),
        ("kaiming_uniform", "kaiming_uniform", {"mode": "fan_in"}),
    ],
)
def test_initialisers(text: str, name: str, args: dict[str, object]) -> None:
    found = value(text)
    assert isinstance(found, Initializer)
    assert found.name == name
    assert args.items() <= dict(found.args).items()


def test_numbers_keep_their_kind() -> None:
    assert type(value("6 / 2")) is Fraction
    assert type(value("6 // 2")) is int
    assert type(value("1.0")) is Fraction
    assert type(value("round(1.0)")) is int


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("leaky_relu(0.1)", (("slope", Fraction(1, 10)),)),
        ("conv(k=3x3)", (("k", Size((3, 3))),)),
        ("B(64)", (("c", 64),)),
        ("B(/2)", None),
    ],
)
def test_ops_and_blocks_with_arguments(text: str, expected: object) -> None:
    if expected is None:
        with pytest.raises(AssertionError, match="no stride"):
            value(text)
    else:
        assert value(text).bound == expected  # type: ignore[attr-defined]


def test_names_from_outside() -> None:
    assert value("params + 1", {"params": 41}) == 42
    assert value("depth", {"depth": 3}) == 3
    assert value("twice(4)", {"twice": lambda args: args[0] * 2}) == 8


def test_a_function_from_outside_may_refuse() -> None:
    def refuse(args: tuple[object, ...]) -> object:
        raise Problem("X1", "no", elaborated("net N { input 1x1x1 relu }").block.span)

    diagnostics = Diagnostics()
    found = program("let x = 1", diagnostics)
    let = program("let y = f(1)", Diagnostics()).main.file.decls[0]
    assert evaluate(let.value, found.scope, {"f": refuse}, diagnostics) is None  # type: ignore[union-attr]
    assert [d.code for d in diagnostics] == ["X1"]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (3, "3"),
        (Fraction(1, 2), "0.5"),
        (Fraction(1, 3), "1/3"),
        (Fraction(4), "4"),
        (2**200, "about 1.61e60"),
        (10**300, "1e300"),
        (-(10**500), "-1e500"),
        (Fraction(1, 10**400), "1e-400"),
        (Fraction(10**400, 3), "about 3.33e399"),
        (True, "true"),
        ("x" * 50, '"' + "x" * 40 + '.."'),
        (Size((3, 3)), "3x3"),
        (Shape((7, 7), 64), "7x7x64"),
        ([1, 2, 3, 4, 5, 6, 7], "[1, 2, 3, 4, 5, 6, ..]"),
        ((1, 2), "(1, 2)"),
        (Word("same"), "`same`"),
        (NONE, "`none`"),
    ],
)
def test_values_in_messages(found: object, expected: str) -> None:
    assert show(found) == expected


def test_a_whole_decimal_is_a_count() -> None:
    net = elaborated("net N(width = 0.5) { input 8x8x4 conv(8 * width, 3x3) conv(4.0, 6 / 2) }")
    assert [str(n.shape) for n in net.graph] == ["8x8x4", "8x8x4", "8x8x4"]
