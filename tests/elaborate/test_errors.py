"""A table of wrong files, each with its errors: code, line, message and help.

In wrong.txt cases are separated by empty lines. A source that declares no net is the body of one,
and its first line is line 2. `! E201 2 message` is an error at that line, `? text` its help.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archdsl.diagnostics import Severity
from archdsl.elaborate import codes
from tests.elaborate.build import errors

TABLE = Path(__file__).with_name("wrong.txt")


def cases() -> Iterator[tuple[str, list[str]]]:
    for case in TABLE.read_text(encoding="utf-8").split("\n\n"):
        lines = case.strip("\n").split("\n")
        source = [line for line in lines if not line.startswith(("! ", "? ", "# "))]
        expected = [line for line in lines if line.startswith(("! ", "? "))]
        if source:
            text = "\n".join(source)
            declares = any(line.startswith("net ") for line in source)
            yield (text if declares else f"net N {{ input 8x8x4\n{text}\n}}"), expected


CASES = list(cases())


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_wrong_files(text: str, expected: list[str]) -> None:
    found: list[str] = []
    for item in errors(text):
        assert item.severity is Severity.ERROR
        found.append(f"! {item.code} {item.span.line if item.span else 0} {item.message}")
        if item.help:
            found.append(f"? {item.help}")
    assert found == expected


def test_the_table_is_long_and_wide() -> None:
    assert len(CASES) > 200
    tried = {line.split()[1] for _, expected in CASES for line in expected if line[0] == "!"}
    elsewhere = {
        codes.NO_SUCH_NET,
        codes.NET_TOO_LARGE,
        codes.TOO_DEEP,
        codes.NOT_ELABORATED,
        codes.INPUT_SHAPE,
        codes.IMPORT_CIRCLE,
        codes.NOT_DECLARED,
    }
    every = {value for name, value in vars(codes).items() if name.isupper()} - {codes.LIMITS}
    assert every - tried == elsewhere
