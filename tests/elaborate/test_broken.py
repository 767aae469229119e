"""Nets with a statement that can't be read: the errors of the others are shown, and no echoes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from archdsl import resources
from archdsl.driver import run
from archdsl.driver.request import Request


def shown(text: str, name: str = "net.arch") -> list[str]:
    request = Request(file=name, text=text, wants_nets=False)
    return [f"{item.code} {item.span}: {item.message}" for item in run(request).diagnostics]


def with_a_stray_token(text: str) -> Iterator[str]:
    """The text with a `)` after each line of its bodies in turn."""
    lines = text.split("\n")
    for at, line in enumerate(lines):
        if line.startswith("  ") and "#" not in line:
            yield "\n".join([*lines[:at], f"{line} )", *lines[at + 1 :]])


@pytest.mark.parametrize("spec", ["alexnet", "lenet", "nin", "squeezenet", "unet", "vgg"])
def test_a_stray_token_is_one_error(spec: str) -> None:
    """Whatever its statement made: channels, labels, names, an input, a branch, a budget."""
    text = (resources.root() / "specs" / f"{spec}.arch").read_text(encoding="utf-8")
    assert shown(text) == []
    tried = list(with_a_stray_token(text))
    assert len(tried) >= 10
    for broken in tried:
        found = shown(broken)
        assert len(found) == 1, (broken, found)
        assert found[0].startswith("S1")


def test_what_a_broken_statement_may_name_is_not_unknown() -> None:
    body = "let a = 3 )\n conv(a, 3x3)\n x: conv(3, 3x3) -> y: relu )\n z: conv(3, 3x3)\n add(@y)"
    assert [error[:4] for error in shown(f"net N {{\n input 8x8x3\n {body}\n}}")] == ["S105"] * 2


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ("conv(3, 3x3) )\n conv(8, 3x3, paf=1)", ["S105", "E210"]),
        ("cnov(3)\n conv(3, 3x3) )", ["E201", "S105"]),
        ("conv(3, 3x3) )\n @in1 -> conv(4, 3x3, groups=2)", ["S105", "S206"]),
        ("concat { | conv(3 3) | rellu }\n linear(3)", ["S109", "E201"]),
        ("let a = 3)\n repeat 2 { conv(a, 3x3) -> rellu }", ["S105", "E201"]),
    ],
)
def test_other_errors_of_the_net_are_shown(lines: str, codes: list[str]) -> None:
    found = shown(f"net N {{\n input in1: 8x8x3\n {lines}\n}}")
    assert [error[:4] for error in found] == codes
